"""A text sent to oneself, by the way that customers' messages take: marked as a test, noted, and not often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.audit.records import AuditRecord
from app.core.errors import Conflict
from app.core.tokens import new_secret
from app.notify.kinds import Channel
from app.notify.preferences.suppression import ALL, is_shut
from app.notify.providers.ports import Outgoing, header
from app.notify.render.words import read_address, tongue
from app.notify.send.config import MailConfig
from app.notify.texts.shelf import TextKey
from app.notify.texts.trying.preview import preview
from app.orders.records import OrderContactRecord

ACTION, MOST, SPAN = "text.tested", 10, timedelta(hours=1)


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


class NoTrial(Conflict):
    """No test goes there now: ``sentence`` says why, in English and to be translated, with ``values`` in it."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values)
        self.sentence, self.values = sentence, values


_MARKED = _l("This is a test of a message text. No order has changed.")
_TITLE = _l("Test: %(subject)s")


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """Who asks for a test and where it goes; ``own`` is their e-mail address, ``order`` a real one to try it on."""

    to: str
    by: str
    own: str = ""
    order: str = ""


def trial(
    session: Session,
    brand: str,
    key: TextKey,
    document: Mapping[str, Any],
    request: TrialRequest,
    *,
    config: MailConfig,
    now: datetime,
) -> Outgoing:
    """The message to hand over once this is committed.

    Raises Invalid for what is no address, Conflict for a customer's or after too many, and what ``preview`` raises.
    """
    address = read_address(request.to, key.channel, None)
    actor = request.by if request.by.startswith((audit.CLI, audit.API)) else audit.STAFF + request.by
    tests = select(func.count(AuditRecord.id)).where(AuditRecord.action == ACTION, AuditRecord.actor == actor)
    if (session.scalar(tests.where(AuditRecord.at > now - SPAN)) or 0) >= MOST:
        raise NoTrial(_l("You have sent %(most)s tests within an hour. Send the next one later."), most=MOST)
    if _is_anothers(session, key.channel, address, request.own):
        raise NoTrial(_l("This address is a customer's: tests go to yourself."))
    if is_shut(session, config.key, channel=key.channel, address=address, purpose=ALL):
        raise NoTrial(_l("This address has stopped all messages."))
    shown = preview(session, brand, key, _marked(document, key, config), order=request.order, config=config, now=now)
    detail = {"order": bool(request.order)}
    # The address itself is nobody's business later: that a test went is.
    audit.record(session, actor=request.by, action=ACTION, subject=f"{brand}/{key.name}", detail=detail, now=now)
    return _addressed(shown.outgoing, address, key.language, config)


def _is_anothers(session: Session, channel: str, address: str, own: str) -> bool:
    """Whether it is on file for an order of somebody else."""
    column = OrderContactRecord.phone_e164 if channel == Channel.SMS else OrderContactRecord.email_folded
    if channel == Channel.EMAIL and address == own.casefold():
        return False
    on_file = select(OrderContactRecord.email_folded).where(column == address).limit(50)
    return any(email != own.casefold() for email in session.scalars(on_file))


def _marked(document: Mapping[str, Any], key: TextKey, config: MailConfig) -> Mapping[str, Any]:
    """Whoever finds it in a mailbox later must not take it for news: a mail's first paragraph says so."""
    if key.channel == Channel.SMS:
        return document
    note = tongue(key.language, "UTC", config.languages)._(_MARKED)
    return {**document, "lead": f"{note}\n{document.get('lead', '')}"}


def _addressed(outgoing: Outgoing, to: str, language: str, config: MailConfig) -> Outgoing:
    t, reference = tongue(language, "UTC", config.languages), new_secret()[:22]
    marked = replace(outgoing, reference=reference, to=to, tracked=False)
    if outgoing.channel == Channel.SMS:
        return replace(marked, text=t._(_TITLE, subject=outgoing.text))
    return replace(
        marked,
        subject=header(t._(_TITLE, subject=outgoing.subject), 150),
        headers={"Message-ID": f"<{reference}@{config.host}>", "Auto-Submitted": "auto-generated"},
    )

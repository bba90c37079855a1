"""A text sent to oneself, by the way that customers' messages take: marked as a test, noted, and not often."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.audit.records import AuditRecord
from app.core.errors import Conflict
from app.core.tokens import new_secret
from app.notify.kinds import Channel
from app.notify.preferences.suppression import ALL, is_suppressed, recipient_key
from app.notify.providers.ports import Outgoing, header
from app.notify.render.words import read_address, tongue
from app.notify.send.config import MailConfig
from app.notify.texts.preview import preview
from app.notify.texts.shelf import TextKey
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


def trial(
    session: Session,
    brand: str,
    key: TextKey,
    document: Mapping[str, Any] | None,
    *,
    to: str,
    own: str,
    by: str,
    order: str = "",
    config: MailConfig,
    now: datetime,
) -> Outgoing:
    """The message to hand over once this is committed. ``own`` is the e-mail address of who asks.

    Raises Invalid for what is no address, Conflict for a customer's or after too many, and what ``preview`` raises.
    """
    address = read_address(to, key.channel, None)
    actor = by if by.startswith((audit.CLI, audit.API)) else audit.STAFF + by
    tests = select(func.count(AuditRecord.id)).where(AuditRecord.action == ACTION, AuditRecord.actor == actor)
    if (session.scalar(tests.where(AuditRecord.at > now - SPAN)) or 0) >= MOST:
        raise NoTrial(_l("You have sent %(most)s tests within an hour. Send the next one later."), most=MOST)
    if _is_anothers(session, key.channel, address, own):
        raise NoTrial(_l("This address is a customer's: tests go to yourself."))
    if is_suppressed(
        session, channel=key.channel, recipient_hash=recipient_key(config.key, key.channel, address), purpose=ALL
    ):
        raise NoTrial(_l("This address has stopped all messages."))
    shown = preview(session, brand, key, document, order=order, config=config, now=now)
    # The address itself is nobody's business later: that a test went is.
    audit.record(
        session, actor=by, action=ACTION, subject=f"{brand}/{key.name}", detail={"order": bool(order)}, now=now
    )
    return _marked(shown.outgoing, address, key.language, config)


def _is_anothers(session: Session, channel: str, address: str, own: str) -> bool:
    """Whether it is on file for an order of somebody else."""
    column = OrderContactRecord.phone_e164 if channel == Channel.SMS else OrderContactRecord.email_folded
    if channel == Channel.EMAIL and address == own.casefold():
        return False
    on_file = select(OrderContactRecord.email_folded).where(column == address).limit(50)
    return any(email != own.casefold() for email in session.scalars(on_file))


def _marked(outgoing: Outgoing, to: str, language: str, config: MailConfig) -> Outgoing:
    """Whoever finds it in a mailbox later must not take it for news."""
    t = tongue(language, "UTC", config.languages)
    note, reference = t._(_MARKED), new_secret()[:22]
    marked = replace(outgoing, reference=reference, to=to, text=f"{note}\n\n{outgoing.text}", tracked=False)
    if outgoing.channel == Channel.SMS:
        return replace(marked, text=t._(_TITLE, subject=outgoing.text))
    return replace(
        marked,
        subject=header(t._(_TITLE, subject=outgoing.subject), 150),
        html=_with_note(outgoing.html, note),
        headers={"Message-ID": f"<{reference}@{config.host}>", "Auto-Submitted": "auto-generated"},
    )


def _with_note(html: str, note: str) -> str:
    """The mail with a line above all else; our own words, which hold nothing to escape."""
    head, body, rest = html.partition("<body")
    inside, close, after = rest.partition(">")
    return f'{head}{body}{inside}{close}<p style="padding:12px 24px;font-family:sans-serif">{note}</p>{after}'

"""Sending a message again because a person asked: looked at first as every message is, and once however often."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.core.tokens import new_secret
from app.notify.kinds import Channel, Purpose
from app.notify.models import Message
from app.notify.plan.caps import DAY
from app.notify.plan.listener import wake
from app.notify.preferences.suppression import recipient_key
from app.notify.records import AnyMessage, MessageRecord
from app.notify.render.links import LinkBook, shown_recipient
from app.notify.render.reading import MessageRows, read
from app.notify.render.words import read_address
from app.notify.send.config import MailConfig, without_secrets
from app.notify.send.context import Drop, context_of, look, refusals
from app.notify.send.outcomes import in_words
from app.notify.send.outgoing import rendered
from app.orders.records import OrderRecord

RESENDABLE = frozenset({"accepted", "delivered", "failed", "in_doubt", "skipped"})
# Their words speak of the day itself («arrives today»): asked for again they are no younger than they were.
OF_THE_DAY = frozenset({"shipment.out_for_delivery", "shipment.delivery_failed"})
# A person who asks for a link proved that an address on file is theirs; nobody proved anything of another one.
ON_FILE_ONLY = frozenset({"access.link_requested"})
# What it is about stays; what it says is made from today's facts.
KEPT = ("event_id", "order_id", "shipment_id", "return_id", "kind", "purpose", "channel")
SPOKEN = ("locale", "brand_key", "facts")
# The form brings its own word, so that a second press is the same message; what else comes in its place is not kept.
_PRESS = re.compile(r"[\w-]{8,64}")


class NotAgain(Conflict):
    """The message must not go again; ``reason`` is the word for it in ``notify.reasons``."""

    def __init__(self, reason: str) -> None:
        """Say it as a sentence in English."""
        super().__init__(f"This message is not sent again: {in_words(reason)[0]}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ResendProposal:
    """What would go now: the new message, not kept yet; what it says; and the word for why it must not go."""

    message: Message
    subject: str
    text: str
    refusal: str | None


def proposal(
    session: Session, old: AnyMessage, *, by: str, now: datetime, config: MailConfig, to: str = "", press: str = ""
) -> ResendProposal:
    """What sending ``old`` again would send, where, and whether it may go; writes nothing.

    ``to`` is another address than the one on file; the mail then carries no link that opens the order. Raises Invalid
    when it cannot be an address, NotAgain when nothing is known that could be sent.
    """
    if old.state not in RESENDABLE or not old.recipient:
        raise NotAgain("not_resendable")
    rows = read(session, [old])
    draft = _draft(old, rows.orders.get(old.order_id or 0), by=by, now=now, config=config, to=to, press=press)
    context = context_of(draft, rows, refusals(session, [draft]), config)
    verdict = look(context, now=now)
    subject, text = _preview(draft, rows, config, now)
    reason = "on_file_only" if draft.readdressed and draft.kind in ON_FILE_ONLY else None
    if isinstance(verdict, Drop):
        reason = verdict.reason
    return ResendProposal(draft, subject, text, reason or (None if text else "cannot_be_written"))


def resend(
    session: Session, message_id: int, *, by: str, now: datetime, config: MailConfig, to: str = "", press: str = ""
) -> MessageRecord:
    """Send a message again as one of its own; gives the new one. ``press`` makes a form that is sent twice one message.

    Raises NotFound, Invalid for a wrong address, NotAgain when it is not true any more or must not go there.
    """
    # The old row first: two presses of one form wait here, and the second finds what the first has written.
    old = session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if old is None:
        raise NotFound(f"There is no message {message_id}.")
    press = press if _PRESS.fullmatch(press) else new_secret()[:22]
    done = _record(session, _key(old, press))
    if done is not None:
        return done
    proposed = proposal(session, old, by=by, now=now, config=config, to=to, press=press)
    if proposed.refusal:
        raise NotAgain(proposed.refusal)
    message = proposed.message
    # The preview was for reading: the message is rendered when it leaves, with links that work.
    message.subject = message.text = message.body_hash = None
    session.add(message)
    session.flush()
    wake(session, [message.channel])
    return session.scalars(select(MessageRecord).where(MessageRecord.id == message.id)).one()


def noted(old: AnyMessage, resent: AnyMessage) -> dict[str, str]:
    """What the audit trail keeps of it; another address only in part, since the trail is never erased."""
    detail = {"kind": old.kind, "message": old.public_id}
    return detail | ({"to": shown_recipient(resent.channel, resent.recipient)} if resent.readdressed else {})


def _key(old: AnyMessage, press: str) -> str:
    return f"{old.dedup_key}#{press}"


def _record(session: Session, dedup_key: str) -> MessageRecord | None:
    return session.scalar(select(MessageRecord).where(MessageRecord.dedup_key == dedup_key))


def _draft(
    old: AnyMessage, order: OrderRecord | None, *, by: str, now: datetime, config: MailConfig, to: str, press: str
) -> Message:
    recipient, readdressed = _recipient(old, order, to)
    return Message(
        **{name: getattr(old, name) for name in (*KEPT, *SPOKEN)},
        recipient=recipient,
        recipient_hash=recipient_key(config.key, old.channel, recipient),
        readdressed=readdressed,
        public_id=new_secret()[:22],
        dedup_key=_key(old, press),
        state="created",
        attempts=0,
        created_at=now,
        happened_at=old.happened_at,
        next_try_at=now,
        valid_until=old.valid_until if old.kind in OF_THE_DAY else now + DAY,
        resent_from=old.id,
        requested_by=by,
    )


def _recipient(old: AnyMessage, order: OrderRecord | None, to: str) -> tuple[str, bool]:
    """Where it goes and whether that is on no file: the given address, else where it went, else the customer's now."""
    on_file = [address for person in order.contacts if (address := _of(person, old.channel))] if order else []
    if to.strip():
        typed = read_address(to, old.channel, (order.ship_to or {}).get("country") if order else None)
        return typed, typed not in on_file
    stays = old.purpose != Purpose.NEWS or old.readdressed or old.recipient in on_file or not on_file
    return (old.recipient, bool(old.readdressed)) if stays else (on_file[0], False)


def _of(person: Any, channel: str) -> str | None:
    address: str | None = person.phone_e164 if channel == Channel.SMS else person.email_folded
    return address


def _preview(draft: Message, rows: MessageRows, config: MailConfig, now: datetime) -> tuple[str, str]:
    """Subject and text as they would leave now, without the secrets of their links; empty when nothing can be said."""
    try:
        outgoing = rendered(draft, rows, config, LinkBook(config, now))
    except (KeyError, ValueError):
        return "", ""
    return outgoing.subject or "", without_secrets(outgoing.text)

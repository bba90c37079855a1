"""From a domain event to the messages it calls for, and why others were left out; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel, MessageKind, Purpose, group_of, said_elsewhere

# What the reader has just asked for, or must have by law: it goes out whatever the order's channel.
ANSWERS = ("access.", "case.", "withdrawal.")


@dataclass(frozen=True, slots=True)
class EventFacts:
    """A domain event as the listener got it; ``payload`` may carry leg, quiet, occurrence."""

    kind: str
    occurred_at: datetime
    event_id: int = 0
    order_id: int | None = None
    shipment_id: int | None = None
    return_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContactPoints:
    """How the customer can be reached; ``phone`` only when it is a usable number (E.164). The keys stand for both."""

    email: str | None = None
    phone: str | None = None
    sms_consent: bool = False
    email_key: str = ""
    phone_key: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the shop sends, and what this customer does not want; ``texts``: whether texts can be sent at all.

    ``order_mailed``, ``order_texted``: whether the shop writes to buyers of the order's channel of its own accord.
    ``email_off`` and ``sms_off`` are groups of stages that this person does not want by this channel.
    """

    email_kinds: frozenset[str] = frozenset(KINDS)
    sms_kinds: frozenset[str] = SMS_BY_DEFAULT
    email_news: bool = True
    sms_news: bool = True
    texts: bool = True
    order_mailed: bool = True
    order_texted: bool = True
    email_off: frozenset[str] = frozenset()
    sms_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Intended:
    """A message to be written; its key is the same for every repetition of the same news."""

    kind: str
    channel: Channel
    recipient: str
    dedup_key: str
    validity: timedelta
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class WithheldDecision:
    """A message that is not written, and the word that says why."""

    kind: str
    channel: Channel
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one event leads to."""

    intended: tuple[Intended, ...] = ()
    withheld: tuple[WithheldDecision, ...] = ()


def plan(event: EventFacts, contact: ContactPoints, wishes: Wishes, *, now: datetime) -> Plan:
    """What to send for ``event``; an event that no message kind answers gives an empty plan."""
    kind = KINDS.get(event.kind)
    if kind is None:
        return Plan()
    decided = tuple(_decide(kind, event, contact, wishes, now))
    return Plan(
        tuple(d for d in decided if isinstance(d, Intended)),
        tuple(d for d in decided if isinstance(d, WithheldDecision)),
    )


def _decide(
    kind: MessageKind, event: EventFacts, contact: ContactPoints, wishes: Wishes, now: datetime
) -> Iterator[Intended | WithheldDecision]:
    for channel, address, stands_for, reason in (
        (Channel.EMAIL, contact.email, contact.email_key, _email_reason(kind, contact, wishes)),
        (Channel.SMS, contact.phone, contact.phone_key, _sms_reason(kind, contact, wishes)),
    ):
        obstacle = _event_reason(kind, event, now) or reason
        if obstacle or not address:
            yield WithheldDecision(kind.name, channel, obstacle or "no_address")
        else:
            key = dedup_key(event, channel, stands_for or address.casefold())
            yield Intended(kind.name, channel, address, key, kind.validity, kind.purpose)


def dedup_key(event: EventFacts, channel: Channel, recipient: str) -> str:
    """One per milestone, leg, occurrence, channel and recipient (by what stands for it)."""
    subject = _subject(event)
    leg = event.payload.get("leg", 1)
    occurrence = _occurrence(event)
    return f"{event.kind}/{subject}/{leg}/{occurrence}/{channel}/{recipient}"


def _occurrence(event: EventFacts) -> object:
    """What makes the same kind of news about the same subject another one.

    A return moves under its lock and tells each move by one event: a second receipt or a second expiry is news again.
    """
    return f"e{event.event_id}" if event.kind.startswith("return.") else event.payload.get("occurrence", "")


def _subject(event: EventFacts) -> str:
    if event.kind.startswith(("access.", "withdrawal.", "case.", "shop.", "privacy.")):
        return f"e{event.event_id}"
    if event.kind.startswith("refund."):
        return f"m{event.payload.get('refund_id', event.event_id)}"
    if event.return_id is not None:
        return f"r{event.return_id}"
    if event.shipment_id is not None:
        return f"s{event.shipment_id}"
    return f"o{event.order_id}"


def _event_reason(kind: MessageKind, event: EventFacts, now: datetime) -> str | None:
    # It confirms what its reader has done: neither its age nor an import of old orders keeps it back.
    if kind.purpose is Purpose.RECEIPT:
        return None
    if event.payload.get("quiet"):
        return "history"
    if event.payload.get("direction") == "return" and event.kind.startswith("shipment."):
        return "told_by_the_return"
    if said_elsewhere(event.kind, event.payload):
        return "told_elsewhere"
    return "too_old" if now - event.occurred_at > kind.validity else None


def _email_reason(kind: MessageKind, contact: ContactPoints, wishes: Wishes) -> str | None:
    if not contact.email:
        return "no_address"
    if not wishes.order_mailed and not kind.name.startswith(ANSWERS):
        return "channel_not_written_to"
    if kind.purpose is Purpose.RECEIPT:
        return None
    if kind.name not in wishes.email_kinds:
        return "shop_does_not_send"
    return None if wishes.email_news and group_of(kind.name) not in wishes.email_off else "opted_out"


def _sms_reason(kind: MessageKind, contact: ContactPoints, wishes: Wishes) -> str | None:
    if not wishes.order_texted and not kind.name.startswith(ANSWERS):
        return "channel_not_written_to"
    if kind.purpose is not Purpose.NEWS:
        return _receipt_reason(kind, contact, wishes)
    if kind.name not in wishes.sms_kinds:
        return "shop_does_not_send"
    if not contact.phone:
        return "no_usable_number"
    if not contact.sms_consent:
        return "no_consent"
    return None if wishes.sms_news and group_of(kind.name) not in wishes.sms_off else "opted_out"


def _receipt_reason(kind: MessageKind, contact: ContactPoints, wishes: Wishes) -> str | None:
    """A text takes the place of a mail, for who gave a telephone alone; they asked for it by what they did."""
    if not kind.sms or not wishes.texts:
        return "shop_does_not_send"
    if contact.email:
        return "told_by_mail"
    if not contact.phone:
        return "no_usable_number"
    return None if wishes.sms_news else "opted_out"

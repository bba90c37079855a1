"""What is known of each claimed message at the moment of sending, for the last look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.settings.key import each_key
from app.notify.kinds import KINDS, Channel, Purpose, group_of
from app.notify.models import Message
from app.notify.plan.quiet import next_ring, zones_of
from app.notify.plan.route import text_refused
from app.notify.preferences.suppression import ALL, NEWS, consents, recipient_key, stages_off, suppressed
from app.notify.render.reading import MessageRows
from app.notify.send.config import MailConfig
from app.notify.send.outgoing import country_of, state_of
from app.orders.demo import marked
from app.orders.records import OrderContactRecord


@dataclass(frozen=True, slots=True)
class SendContext:
    """What is known of a message and its subject at the moment of sending.

    ``refused`` says why its country does; ``of_demo``: it is about an order of the demo shop, and would really leave;
    ``fact`` is what the event says happened, where it does.
    """

    kind: str
    channel: Channel
    purpose: Purpose
    expires_at: datetime
    state: str | None
    recipient_is_current: bool = True
    consent: bool = True
    suppressed: bool = False
    opted_out: bool = False
    erased: bool = False
    refused: str | None = None
    zones: tuple[str, ...] = ("UTC",)
    of_demo: bool = False
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """Send it."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Never send it, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again then."""

    until: datetime


def look(context: SendContext, *, now: datetime) -> Go | Drop | Wait:
    """The verdict; the first reason in the order of their weight."""
    if reason := _not_wanted(context) or _stale(context, now):
        return Drop(reason)
    # Only news has quiet hours; for a receipt or a code somebody waits.
    if context.channel is Channel.SMS and context.purpose is Purpose.NEWS:
        ring = next_ring(now, context.zones)
        if ring > context.expires_at:
            return Drop("expired")
        if ring > now:
            return Wait(ring)
    return Go()


def _not_wanted(context: SendContext) -> str | None:
    news = context.purpose is Purpose.NEWS
    # What stands first is told to staff: the law before the person's wish, that before what has changed.
    checks = (
        ("erased", context.erased),
        ("demo_order", context.of_demo),
        ("suppressed", context.suppressed),
        ("opted_out", news and context.opted_out),
        ("no_consent", news and context.channel is Channel.SMS and not context.consent),
        ("address_changed", news and not context.recipient_is_current),
    )
    return next((reason for reason, holds in checks if holds), context.refused)


def _stale(context: SendContext, now: datetime) -> str | None:
    if now >= context.expires_at:
        return "expired"
    current = KINDS[context.kind].holds_in(context.fact) if context.kind in KINDS else frozenset()
    return "overtaken" if current and context.state not in current else None


@dataclass(frozen=True, slots=True)
class Refusals:
    """Who must not be written to, and who has said yes or no to texts."""

    off: set[tuple[str, bytes, str]]
    consents: dict[bytes, bool]


def refusals(session: Session, messages: Sequence[Message]) -> Refusals:
    """What the recipients of these messages have refused or allowed."""
    return Refusals(
        suppressed(session, [(m.channel, m.recipient_hash) for m in messages]),
        consents(session, [m.recipient_hash for m in messages if m.channel == Channel.SMS]),
    )


def context_of(message: Message, rows: MessageRows, refused: Refusals, config: MailConfig) -> SendContext:
    """How one message stands now."""
    off, consent = refused.off, refused.consents.get(message.recipient_hash)
    order = rows.orders.get(message.order_id or 0)
    people = order.contacts if order else []
    texts = message.channel == Channel.SMS
    contact = next((p for p in people if _reaches(p, message, config)), None)
    place = (order.ship_to or {}) if order else {}
    phone = message.recipient if texts else None
    zone = rows.brand(message.brand_key).time_zone
    return SendContext(
        kind=message.kind,
        channel=Channel(message.channel),
        purpose=Purpose(message.purpose),
        # Far ahead instead of None: every comparison stays one.
        expires_at=message.valid_until or message.next_try_at.replace(year=9999),
        state=state_of(message, rows),
        # An address that a person at the shop has typed is on no file, and is meant.
        recipient_is_current=contact is not None or order is None or bool(message.readdressed),
        consent=_consents(consent, contact or (people[0] if message.readdressed and people else None)) or not texts,
        suppressed=(message.channel, message.recipient_hash, ALL) in off,
        opted_out=(message.channel, message.recipient_hash, NEWS) in off
        or group_of(message.kind) in stages_off(off, message.channel, message.recipient_hash),
        erased=not message.recipient or (message.order_id is not None and order is None),
        refused=_refused(message, rows, config) if texts else None,
        fact=message.facts.get("what") or message.facts.get("why"),
        of_demo=config.really_sends(Channel(message.channel)) and _is_of_demo(message, rows),
        zones=zones_of(place.get("country"), place.get("postcode"), place.get("region"), phone, zone),
    )


def _is_of_demo(message: Message, rows: MessageRows) -> bool:
    about = [message.order_id, *message.facts.get("order_ids", ())]
    return any(marked(rows.orders[order_id].extra) for order_id in about if order_id in rows.orders)


def _consents(newest: bool | None, person: OrderContactRecord | None) -> bool:
    """Whether texts were agreed to: the newest word about the number decides, then what the person told the shop."""
    return newest if newest is not None else bool(person and person.sms_consent)


def _reaches(person: OrderContactRecord, message: Message, config: MailConfig) -> bool:
    address = person.phone_e164 if message.channel == Channel.SMS else person.email_folded
    # By each key: it may have been written before SECRET_KEY changed.
    hashes = {recipient_key(key, message.channel, address) for key in each_key(config.key)} if address else set()
    return message.recipient_hash in hashes


def _refused(message: Message, rows: MessageRows, config: MailConfig) -> str | None:
    # The sandbox's telephone is in no country: a demo would show no texts without papers.
    if config.pretends:
        return None
    wish = rows.wishes.get(message.brand_key)
    papers = frozenset(wish.registered_countries if wish else ())
    return text_refused(country_of(message.recipient), config.sms_from, papers)

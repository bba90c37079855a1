"""Events heard: to whom each is news, and the messages written for it, in one transaction, once each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from app.brands.facts import channel_allows
from app.brands.queries import speaking_brand
from app.core.queue import defer
from app.core.tokens import new_secret
from app.events.kinds import Listener
from app.events.log import Handle, Later, work
from app.events.records import DomainEventRecord
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, TO_SHOP, Channel
from app.notify.models import BrandMessages, Message, WithheldMessage
from app.notify.plan.caps import capped
from app.notify.plan.daily_counts import DailyCounts
from app.notify.plan.triggers import ContactPoints, EventFacts, Intended, Plan, Wishes, plan
from app.notify.preferences.key_change import follow_key
from app.notify.preferences.suppression import ALL, NEWS, consents, recipient_key, stages_off, suppressed
from app.notify.records import MessageRecord
from app.notify.send.config import MailConfig
from app.orders.records import OrderContactRecord, OrderRecord
from app.personal.tombstones import last_restore
from app.returns.records import WithdrawalRecord
from app.returns.withdrawal.statement import reach
from app.support.records import SupportCaseRecord

# «NO» for notify: the first half of the lock's key.
CAPS = 0x4E4F
# What is told of an order's course; of one that the shop removed nothing is, while money and rights go on.
COURSE = ("order.", "shipment.")
SEND = {Channel.EMAIL: "send_mails", Channel.SMS: "send_texts"}
Keys = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class MessageRecipient:
    """One person, the language they are spoken to in, and the order and brand in whose name.

    What is for them leaves at ``not_before`` at the earliest. ``kind`` is what they are told where that is not the
    event's own; ``readdressed``: their address is on no file.
    """

    contact: ContactPoints
    order_id: int | None
    locale: str
    brand_key: str
    not_before: datetime | None = None
    kind: str | None = None
    readdressed: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """The orders of a batch of events with their people, and what these have refused or allowed."""

    orders: dict[int, OrderRecord]
    brands: dict[str, BrandMessages]
    off: set[tuple[str, bytes, str]]
    consents: dict[bytes, bool]


def handle_events(session: Session, ids: Sequence[int], *, now: datetime, config: MailConfig) -> int:
    """Turn what happened, by leased events, into messages to be sent; gives how many events were heard."""

    def prepare(session: Session, events: Sequence[DomainEventRecord]) -> Handle:
        alone = _alone(session, events)
        people = people_of(session, events, config)
        telephones = [keys_of(person, config)[1] for order in people.orders.values() for person in order.contacts]
        counts = DailyCounts(session, orders=people.orders, telephones=telephones, now=now)
        restored_at = last_restore(session)

        def handle(event: DomainEventRecord) -> None:
            if event.order_id and event.order_id not in alone:
                raise Later(now + timedelta(seconds=2))
            # What had happened before a backup was put back may have been told in the time that is lost.
            is_old = restored_at is not None and event.happened_at <= restored_at
            if _write(session, event, people, counts, doubtful="restored" if is_old else None, now=now, config=config):
                wake(session)

        return handle

    return work(session, Listener.NOTIFY, ids, prepare, now=now)


def wake(session: Session, channels: Iterable[str] = Channel, *, at: datetime | None = None) -> None:
    """Have the waiting messages of these channels sent, now or ``at`` once; one job a channel drains them all."""
    # A wake-up for later has a lock of its own: it would stand in the way of one for now.
    for task in sorted(SEND[Channel(channel)] for channel in channels):
        defer(session, task, queueing_lock=f"{task}:later" if at else task, at=at)


def planned(
    session: Session, event: DomainEventRecord, people: People, *, now: datetime, config: MailConfig
) -> list[tuple[MessageRecipient, Plan]]:
    """What an event leads to for each person it concerns: the same answer that ``handle_events`` acts upon."""
    facts = EventFacts(
        kind=event.kind,
        occurred_at=event.happened_at,
        event_id=event.id,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        return_id=event.return_id,
        payload=event.payload,
    )
    recipients = [*addresses_of(session, event, people, config), *shop_of(event, people, config)]
    return [
        (recipient, plan(_told_as(facts, recipient), recipient.contact, wishes_of(recipient, people, config), now=now))
        for recipient in recipients
    ]


def _told_as(facts: EventFacts, recipient: MessageRecipient) -> EventFacts:
    return replace(facts, kind=recipient.kind) if recipient.kind else facts


def _alone(session: Session, events: Sequence[DomainEventRecord]) -> set[int]:
    """The orders that nobody else hears of now, since caps are counted; the others wait a moment."""
    orders = sorted({event.order_id for event in events if event.order_id})
    # Tried, never waited for: whoever waits holds the orders that it has. It ends with this commit, which is counted.
    return {order for order in orders if session.scalar(select(func.pg_try_advisory_xact_lock(CAPS, _short(order))))}


def _short(order_id: int) -> int:
    # Half a key has 31 bits. Two orders with the same one wait for each other in vain, and no more.
    return order_id % 2**31


def _write(
    session: Session,
    event: DomainEventRecord,
    people: People,
    counts: DailyCounts,
    *,
    doubtful: str | None = None,
    now: datetime,
    config: MailConfig,
) -> int:
    written = 0
    for recipient, decided in planned(session, event, people, now=now, config=config):
        for decision in decided.withheld:
            _keep(session, event, recipient, decision.kind, decision.channel, decision.reason, now=now)
        for intended in decided.intended:
            row = _row(event, recipient, intended, now=now, config=config)
            reason = capped(intended.channel, intended.purpose, counts.spent(row), kind=intended.kind)
            # Written all the same: staff see why it was kept back, and its key keeps it from coming tomorrow.
            if reason:
                row |= {"state": "skipped", "reason": reason, "settled_at": now}
            elif doubtful:
                row |= {"state": "in_doubt", "reason": doubtful}
            # The key is unique, so of two that hear the same news one writes it, without a look beforehand.
            statement = insert(Message).values(row).on_conflict_do_nothing().returning(Message.id)
            if session.scalar(statement) is None:
                _keep(session, event, recipient, intended.kind, intended.channel, "told_before", now=now)
            elif not reason:
                counts.count(row)
                written += 1
    return written


def _keep(
    session: Session,
    event: DomainEventRecord,
    recipient: MessageRecipient,
    kind: str,
    channel: Channel,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Remember why a message was not written; that a kind has no text at all is no decision."""
    if channel is Channel.SMS and not KINDS[kind].sms:
        return
    values = {"event_id": event.id, "order_id": recipient.order_id, "kind": kind, "channel": channel, "reason": reason}
    session.execute(insert(WithheldMessage).values(**values, decided_at=now).on_conflict_do_nothing())


def _row(
    event: DomainEventRecord, recipient: MessageRecipient, intended: Intended, *, now: datetime, config: MailConfig
) -> dict[str, Any]:
    starts = max(now, recipient.not_before or now)
    return {
        # 22 characters are 132 bits: nobody guesses one, and a provider may know it.
        "public_id": new_secret()[:22],
        "dedup_key": intended.dedup_key,
        "event_id": event.id,
        "order_id": recipient.order_id,
        "shipment_id": event.shipment_id if intended.kind.startswith("shipment.") else None,
        "return_id": event.return_id,
        "kind": intended.kind,
        "purpose": intended.purpose,
        "channel": intended.channel,
        "recipient": intended.recipient,
        "recipient_hash": recipient_key(config.key, intended.channel, intended.recipient),
        "locale": recipient.locale,
        "brand_key": recipient.brand_key,
        "readdressed": recipient.readdressed,
        "facts": event.payload,
        "created_at": now,
        "happened_at": event.happened_at,
        "valid_until": starts + intended.validity,
        "next_try_at": starts + KINDS[intended.kind].delay,
    }


def history(session: Session, order_id: int) -> Sequence[MessageRecord]:
    """Every message of an order, oldest first."""
    of_order = select(MessageRecord).where(MessageRecord.order_id == order_id)
    return session.scalars(of_order.order_by(MessageRecord.id)).all()


def people_of(session: Session, events: Sequence[DomainEventRecord], config: MailConfig) -> People:
    """Everyone whom these events may concern, in four statements."""
    ids = {event.order_id for event in events if event.order_id}
    chosen = (
        select(OrderRecord)
        .where(OrderRecord.id.in_(ids))
        .options(selectinload(OrderRecord.contacts), selectinload(OrderRecord.brand))
    )
    orders = {order.id: order for order in session.scalars(chosen)} if ids else {}
    everybody = [person for order in orders.values() for person in order.contacts]
    mails = [(Channel.EMAIL.value, person.email_folded or "") for person in everybody]
    follow_key(session, config.key, mails + [(Channel.SMS.value, person.phone_e164 or "") for person in everybody])
    every = [keys_of(person, config) for person in everybody]
    pairs = [(Channel.EMAIL.value, email) for email, _ in every] + [(Channel.SMS.value, sms) for _, sms in every]
    return People(
        orders,
        {brand.brand_key: brand for brand in session.scalars(select(BrandMessages))},
        suppressed(session, pairs),
        consents(session, [sms for _, sms in every]),
    )


def addresses_of(
    session: Session, event: DomainEventRecord, people: People, config: MailConfig
) -> list[MessageRecipient]:
    """Everyone to be told of an event; empty when the order is gone or nobody can be reached."""
    if event.kind == "withdrawal.received":
        return _of_withdrawal(session, event, people, config)
    order = people.orders.get(event.order_id or 0)
    if order is None or (order.removed and event.kind.startswith(COURSE)):
        return []
    if event.kind.startswith("case."):
        return _of_case(session, event, order, people, config)
    if event.kind == "access.link_requested":
        requester = next((person for person in order.contacts if person.id == event.payload.get("contact_id")), None)
        return [_of_order(order, requester, people, config)] if requester else []
    return [_of_order(order, next(iter(order.contacts), None), people, config)]


def shop_of(event: DomainEventRecord, people: People, config: MailConfig) -> list[MessageRecipient]:
    """The shop's own people, where the event is for them and the brand has a help address."""
    order, kind = people.orders.get(event.order_id or 0), TO_SHOP.get(event.kind)
    if order is None or kind is None or not order.brand.help_email:
        return []
    contact = _contact(order.brand.help_email, None, config)
    return [MessageRecipient(contact, order.id, order.brand.locale, order.brand_key, kind=kind)]


def _of_case(
    session: Session, event: DomainEventRecord, order: OrderRecord, people: People, config: MailConfig
) -> list[MessageRecipient]:
    """Who is on file, and the address to answer to when it is another: the answer goes there alone."""
    on_file = _of_order(order, next(iter(order.contacts), None), people, config)
    case = session.get(SupportCaseRecord, event.payload.get("case_id") or 0, populate_existing=True)
    if case is None or case.contact in (None, on_file.contact.email):
        return [on_file]
    elsewhere = replace(on_file, contact=_contact(case.contact, None, config), readdressed=True)
    # Nobody writes about an order behind the back of who is on file.
    return [elsewhere] if event.kind == "case.answered" else [on_file, elsewhere]


def wishes_of(recipient: MessageRecipient, people: People, config: MailConfig) -> Wishes:
    """What the brand sends, less what this person does not want."""
    brand, off = people.brands.get(recipient.brand_key), people.off
    email, sms = _keys(recipient.contact.email, recipient.contact.phone, config)
    order = None if recipient.kind else people.orders.get(recipient.order_id or 0)
    return Wishes(
        email_kinds=mails_of(brand),
        sms_kinds=frozenset() if config.sends_no_texts else texts_of(brand),
        email_news=not {(Channel.EMAIL, email, ALL), (Channel.EMAIL, email, NEWS)} & off,
        sms_news=not {(Channel.SMS, sms, ALL), (Channel.SMS, sms, NEWS)} & off,
        texts=not config.sends_no_texts,
        order_mailed=order is None or channel_allows(order.brand, order.channel, "mails"),
        order_texted=order is None or channel_allows(order.brand, order.channel, "texts"),
        email_off=stages_off(off, Channel.EMAIL, email),
        sms_off=stages_off(off, Channel.SMS, sms),
    )


def mails_of(brand: BrandMessages | None) -> frozenset[str]:
    """The kinds that a brand sends by mail: all but those it says no to."""
    return frozenset(KINDS) - frozenset(brand.mails_off if brand else ())


def texts_of(brand: BrandMessages | None) -> frozenset[str]:
    """The kinds that a brand sends as texts: the usual ones but those it says no to."""
    return SMS_BY_DEFAULT - frozenset(brand.texts_off if brand else ())


def customer_of(session: Session, order_id: int) -> OrderContactRecord | None:
    """The customer of an order, who is its first contact."""
    contacts = select(OrderContactRecord).where(OrderContactRecord.order_id == order_id)
    return session.scalar(contacts.order_by(OrderContactRecord.position).limit(1))


def default_brand(session: Session) -> str:
    """The brand that speaks when no order is known."""
    brand = speaking_brand(session)
    return brand.key if brand else "demo"


def keys_of(person: OrderContactRecord, config: MailConfig) -> Keys:
    """What stands for a person's e-mail address and telephone."""
    return _keys(person.email_folded, person.phone_e164, config)


def _of_order(
    order: OrderRecord, person: OrderContactRecord | None, people: People, config: MailConfig
) -> MessageRecipient:
    if person is None:
        return MessageRecipient(ContactPoints(), order.id, order.locale, order.brand_key)
    keys = keys_of(person, config)
    consent = people.consents.get(keys[1], person.sms_consent)
    contact = replace(_contact(person.email_folded, person.phone_e164, config), sms_consent=consent)
    return MessageRecipient(contact, order.id, order.locale, order.brand_key)


def _of_withdrawal(
    session: Session, event: DomainEventRecord, people: People, config: MailConfig
) -> list[MessageRecipient]:
    """The address that was stated, and the one on file when it is another: nobody withdraws behind a back.

    A mail to an address that no order has must not tell whether there is an order: it belongs to none.
    """
    withdrawal = session.get(WithdrawalRecord, event.payload.get("withdrawal_id") or 0, populate_existing=True)
    if withdrawal is None:
        return []
    order = people.orders.get(withdrawal.order_id or 0)
    own = order if withdrawal.own else None
    brand = own.brand_key if own else default_brand(session)
    contact = _contact(*reach(withdrawal.receipt_to), config)
    recipients = [MessageRecipient(contact, own.id if own else None, withdrawal.locale, brand, withdrawal.receipt_at)]
    if order is not None:
        on_file = _of_order(order, next(iter(order.contacts), None), people, config)
        there = on_file.contact.email or on_file.contact.phone
        if there and there != (contact.email or contact.phone):
            recipients.append(replace(on_file, not_before=withdrawal.notice_at))
    return recipients


def _contact(email: str | None, phone: str | None, config: MailConfig) -> ContactPoints:
    keys = _keys(email, phone, config)
    # Half of the hash, 128 bits: it tells people apart in a message's key, and keeps addresses out of it.
    return ContactPoints(email, phone, email_key=keys[0].hex()[:32], phone_key=keys[1].hex()[:32])


def _keys(email: str | None, phone: str | None, config: MailConfig) -> Keys:
    # An address that is lacking has a key as well: nobody has ever refused it.
    return (
        recipient_key(config.key, Channel.EMAIL, email or ""),
        recipient_key(config.key, Channel.SMS, phone or ""),
    )

"""Hearing events and writing messages: in one transaction with the listener's rows, once each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.core.tokens import new_secret
from app.events.kinds import Listener
from app.events.log import Handle, Later, work
from app.events.records import DomainEventRecord
from app.notify.kinds import KINDS, Channel
from app.notify.models import Message, WithheldMessage
from app.notify.plan.caps import capped
from app.notify.plan.daily_counts import DailyCounts
from app.notify.plan.recipients import MessageRecipient, People, addresses_of, keys_of, people_of, wishes_of
from app.notify.plan.triggers import Heard, Intended, Plan, plan
from app.notify.preferences.suppression import recipient_key
from app.notify.records import MessageRecord
from app.notify.send.config import MailConfig

# «NO» for notify: the first half of the lock's key.
CAPS = 0x4E4F
SEND = {Channel.EMAIL: "send_mails", Channel.SMS: "send_texts"}


def hear(session: Session, ids: Sequence[int], *, now: datetime, config: MailConfig) -> int:
    """Turn what happened, by leased events, into messages to be sent; gives how many events were heard."""

    def prepare(session: Session, events: Sequence[DomainEventRecord]) -> Handle:
        alone = _alone(session, events)
        people = people_of(session, events, config)
        telephones = [keys_of(person, config)[1] for order in people.orders.values() for person in order.contacts]
        counts = DailyCounts(session, orders=people.orders, telephones=telephones, now=now)

        def handle(event: DomainEventRecord) -> None:
            if event.order_id and event.order_id not in alone:
                raise Later(now + timedelta(seconds=2))
            if _write(session, event, people, counts, now=now, config=config):
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
    """What an event leads to for each person it concerns: the same answer that ``hear`` acts upon."""
    heard = Heard(
        kind=event.kind,
        occurred_at=event.happened_at,
        event_id=event.id,
        order_id=event.order_id,
        shipment_id=event.shipment_id,
        return_id=event.return_id,
        payload=event.payload,
    )
    recipients = addresses_of(session, event, people, config)
    return [
        (recipient, plan(heard, recipient.contact, wishes_of(recipient, people, config), now=now))
        for recipient in recipients
    ]


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

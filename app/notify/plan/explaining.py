"""What became of each event of an order: what was sent and how it went, what was not and why it was decided so then."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import NOT_TOLD_TO_CUSTOMERS, EventKind, Listener
from app.events.records import DomainEventRecord, ListenerRecord
from app.notify.models import Attempt, WithheldMessage
from app.notify.plan.listener import history
from app.notify.records import MessageRecord
from app.notify.render.links import shown_recipient
from app.notify.send.outcomes import in_words
from app.orders.records import OrderRecord

# An order without any event came when it was news no more (app/orders/intake/news.py).
NO_NEWS = (
    "nothing has been said of it: an order that is on its way, finished or cancelled when it first comes is no news. "
    "Its parcels are told of from their next scan on."
)


def why(session: Session, order: OrderRecord) -> Iterator[str]:
    """The order's events, the oldest first, each with what was said of it; then what nobody's event asked for."""
    lines = list(_lines(session, order))
    yield from lines or [NO_NEWS]


def _lines(session: Session, order: OrderRecord) -> Iterator[str]:
    zone = order.brand.time_zone
    written, withheld, unheard = _written(session, order), _withheld(session, order), _unheard(session, order)
    for event in session.scalars(
        select(DomainEventRecord).where(DomainEventRecord.order_id == order.id).order_by(DomainEventRecord.id)
    ):
        # Taken out, so that what is left at the end belongs to no event of the order.
        lines = [
            *_message_lines(session, written.pop(event.id, ()), zone),
            *(_decision_line(decision, zone) for decision in withheld.pop(event.id, ())),
        ]
        yield from lines or [f"{_at(event.happened_at, zone)} {event.kind}: {_silence(event, unheard.get(event.id))}"]
    for messages in written.values():
        yield from _message_lines(session, messages, zone)
    for decisions in withheld.values():
        yield from (_decision_line(decision, zone) for decision in decisions)


def _written(session: Session, order: OrderRecord) -> dict[int, list[MessageRecord]]:
    by_event: dict[int, list[MessageRecord]] = defaultdict(list)
    for message in history(session, order.id):
        by_event[message.event_id or 0].append(message)
    return by_event


def _withheld(session: Session, order: OrderRecord) -> dict[int, list[WithheldMessage]]:
    by_event: dict[int, list[WithheldMessage]] = defaultdict(list)
    for decision in session.scalars(
        select(WithheldMessage).where(WithheldMessage.order_id == order.id).order_by(WithheldMessage.id)
    ):
        by_event[decision.event_id].append(decision)
    return by_event


def _unheard(session: Session, order: OrderRecord) -> dict[int, ListenerRecord]:
    event_ids = select(DomainEventRecord.id).where(DomainEventRecord.order_id == order.id)
    waiting = select(ListenerRecord).where(
        ListenerRecord.event_id.in_(event_ids), ListenerRecord.listener == Listener.NOTIFY
    )
    return {row.event_id: row for row in session.scalars(waiting)}


def _message_lines(session: Session, messages: Sequence[MessageRecord], zone: str) -> Iterator[str]:
    for message in messages:
        shown = shown_recipient(message.channel, message.recipient) if message.recipient else "(forgotten)"
        state = f"{message.state}: {_reason(message.reason)}" if message.reason else message.state
        resent = f", sent again by {message.requested_by}" if message.requested_by else ""
        yield f"{_at(message.created_at, zone)} {message.kind} by {message.channel} to {shown}{resent}: {state}"
        yield from _attempts(session, message, zone)


def _attempts(session: Session, message: MessageRecord, zone: str) -> Iterator[str]:
    for attempt in session.scalars(select(Attempt).where(Attempt.message_id == message.id).order_by(Attempt.id)):
        code = f" {attempt.code} {attempt.detail or ''}".rstrip() if attempt.code else ""
        yield f"    {_at(attempt.started_at, zone)} {attempt.provider}: {attempt.outcome or 'no outcome'}{code}"


def _decision_line(decision: WithheldMessage, zone: str) -> str:
    return (
        f"{_at(decision.decided_at, zone)} {decision.kind} by {decision.channel}: not sent, {_reason(decision.reason)}"
    )


def _silence(event: DomainEventRecord, waiting: ListenerRecord | None) -> str:
    """Why there is neither a message nor a decision."""
    if waiting is not None:
        return f"could not be heard yet: {waiting.error}" if waiting.error else "not heard yet"
    reason = NOT_TOLD_TO_CUSTOMERS.get(EventKind(event.kind)) if event.kind in set(EventKind) else None
    return f"told to no customer, {reason}" if reason else "no decision was kept"


def _reason(reason: str) -> str:
    """In words, with the word that the tables hold."""
    return f"{in_words(reason)[0]} [{reason}]"


def _at(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"

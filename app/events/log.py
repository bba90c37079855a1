"""The log of domain events: append one with a row for each listener, claim what a listener has yet to hear."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.events.kinds import Kind, Listener, listeners
from app.events.models import DomainEvent, Hearing
from app.queue import defer

BACKOFF = (1, 10, 60, 600, 3600)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, to be recorded; ``happened_at`` is also when it may first be heard."""

    kind: Kind
    happened_at: datetime
    order_id: int | None = None
    shipment_id: int | None = None
    return_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)


def append(
    session: Session,
    kind: Kind,
    *,
    order_id: int | None,
    shipment_id: int | None = None,
    return_id: int | None = None,
    payload: dict[str, Any] | None = None,
    now: datetime,
) -> int:
    """Record that something happened, in the caller's transaction; gives the event's id.

    Each listener gets a row, and a job that drains its rows is deferred with the same commit.
    """
    entry = Entry(kind, now, order_id, shipment_id, return_id, payload or {})
    return append_all(session, [entry])[0]


def append_all(session: Session, entries: Sequence[Entry]) -> list[int]:
    """Record many, in two statements; gives their ids.

    Listeners are woken last and in one order, so that two transactions never wait for each other crosswise.
    """
    if not entries:
        return []
    session.flush()
    statement = insert(DomainEvent).returning(DomainEvent.id, sort_by_parameter_order=True)
    ids = session.scalars(statement, [asdict(entry) for entry in entries]).all()
    heard = [
        {"event_id": event_id, "listener": listener, "next_try_at": entry.happened_at}
        for event_id, entry in zip(ids, entries, strict=True)
        for listener in listeners(entry.kind)
    ]
    if heard:
        session.execute(insert(Hearing), heard)
    for listener in sorted({str(row["listener"]) for row in heard}):
        defer(session, f"hear_{listener}", queueing_lock=f"hear_{listener}")
    return list(ids)


def claim(session: Session, listener: Listener, *, limit: int, now: datetime) -> list[DomainEvent]:
    """The oldest events that ``listener`` has yet to hear, locked to the transaction's end; others skip them."""
    waiting = (
        select(Hearing.event_id)
        .where(Hearing.listener == listener, Hearing.next_try_at <= now)
        .order_by(Hearing.event_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(waiting).all()
    return list(session.scalars(select(DomainEvent).where(DomainEvent.id.in_(ids)).order_by(DomainEvent.id)))


def settle(session: Session, listener: Listener, event_ids: Sequence[int]) -> None:
    """These events are heard: their rows go."""
    session.execute(delete(Hearing).where(Hearing.listener == listener, Hearing.event_id.in_(event_ids)))


def postpone(session: Session, listener: Listener, event_id: int, *, error: str, now: datetime) -> None:
    """This event could not be heard: try again later, ever more slowly, and say why."""
    row = session.get_one(Hearing, (event_id, listener))
    delay = BACKOFF[min(row.attempts, len(BACKOFF) - 1)]
    session.execute(
        update(Hearing)
        .where(Hearing.event_id == event_id, Hearing.listener == listener)
        .values(attempts=Hearing.attempts + 1, next_try_at=now + timedelta(seconds=delay), error=error[:500])
    )

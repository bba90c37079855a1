"""The log of domain events: append one with a row for each listener, claim what a listener has yet to hear."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.events.kinds import Kind, Listener, listeners
from app.events.models import DomainEvent, Hearing
from app.queue import defer

BACKOFF = (1, 10, 60, 600, 3600)


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
    event = DomainEvent(
        kind=kind,
        order_id=order_id,
        shipment_id=shipment_id,
        return_id=return_id,
        payload=payload or {},
        happened_at=now,
    )
    session.add(event)
    session.flush()
    for listener in listeners(kind):
        session.execute(insert(Hearing).values(event_id=event.id, listener=listener, next_try_at=now))
        defer(session, f"hear_{listener}", queueing_lock=f"hear_{listener}")
    return event.id


def claim(session: Session, listener: Listener, *, limit: int, now: datetime) -> list[DomainEvent]:
    """The oldest events that ``listener`` has yet to hear, locked until the transaction ends; other claimers skip them."""
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

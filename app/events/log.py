"""The log of domain events: append one with a row for each listener, claim what a listener has yet to hear."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app.core.db import lost
from app.core.queue import defer
from app.core.tables.bulk import insert_rows, parameters
from app.events.kinds import EventKind, Listener, listeners
from app.events.models import DomainEvent, ListenerRow
from app.events.records import DomainEventRecord
from app.events.tries import CHUNK, LEASE, TRIES, alone_or_fresh, pause_after, reason, wake_for

_log = structlog.get_logger()

_COLUMNS = ("kind", "order_id", "shipment_id", "return_id", "payload", "happened_at")
_EVENTS = insert_rows(DomainEvent, _COLUMNS).returning(DomainEvent.id)
_LISTENERS = insert_rows(ListenerRow, ("event_id", "listener", "next_try_at"))

Handle = Callable[[DomainEventRecord], None]
Prepare = Callable[[Session, Sequence[DomainEventRecord]], Handle]


class Later(Exception):
    """This event cannot be heard just now, for no fault of its own; ``at`` is when to look again."""

    def __init__(self, at: datetime) -> None:
        """``at`` in UTC."""
        super().__init__(at.isoformat())
        self.at = at


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, to be recorded; ``happened_at`` is also when it may first be heard."""

    kind: EventKind
    happened_at: datetime
    order_id: int | None = None
    shipment_id: int | None = None
    return_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)


def append(
    session: Session,
    kind: EventKind,
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
    entry = NewEvent(kind, now, order_id, shipment_id, return_id, payload or {})
    return append_all(session, [entry])[0]


def append_all(session: Session, entries: Sequence[NewEvent]) -> list[int]:
    """Record many, in two statements; gives their ids.

    Listeners are woken last and in one order, so that two transactions never wait for each other crosswise.
    """
    if not entries:
        return []
    session.flush()
    rows = [{name: getattr(entry, name) for name in _COLUMNS} for entry in entries]
    # Made one after the other: in the order of their ids they stand beside their entries.
    ids = sorted(session.connection().scalars(_EVENTS, parameters(DomainEvent, rows)))
    heard = [
        {"event_id": event_id, "listener": listener, "next_try_at": entry.happened_at}
        for event_id, entry in zip(ids, entries, strict=True)
        for listener in listeners(entry.kind)
    ]
    if heard:
        session.connection().execute(_LISTENERS, parameters(ListenerRow, heard))
    for listener in sorted({str(row["listener"]) for row in heard}):
        defer(session, f"hear_{listener}", queueing_lock=f"hear_{listener}")
    return ids


def lease(session: Session, listener: Listener, *, limit: int = CHUNK, now: datetime) -> list[int]:
    """Take the oldest events that ``listener`` has yet to hear, and keep others off for a moment; gives their ids.

    An event that has been tried before is taken alone: should it end its worker, it ends nobody else's try.
    Commit before working on them, so that a worker that dies leaves word of its try.
    """
    waiting = (
        select(ListenerRow.event_id, ListenerRow.attempts)
        .where(ListenerRow.listener == listener, ListenerRow.dead_at.is_(None), ListenerRow.next_try_at <= now)
        .order_by(ListenerRow.event_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = alone_or_fresh([(row.event_id, row.attempts) for row in session.execute(waiting)])
    taken = {"attempts": ListenerRow.attempts + 1, "next_try_at": now + LEASE}
    session.execute(update(ListenerRow).where(*_rows(listener, ids)).values(taken))
    return ids


def work(session: Session, listener: Listener, ids: Sequence[int], prepare: Prepare, *, now: datetime) -> int:
    """Have each of these leased events heard in a savepoint of its own; gives how many were.

    ``prepare`` reads what the events need, together, and gives the function that handles one. Whatever either raises
    is kept as the reason; that event is tried again with growing pauses and is dead after five tries, its neighbours
    are heard all the same. The function may raise ``Later``, which counts as no try.
    """
    statement = (
        select(ListenerRow).where(*_rows(listener, ids), ListenerRow.dead_at.is_(None)).order_by(ListenerRow.event_id)
    )
    rows = session.scalars(statement.with_for_update(skip_locked=True)).all()
    of_rows = select(DomainEventRecord).where(DomainEventRecord.id.in_([row.event_id for row in rows]))
    events = {event.id: event for event in session.scalars(of_rows)}
    together = _prepared(session, [events[row.event_id] for row in rows], prepare)
    heard = []
    for row in rows:
        event = events[row.event_id]
        try:
            with session.begin_nested():
                (together or prepare(session, [event]))(event)
            heard.append(event.id)
        except Later as later:
            row.attempts, row.next_try_at = row.attempts - 1, later.at
            wake_for(session, f"hear_{listener}", at=later.at)
        except Exception as error:
            if lost(error):
                raise
            _log.exception("an event could not be heard", kind=event.kind, number=event.id, attempts=row.attempts)
            _failed(session, row, error, now=now)
    session.flush()
    session.execute(delete(ListenerRow).where(*_rows(listener, heard)))
    return len(heard)


def fail(session: Session, listener: Listener, ids: Sequence[int], error: Exception, *, now: datetime) -> None:
    """The transaction that heard these events could not be committed: try again later, and say why."""
    statement = (
        select(ListenerRow).where(*_rows(listener, ids), ListenerRow.dead_at.is_(None)).order_by(ListenerRow.event_id)
    )
    for row in session.scalars(statement.with_for_update(skip_locked=True)).all():
        _failed(session, row, error, now=now)


def revive(session: Session, event_id: int, listener: Listener, *, now: datetime) -> bool:
    """Have a dead event heard again from the start; False when it is not dead."""
    dead_row = update(ListenerRow).where(*_rows(listener, [event_id]), ListenerRow.dead_at.is_not(None))
    revived = dead_row.values(dead_at=None, attempts=0, next_try_at=now).returning(ListenerRow.event_id)
    if session.scalar(revived) is None:
        return False
    defer(session, f"hear_{listener}", queueing_lock=f"hear_{listener}")
    return True


def set_aside(session: Session, event_id: int, listener: Listener) -> bool:
    """A person has dealt with a dead event: nobody need hear it any more. False when it is not dead."""
    gone = delete(ListenerRow).where(*_rows(listener, [event_id]), ListenerRow.dead_at.is_not(None))
    return session.scalar(gone.returning(ListenerRow.event_id)) is not None


def _rows(listener: Listener, ids: Sequence[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ListenerRow.listener == listener, ListenerRow.event_id.in_(ids)


def _prepared(session: Session, events: Sequence[DomainEventRecord], prepare: Prepare) -> Handle | None:
    """What all events need, read at once; None when one of them spoils that, and each must be prepared alone."""
    try:
        with session.begin_nested():
            return prepare(session, events)
    except Exception as error:
        if lost(error):
            raise
        _log.exception("events could not be prepared together", first=events[0].id if events else None)
        return None


def _failed(session: Session, row: ListenerRow, error: Exception, *, now: datetime) -> None:
    row.error = reason(error)
    if row.attempts >= TRIES:
        row.dead_at = now
        return
    row.next_try_at = now + pause_after(row.attempts)
    wake_for(session, f"hear_{row.listener}", at=row.next_try_at)

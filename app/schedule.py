"""When the worker does what: APScheduler in one leader; each firing is decided by a unique row and only defers a job."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.events.models import Firing
from app.queue import defer


@dataclass(frozen=True, slots=True)
class Entry:
    """A job of the clock: every so many seconds, counted from midnight UTC."""

    job: str
    every: int


TABLE = (
    Entry("fold_shipments", 60),
    Entry("hear_notify", 60),
    Entry("hear_returns", 60),
    Entry("sweep_access", 900),
)


def due_at(entry: Entry, now: datetime) -> datetime:
    """The latest instant at which this entry was due."""
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % entry.every, UTC)


def fire(session: Session, entry: Entry, *, now: datetime) -> bool:
    """Defer the entry's job for its latest due time, once however many ask; False when another did."""
    row = {"job": entry.job, "due_at": due_at(entry, now), "fired_at": now}
    inserted = session.scalar(insert(Firing).values(row).on_conflict_do_nothing().returning(Firing.job))
    if inserted is None:
        return False
    defer(session, entry.job, queueing_lock=entry.job)
    return True

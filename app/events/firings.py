"""Firings of the clock: each due time of a job once, however many processes ask; and how long they are remembered."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.events.models import Firing


def fire_once(session: Session, job: str, *, due_at: datetime, now: datetime) -> bool:
    """Note that a job is fired for this due time; False when another did."""
    # The unique row decides, not the leader's lock: two clocks for a moment, as when a leader hangs, do no harm.
    row = insert(Firing).values(job=job, due_at=due_at, fired_at=now).on_conflict_do_nothing()
    return session.scalar(row.returning(Firing.job)) is not None


def last_due(session: Session, job: str, *, count: int) -> list[datetime]:
    """The last due times of a job, the newest first."""
    # Read by the primary key, backwards: whoever asks wants the last two of thousands.
    turns = select(Firing.due_at).where(Firing.job == job).order_by(Firing.due_at.desc()).limit(count)
    return list(session.scalars(turns))


def forget_firings(session: Session, *, before: datetime) -> None:
    """Drop what was due before a moment.

    A time long past is never asked about again: each turn looks at its latest due time alone.
    """
    # A job that fires every ten seconds writes three million rows a year.
    session.execute(delete(Firing).where(Firing.due_at < before))

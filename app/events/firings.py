"""Firings of the clock: each due time of a job once, however many processes ask; and how long they are remembered."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.events.models import Firing


def fire_once(session: Session, job: str, *, due_at: datetime, now: datetime) -> bool:
    """Note that a job is fired for this due time; False when another did."""
    # J-03: the row decides, however many believe that they lead.
    row = insert(Firing).values(job=job, due_at=due_at, fired_at=now).on_conflict_do_nothing()
    return session.scalar(row.returning(Firing.job)) is not None


def last_due(session: Session, job: str, *, count: int) -> list[datetime]:
    """The last due times of a job, the newest first."""
    turns = select(Firing.due_at).where(Firing.job == job).order_by(Firing.due_at.desc()).limit(count)
    return list(session.scalars(turns))


def forget_firings(session: Session, *, before: datetime) -> None:
    """Drop what was due before a moment: a time long past is never asked about again."""
    session.execute(delete(Firing).where(Firing.due_at < before))

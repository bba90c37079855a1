"""Marks of backups that were put back: what is older may have been sent in the time that is lost."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.personal.models import RestoreMark


def mark_restored(session: Session, *, by: str, now: datetime) -> None:
    """Note that a backup was put back."""
    session.add(RestoreMark(at=now, by=by))
    session.flush()


def last_restore(session: Session) -> datetime | None:
    """When a backup was put back last; None: never."""
    return session.scalar(select(func.max(RestoreMark.at)))

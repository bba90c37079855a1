"""The rows behind browser sessions: found by the hash of their id, ended by idleness or age. Loading is a hot path."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session

from app.core.tokens import digest
from app.orders.access_models import WebSession

GUEST_IDLE, GUEST_AGE = timedelta(minutes=60), timedelta(hours=24)
STAFF_IDLE, STAFF_AGE = timedelta(minutes=30), timedelta(hours=12)

_LOAD = text("select data, created_at, seen_at, staff_id from web_session where id_hash = :id_hash")


@dataclass(frozen=True, slots=True)
class Held:
    """A living session: what it holds, and when it was last seen."""

    data: dict[str, Any]
    seen_at: datetime


def load(session: Session, session_id: str, *, now: datetime) -> Held | None:
    """The living session with this id; None when it is unknown, idle for too long or too old."""
    row = session.connection().execute(_LOAD, {"id_hash": digest(session_id)}).one_or_none()
    if row is None:
        return None
    idle, age = (GUEST_IDLE, GUEST_AGE) if row.staff_id is None else (STAFF_IDLE, STAFF_AGE)
    if now - row.seen_at >= idle or now - row.created_at >= age:
        return None
    return Held(row.data, row.seen_at)


def create(session: Session, session_id: str, data: dict[str, Any], *, now: datetime) -> None:
    """Keep a new session."""
    row = WebSession(id_hash=digest(session_id), created_at=now, seen_at=now, data=data, staff_id=_staff(data))
    session.add(row)
    session.flush()


def write(session: Session, session_id: str, data: dict[str, Any], *, new_id: str | None, now: datetime) -> bool:
    """Keep what changed, under ``new_id`` when there is one; False when the session was ended meanwhile.

    The age goes on from the first day: a new id does not make a session younger.
    """
    values: dict[str, Any] = {"data": data, "seen_at": now, "staff_id": _staff(data)}
    if new_id is not None:
        values["id_hash"] = digest(new_id)
    kept = update(WebSession).where(WebSession.id_hash == digest(session_id)).values(values)
    return session.scalar(kept.returning(WebSession.id_hash)) is not None


def end(session: Session, session_id: str) -> None:
    """End one session."""
    session.execute(delete(WebSession).where(WebSession.id_hash == digest(session_id)))


def end_of_staff(session: Session, staff_id: int, *, but: str | None = None) -> None:
    """End every session of a member of staff, «sign out everywhere»; all but one where ``but`` is its id."""
    others = WebSession.id_hash != digest(but or "")
    session.execute(delete(WebSession).where(WebSession.staff_id == staff_id, others))


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` sessions that have ended."""
    ended = or_(WebSession.seen_at < now - GUEST_IDLE, WebSession.created_at < now - GUEST_AGE)
    some = select(WebSession.id_hash).where(ended).limit(limit)
    gone = delete(WebSession).where(WebSession.id_hash.in_(some)).returning(WebSession.id_hash)
    return len(session.execute(gone).all())


def _staff(data: dict[str, Any]) -> int | None:
    """Flask-Login's user: only staff sign in through it."""
    user = str(data.get("_user_id", ""))
    return int(user) if user.isascii() and user.isdigit() else None

"""Setting a row of a worklist aside: what is kept, by list, and the condition that leaves it out of the list."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.events import inbox, log, stumbles
from app.events.kinds import Listener
from app.staff.models import SetAside

MESSAGES, TROUBLE, RECEIPTS, INBOX, EVENTS, JOBS = "messages", "trouble", "receipts", "inbox", "events", "jobs"
LATE, FAILED, RETURNING, WORDS = "late", "failed-attempts", "returning", "words"
NOTED = "noted"


def put(session: Session, worklist: str, item: str, *, by: str, now: datetime) -> bool:
    """Take a row off its list; False when it is on it no longer. Raises KeyError for a list without such an action."""
    return _DEEDS[worklist](session, item, by, now)


# Asked by EXISTS against the primary key: what was set aside years ago costs the lists nothing.
def is_aside(worklist: str, item: ColumnElement[Any] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the row of this name was set aside."""
    return exists().where(SetAside.worklist == worklist, SetAside.item == cast(item, String))


def set_aside_on(session: Session, worklist: str) -> set[str]:
    """The names of all rows that were set aside on a list, for one that is put together from groups."""
    return set(session.scalars(select(SetAside.item).where(SetAside.worklist == worklist)))


def note(session: Session, worklist: str, item: str, *, reason: str, by: str, now: datetime) -> None:
    """Keep why a row was taken off its list."""
    row = insert(SetAside).values(worklist=worklist, item=item, by=by, at=now, reason=reason)
    # Lists that keep their own mark have no row here yet; the others have one since `put`.
    session.execute(row.on_conflict_do_update(index_elements=["worklist", "item"], set_={"reason": reason}))


def _keep(worklist: str) -> Callable[[Session, str, str, datetime], bool]:
    def keep(session: Session, item: str, by: str, now: datetime) -> bool:
        # Two who press at once: the first has done it, and only their press is a row of the trail.
        row = insert(SetAside).values(worklist=worklist, item=item, by=by, at=now).on_conflict_do_nothing()
        return session.scalar(row.returning(SetAside.item)) is not None

    return keep


def _delivery(session: Session, item: str, by: str, now: datetime) -> bool:
    return inbox.set_aside(session, int(item), now=now)


def _event(session: Session, item: str, by: str, now: datetime) -> bool:
    listener, _, event_id = item.partition("-")
    return log.set_aside(session, int(event_id), Listener(listener))


def _job(session: Session, item: str, by: str, now: datetime) -> bool:
    task, _, number = item.rpartition("-")
    return stumbles.set_aside(session, task, int(number))


_DEEDS: dict[str, Callable[[Session, str, str, datetime], bool]] = {
    MESSAGES: _keep(MESSAGES),
    TROUBLE: _keep(TROUBLE),
    RECEIPTS: _keep(RECEIPTS),
    NOTED: _keep(NOTED),
    **{name: _keep(name) for name in (LATE, FAILED, RETURNING, WORDS)},
    INBOX: _delivery,
    EVENTS: _event,
    JOBS: _job,
}

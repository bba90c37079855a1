"""Who has a row of a worklist and until when it rests: kept so that of two who press at once the second is told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.staff.models import StaffUser, WorkMark
from app.staff.worklists.choice import ListFilters, RowChoice

ROLES = ("support", "admin")


def marks_on(session: Session, worklist: str, items: Iterable[str]) -> dict[str, WorkMark]:
    """The marks of these rows, by name."""
    of_these = select(WorkMark).where(WorkMark.worklist == worklist, WorkMark.item.in_(list(items)))
    marks = session.scalars(of_these.execution_options(populate_existing=True))
    return {mark.item: mark for mark in marks}


def put_mark(
    session: Session, worklist: str, item: str, values: dict[str, Any], *, by: str, seen: datetime, now: datetime
) -> bool:
    """Set some of a row's mark; False when somebody else did so since it was ``seen``."""
    changed = {**values, "changed_by": by, "changed_at": now}
    row = insert(WorkMark).values(worklist=worklist, item=item, **changed)
    # In one statement: whoever comes second finds the other's change, however close they were.
    upsert = row.on_conflict_do_update(
        index_elements=["worklist", "item"],
        set_=changed,
        where=or_(WorkMark.changed_at <= seen, WorkMark.changed_by == by),
    )
    return session.scalar(upsert.returning(WorkMark.item)) is not None


def colleagues(session: Session) -> list[tuple[str, str]]:
    """Who works on these lists, by address and name."""
    active = select(StaffUser).where(StaffUser.active, StaffUser.role.in_(ROLES)).order_by(StaffUser.name)
    return [(user.email, user.name) for user in session.scalars(active)]


def narrowed(session: Session, worklist: str, filters: ListFilters, *, me: str, now: datetime) -> RowChoice:
    """What an address means on a list whose rows are put together from groups."""
    marks = {mark.item: mark for mark in session.scalars(select(WorkMark).where(WorkMark.worklist == worklist))}
    rest = {item for item, mark in marks.items() if mark.snoozed_until and mark.snoozed_until > now}
    owned = {item: mark.assigned_to for item, mark in marks.items() if mark.assigned_to}
    meant = set(rest) if filters.snoozed else None
    if filters.who == "nobody":
        return RowChoice(
            items=None if meant is None else frozenset(meant), hides=frozenset(owned) | _out(filters, rest)
        )
    if filters.who:
        actor = me if filters.who == "mine" else filters.who
        theirs = {item for item, owner in owned.items() if owner == actor}
        meant = theirs if meant is None else meant & theirs
    return RowChoice(items=None if meant is None else frozenset(meant), hides=_out(filters, rest))


# A row that rests is left out of the list of what waits, and is all that the list of what rests shows.
def _out(filters: ListFilters, rest: set[str]) -> frozenset[str]:
    return frozenset() if filters.snoozed else frozenset(rest)

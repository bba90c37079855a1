"""Undoing a press: each row stands again as before, where nobody has done anything to it since."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.personal.terms import TERMS
from app.staff.models import WorkDeed
from app.staff.worklists import aside
from app.staff.worklists.deeds.marks import put_mark
from app.support import cases

# Who notices a slip does so within minutes; what was before is of no use to anybody after a week.
PRESSES = TERMS["presses"]


def undo(session: Session, press: str, *, by: str, now: datetime) -> tuple[str, int, int] | None:
    """The list, how many rows stand as before, and how many do not; None for a press that is none of this member's."""
    since = now - PRESSES.before(PRESSES.days or 0)
    own = (WorkDeed.press == press, WorkDeed.by == by, WorkDeed.undone_at.is_(None), WorkDeed.at >= since)
    # Claimed in one statement: a second press of the same button finds nothing to undo.
    claimed = update(WorkDeed).where(*own).values(undone_at=now).returning(WorkDeed)
    deeds = session.scalars(claimed.execution_options(populate_existing=True)).all()
    if not deeds:
        return None
    undone = [deed for deed in sorted(deeds, key=lambda one: one.id) if _take_back(session, deed, now)]
    for deed in undone:
        subject = f"{deed.worklist}/{deed.item}"
        audit.record(session, actor=by, action="work.undone", subject=subject, detail={"what": deed.deed}, now=now)
    return deeds[0].worklist, len(undone), len(deeds) - len(undone)


def is_undoable(worklist: str, deed: str) -> bool:
    """Whether a deed on this list can be undone."""
    if deed in ("note", "approve"):
        return False
    return deed != "done" or aside.FINISHES[worklist].undo is not None


def instant_text(instant: datetime | None) -> str | None:
    """As it is kept in a document."""
    return instant.isoformat() if instant else None


def _take_back(session: Session, deed: WorkDeed, now: datetime) -> bool:
    if deed.deed == "done":
        back = aside.FINISHES[deed.worklist].undo
        return back is not None and back(session, deed.item, deed.by, now)
    names = ("assigned_to",) if deed.deed == "assign" else ("snoozed_until", "snoozed_by")
    values: dict[str, Any] = {name: deed.before.get(name) for name in names}
    if until := values.get("snoozed_until"):
        values["snoozed_until"] = datetime.fromisoformat(until)
    # Seen when it was done: what a colleague changed since is not undone with it.
    is_back = put_mark(session, deed.worklist, deed.item, values, by=deed.by, seen=deed.at, now=now)
    if is_back and deed.deed == "assign" and deed.worklist == aside.CASES:
        cases.assign(session, aside.case_id(deed.item), to=values["assigned_to"])
    return is_back

"""One press on some rows of a worklist: done, assigned, snoozed or noted; what could not be done is told with why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import Conflict
from app.core.i18n.words import clock_time
from app.returns import services as returns
from app.staff.models import WorkDeed
from app.staff.notes.services import NotePlace, write
from app.staff.worklists import aside
from app.staff.worklists.deeds.marks import marks_on, put_mark
from app.staff.worklists.deeds.undo import instant_text, is_undoable
from app.staff.worklists.rows import Row
from app.support import cases

DONE, ASSIGN, SNOOZE, NOTE, APPROVE = "done", "assign", "snooze", "note", "approve"


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed, by whom, and when the page was made on which it was; ``key`` names it for undoing."""

    worklist: str
    deed: str
    by: str
    key: str
    seen: datetime
    to: str | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(slots=True)
class PressOutcome:
    """What came of a press: the titles of the rows, and of those that stayed as they were with why."""

    done: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def carry_out(
    session: Session, press: Press, rows: Sequence[Row], missing: Sequence[str], *, zone: str, now: datetime
) -> PressOutcome:
    """Do it to these rows; ``missing`` are names that are on the list no longer."""
    outcome = PressOutcome(left=[("", _who_was_faster(session, press, item, zone)) for item in missing])
    # In the order in which their orders are locked: two who press at once must not wait for each other.
    for row in sorted(rows, key=lambda one: (one.order_id or 0, one.item)):
        before = _before(session, press, row)
        if _DEEDS[press.deed](session, press, row, now):
            outcome.done.append(row.title)
            _note_deed(session, press, row, before, now)
        else:
            outcome.left.append((row.title, _who_was_faster(session, press, row.item, zone)))
    return outcome


def place_of(worklist: str, row: Row) -> NotePlace:
    """Where notes on a row are kept."""
    if row.order_id is not None:
        return NotePlace(row.order_id, row.subject)
    return NotePlace(None, f"work/{worklist}/{row.item}")


def _finish(session: Session, press: Press, row: Row, now: datetime) -> bool:
    is_done = aside.put(session, press.worklist, row.item, by=press.by, now=now)
    # Most lists ask for no reason: what leaves them comes back by itself when its matter changes.
    if is_done and press.words:
        aside.note(session, press.worklist, row.item, reason=press.words, by=press.by, now=now)
    return is_done


def _assign(session: Session, press: Press, row: Row, now: datetime) -> bool:
    is_kept = _mark(session, press, row, {"assigned_to": press.to}, now)
    # A case has an assignee of its own, which its page shows: both say the same.
    if is_kept and press.worklist == aside.CASES:
        cases.assign(session, aside.case_id(row.item), to=press.to)
    return is_kept


def _snooze(session: Session, press: Press, row: Row, now: datetime) -> bool:
    return _mark(session, press, row, {"snoozed_until": press.until, "snoozed_by": press.by}, now)


def _mark(session: Session, press: Press, row: Row, values: dict[str, Any], now: datetime) -> bool:
    return put_mark(session, press.worklist, row.item, values, by=press.by, seen=press.seen, now=now)


def _write(session: Session, press: Press, row: Row, now: datetime) -> bool:
    write(session, place_of(press.worklist, row), press.words, by=press.by, now=now)
    return True


def _approve(session: Session, press: Press, row: Row, now: datetime) -> bool:
    """One that cannot be approved any more leaves the others as they are."""
    try:
        # A savepoint each: one refusal must not undo the others of the same press.
        with session.begin_nested():
            returns.approve(session, int(row.item), by=press.by, now=now)
    except Conflict:
        return False
    return True


_DEEDS: dict[str, Callable[[Session, Press, Row, datetime], bool]] = {
    DONE: _finish,
    APPROVE: _approve,
    ASSIGN: _assign,
    SNOOZE: _snooze,
    NOTE: _write,
}
ACTIONS = {
    DONE: "work.set_aside",
    ASSIGN: "work.assigned",
    SNOOZE: "work.snoozed",
    NOTE: "note.added",
    APPROVE: "return.approved",
}


def _before(session: Session, press: Press, row: Row) -> dict[str, Any]:
    mark = marks_on(session, press.worklist, [row.item]).get(row.item)
    if mark is None:
        return {}
    until = instant_text(mark.snoozed_until)
    return {"assigned_to": mark.assigned_to, "snoozed_until": until, "snoozed_by": mark.snoozed_by}


def _note_deed(session: Session, press: Press, row: Row, before: dict[str, Any], now: datetime) -> None:
    """For undoing, and for the trail."""
    # What a customer was told cannot be taken back, so nothing is kept for it.
    if is_undoable(press.worklist, press.deed):
        facts = {"press": press.key, "worklist": press.worklist, "item": row.item, "deed": press.deed}
        session.add(WorkDeed(**facts, by=press.by, at=now, before=before))
    detail = {"what": row.title, **_detail(press)}
    subject = row.title if press.deed == APPROVE else f"{press.worklist}/{row.item}"
    audit.record(
        session,
        actor=press.by,
        action=ACTIONS[press.deed],
        order_id=row.order_id,
        subject=subject,
        detail=detail,
        now=now,
    )


def _detail(press: Press) -> dict[str, Any]:
    if press.deed == ASSIGN:
        return {"to": press.to or "nobody"}
    if press.deed == SNOOZE:
        return {"until": instant_text(press.until)}
    return dict(audit.reason(press.words)) if press.deed == DONE else {}


def _who_was_faster(session: Session, press: Press, item: str, zone: str) -> str:
    """Who did something to a row meanwhile, and what, as far as that is kept."""
    if by_at := aside.who_finished(session, press.worklist, item):
        return _("%(who)s has done it at %(time)s", who=by_at[0], time=clock_time(by_at[1], zone=zone))
    mark = marks_on(session, press.worklist, [item]).get(item)
    # Nobody is named who had done so before the page was made: the reader has seen that.
    if mark is None or mark.changed_at <= press.seen or mark.changed_by == press.by:
        return _("it had left the list")
    time = clock_time(mark.changed_at, zone=zone)
    if mark.assigned_to:
        return _("%(who)s assigned it to %(to)s at %(time)s", who=mark.changed_by, to=mark.assigned_to, time=time)
    return _("%(who)s changed it at %(time)s", who=mark.changed_by, time=time)

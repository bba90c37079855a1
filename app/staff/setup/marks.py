"""What a person says of the checklist: a step that no row tells of is done, or the card is not to be shown."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import NotFound
from app.staff.models import SetupMark
from app.staff.setup.checklist import steps
from app.staff.setup.state import HIDDEN, SetupState

# Whatever stands in the database: which steps are said by people does not depend on it.
NOTED = frozenset(step.name for step in steps(SetupState()) if step.noted)


def set_noted(session: Session, step: str, noted: bool, *, by: str, now: datetime) -> bool:
    """Say of a step that it is done, or not yet; gives whether that is new. Raises NotFound for one that rows tell."""
    if step not in NOTED:
        raise NotFound(f"Nobody says this step is done: choose from {', '.join(sorted(NOTED))}.")
    return _mark(session, step, noted, ("setup.noted", "setup.note_ended"), by=by, now=now)


def set_hidden(session: Session, hidden: bool, *, by: str, now: datetime) -> bool:
    """Take the checklist off the first pages of this installation, or bring it back; gives whether that is new."""
    return _mark(session, HIDDEN, hidden, ("setup.hidden", "setup.shown"), by=by, now=now)


def _mark(session: Session, step: str, marked: bool, actions: tuple[str, str], *, by: str, now: datetime) -> bool:
    # Two who press at once leave one mark, and one row of the trail.
    if marked:
        row = insert(SetupMark).values(step=step, by=by, at=now).on_conflict_do_nothing()
        changed = session.execute(row.returning(SetupMark.step)).first() is not None
    else:
        gone = delete(SetupMark).where(SetupMark.step == step).returning(SetupMark.step)
        changed = session.execute(gone).first() is not None
    if changed:
        audit.record(session, actor=by, action=actions[0 if marked else 1], subject=f"setup/{step}", now=now)
    return changed

"""How old what is remembered of brands may be: nothing in the process that changed one, some seconds in the others."""

from itertools import count

from sqlalchemy import event
from sqlalchemy.orm import Session

# Every page shows a brand; asked each time, it would be a statement more for each of them.
REMEMBERED_SECONDS = 3
_changes = count(1)
_seen = {"change": 0}


def change_number() -> int:
    """Another number after each change of a brand that this process has committed.

    A number and no moment: what was read before the commit is old, however short ago that was.
    """
    return _seen["change"]


def note_change(session: Session) -> None:
    """Whatever is remembered of brands is old once this session's transaction has been committed."""
    if not session.info.get("brands_changed"):
        session.info["brands_changed"] = True
        event.listen(session, "after_commit", _changed)


def _changed(_session: Session) -> None:
    _seen["change"] = next(_changes)

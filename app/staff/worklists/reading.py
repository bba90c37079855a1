"""The rows of a worklist as a page shows them: with who has each, since when it is back, and its last note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core.i18n.words import moment
from app.staff.models import WorkMark
from app.staff.notes.services import LastNote, last_notes
from app.staff.worklists.choice import ListFilters, RowChoice, choose, named
from app.staff.worklists.deeds.deeds import place_of
from app.staff.worklists.deeds.marks import marks_on, narrowed
from app.staff.worklists.rows import Row
from app.staff.worklists.worklists import WORKLISTS


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row with what colleagues left on it; ``rest`` says until when it rests, or that it is back and since when."""

    row: Row
    assignee: str | None = None
    rest: str = ""
    note: LastNote | None = None


def rows_of(session: Session, name: str, filters: ListFilters, *, me: str, now: datetime) -> Sequence[Row]:
    """The rows that an address means."""
    worklist = WORKLISTS[name]
    if worklist.source is None or worklist.put_together:
        return worklist.rows(session, now, narrowed(session, name, filters, me=me, now=now))
    return worklist.rows(session, now, choose(name, worklist.source, filters, me=me, now=now))


def named_rows(session: Session, name: str, items: Sequence[str], *, now: datetime) -> list[Row]:
    """Those of these rows that are on the list, whoever has them and whether they rest or not."""
    worklist = WORKLISTS[name]
    # What is put together here is read whole: it has few rows, and no column to ask by.
    put_together = worklist.source is None or worklist.put_together
    choice = RowChoice() if put_together or worklist.source is None else named(worklist.source, items)
    return [row for row in worklist.rows(session, now, choice) if row.item in items]


def listed_rows(session: Session, name: str, rows: Sequence[Row], *, zone: str, now: datetime) -> list[ListedRow]:
    """Rows with what colleagues left on them; three statements, whatever their number."""
    marks = marks_on(session, name, [row.item for row in rows])
    places = {row.item: place_of(name, row) for row in rows}
    notes = last_notes(session, places.values())
    return [
        ListedRow(row, _assignee(name, row, mark), _rest_words(mark, zone, now), notes.get(places[row.item]))
        for row in rows
        for mark in (marks.get(row.item),)
    ]


def _assignee(name: str, row: Row, mark: WorkMark | None) -> str | None:
    source = WORKLISTS[name].source
    if source is not None and source.assignee is not None:
        return row.assignee
    return mark.assigned_to if mark else None


def _rest_words(mark: WorkMark | None, zone: str, now: datetime) -> str:
    """A row that rested says why it is back: somebody wanted to see it again by then."""
    if mark is None or mark.snoozed_until is None:
        return ""
    facts = {"moment": moment(mark.snoozed_until, zone=zone, relative=False), "who": mark.snoozed_by}
    if mark.snoozed_until > now:
        return _("Snoozed by %(who)s until %(moment)s", **facts)
    return _("Back: %(who)s snoozed it until %(moment)s", **facts)

"""Notes as other parts write and read them: of an order, of what is below it, or of a row that belongs to no order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.staff.models import StaffNote

LONGEST = 2000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a note is kept: with an order, and of what below it; without an order by ``subject`` alone."""

    order_id: int | None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class LastNote:
    """The last note of a place, and how many there are."""

    text: str
    by: str
    at: datetime
    count: int


def write(session: Session, place: NotePlace, text: str, *, by: str, now: datetime) -> None:
    """Keep a note."""
    order_id, subject = place.order_id, place.subject
    session.add(StaffNote(order_id=order_id, subject=subject, written_by=by, written_at=now, text=text[:LONGEST]))


def note_reveal(session: Session, order_id: int, reason: str, *, by: str, now: datetime) -> None:
    """Keep why somebody looks at the personal data of an order, which are shown once this is committed."""
    # The words stand in a note, which goes with the order; the trail, which stays, holds only that there are some.
    write(session, NotePlace(order_id), reason, by=by, now=now)
    detail = audit.reason(reason)
    audit.record(session, actor=by, action="personal.revealed", order_id=order_id, detail=detail, now=now)


def notes_of(session: Session, place: NotePlace) -> Sequence[StaffNote]:
    """The notes of a place, the newest first."""
    of_place = select(StaffNote).where(
        StaffNote.order_id == place.order_id if place.order_id else StaffNote.order_id.is_(None),
        StaffNote.subject == place.subject if place.subject else StaffNote.subject.is_(None),
    )
    return session.scalars(of_place.order_by(StaffNote.id.desc()).limit(100)).all()


def last_notes(session: Session, places: Iterable[NotePlace]) -> dict[NotePlace, LastNote]:
    """The last note of each of these places that has one; two indexes, whatever their number."""
    meant = set(places)
    orders = {place.order_id for place in meant if place.order_id}
    alone = {place.subject for place in meant if place.order_id is None and place.subject}
    of_these = or_(StaffNote.order_id.in_(orders), StaffNote.order_id.is_(None) & StaffNote.subject.in_(alone))
    latest: dict[NotePlace, LastNote] = {}
    # The newest comes last, and stays.
    for note in session.scalars(select(StaffNote).where(of_these).order_by(StaffNote.id)):
        place = NotePlace(note.order_id, note.subject)
        before = latest[place].count if place in latest else 0
        latest[place] = LastNote(note.text, note.written_by, note.written_at, before + 1)
    return {place: noted for place, noted in latest.items() if place in meant}

"""Showing personal data of an order to a member: why is kept in a note; the trail tells that a reason was given."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.orders.records import OrderRecord
from app.staff.notes.services import NotePlace
from app.staff.notes.services import write as write_note


def note_reveal(session: Session, order: OrderRecord, reason: str, *, by: str, now: datetime) -> None:
    """Keep why somebody looks; the data are shown once this is committed."""
    # The words stand in a note, which goes with the order; the trail, which stays, holds only that there are some.
    write_note(session, NotePlace(order.id), reason, by=by, now=now)
    detail = audit.reason(reason)
    audit.record(session, actor=by, action="personal.revealed", order_id=order.id, detail=detail, now=now)

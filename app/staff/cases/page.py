"""What a case's page shows: the order with its parcel, who wrote and how they wish to be answered, and drafts."""

from flask import abort, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.queries import by_id
from app.orders.records import OrderRecord
from app.returns.records import ReturnRecord
from app.staff.notes.services import NotePlace
from app.staff.orders import masking
from app.support.queries import find_case
from app.support.records import SupportCaseRecord
from app.support.states import CaseState
from app.tracking.carrier_pages import carrier_title
from app.tracking.page.words import badge
from app.tracking.records import ShipmentRecord
from app.tracking.states import ShipmentState

STATES = {
    CaseState.OPEN: ("attention", _l("open")),
    CaseState.ANSWERED: ("done", _l("answered")),
    CaseState.CLOSED: ("plain", _l("closed")),
}
DRAFTS = "case_drafts"
# The session is read on every request: what was begun must not make it grow all day.
MOST_DRAFTS = 20


def named_case(database: Session, ref: str) -> SupportCaseRecord:
    """The case with this reference, or 404."""
    return find_case(database, ref) or abort(404)


def case_place(case: SupportCaseRecord) -> NotePlace:
    """Where its notes are kept."""
    return NotePlace(case.order_id, f"case/{case.ref}")


def case_badge(state: str) -> tuple[str, str]:
    """Kind and text of a case's badge."""
    kind, text = STATES[CaseState(state)]
    return kind, str(text)


def order_of(database: Session, case: SupportCaseRecord) -> OrderRecord:
    """The order that it is about."""
    return by_id(database, case.order_id)


def parcel_of(database: Session, case: SupportCaseRecord) -> tuple[str, tuple[str, str]] | None:
    """Its parcel by carrier and number, and that parcel's badge."""
    if case.shipment_id is None:
        return None
    parcel = database.get(ShipmentRecord, case.shipment_id, populate_existing=True)
    if parcel is None:
        return None
    name = " ".join(filter(None, (carrier_title(parcel.carrier), parcel.number)))
    return name or "—", badge(ShipmentState(parcel.state), is_late=parcel.late_since is not None)


def return_ref(database: Session, case: SupportCaseRecord) -> str | None:
    """The return that it is about."""
    if case.return_id is None:
        return None
    return database.scalar(select(ReturnRecord.ref).where(ReturnRecord.id == case.return_id))


def items_of(case: SupportCaseRecord, order: OrderRecord) -> str:
    """The titles of the items that it is about."""
    return ", ".join(line.title for line in order.all_lines if line.id in case.lines)


def wish(case: SupportCaseRecord, order: OrderRecord, *, revealed: bool) -> str:
    """How its customer wishes to be answered; an address in full only where the order's are."""
    person = next(iter(order.contacts), None)
    phone, email = (person.phone_e164, person.email_folded) if person else (None, None)
    if case.answer_by == "phone":
        return _("by phone: %(phone)s", phone=phone if revealed and phone else masking.phone(phone))
    if case.contact:
        shown = case.contact if revealed else masking.email(case.contact)
        return _("by e-mail to %(email)s, which is not the order's address", email=shown)
    return _("by e-mail: %(email)s", email=email if revealed and email else masking.email(email))


def keep_draft(ref: str, words: str) -> None:
    """Keep what is typed for a case while another of its buttons is pressed; an empty text forgets it."""
    drafts = {case: text for case, text in _drafts().items() if case != ref}
    if words or ref in _drafts():
        session[DRAFTS] = dict([*drafts.items(), *([(ref, words)] if words else [])][-MOST_DRAFTS:])


def read_draft(ref: str) -> str:
    """What was typed for a case and not sent."""
    return _drafts().get(ref, "")


def _drafts() -> dict[str, str]:
    drafts: dict[str, str] = session.get(DRAFTS) or {}
    return drafts

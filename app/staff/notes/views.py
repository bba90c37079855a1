"""Writing a note on a return or a case; an order's is written with its timeline."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.cases.page import case_place, named_case
from app.staff.cases.views import case_page_with
from app.staff.notes.services import NotePlace, write
from app.staff.returns.page import find_return, return_place
from app.staff.returns.views import return_page_with

bp = Blueprint("notes", __name__, url_prefix="/staff")
guarded = permission_required(Permission.ORDERS)


@bp.post("/returns/<ref>/notes")
@guarded
def of_return(ref: str) -> ResponseReturnValue:
    """Write a note on a return."""
    view, text = find_return(db_session(), ref), _text()
    if not text:
        return return_page_with(view.return_.ref, [_fault()]), 422
    _write(return_place(view), view.return_.ref, text)
    return see_other(url_for("returning.page", ref=view.return_.ref))


@bp.post("/cases/<ref>/notes")
@guarded
def of_case(ref: str) -> ResponseReturnValue:
    """Write a note on a case."""
    case, text = named_case(db_session(), ref), _text()
    if not text:
        return case_page_with(case, _fault()), 422
    _write(case_place(case), case.ref, text)
    return see_other(url_for("cases.page", ref=case.ref))


def _text() -> str:
    return request.form.get("note", "").strip()


def _fault() -> tuple[str, str]:
    return "note", _("Write the note first, then add it.")


def _write(place: NotePlace, subject: str, text: str) -> None:
    now, by = utcnow(), member().actor
    with transaction(db_session()) as session:
        write(session, place, text, by=by, now=now)
        audit.record(session, actor=by, action="note.added", order_id=place.order_id, subject=subject, now=now)
    announce(_("The note is added."))

"""A return's label on paper for a member: it bears name and address, so that it is given out for a reason."""

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session
from app.returns.labels.files import LabelFile, label_file, label_files
from app.returns.queries import ReturnView
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, typed
from app.staff.notes.services import note_reveal
from app.staff.returns.label import has_label
from app.staff.returns.page import find_return

bp = Blueprint("return_label", __name__, url_prefix="/staff/returns/<ref>/label")
guarded = permission_required(Permission.PERSONAL)
SIZES = (LabelFile.SHEET, LabelFile.LABEL, LabelFile.ZPL)
TYPES = {LabelFile.ZPL: "application/zpl"}


@bp.route("", methods=["GET", "POST"])
@guarded
def give(ref: str) -> ResponseReturnValue:
    """Ask in which form and what for; then give the file out."""
    view = find_return(db_session(), ref)
    if not has_label(view):
        abort(404)
    question = _question(view)
    if request.method == "GET":
        return question.page()
    size = next((one for one in SIZES if one == typed("size")), None)
    content = label_file(db_session(), view, size) if size else None
    if size is None or content is None:
        return question.page(errors=[("size", _("Choose a form of the label."))]), 422
    if question.fault():
        return question.page(question.fault()), 422
    # Before the file leaves: what cannot be written down is not given out.
    with transaction(db_session()) as session:
        note_reveal(session, view.order.id, typed("reason"), by=member().actor, now=utcnow())
    response = Response(content, mimetype=TYPES.get(size, "application/pdf"))
    ending = "zpl" if size is LabelFile.ZPL else "pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{view.return_.ref}-{size}.{ending}"'
    return response


def _question(view: ReturnView) -> Confirmation:
    words = {
        LabelFile.SHEET: _("Label, A4 sheet (PDF)"),
        LabelFile.LABEL: _("Label, 4×6 in (PDF)"),
        LabelFile.ZPL: _("Label for thermal printers (ZPL)"),
    }
    there = label_files(db_session(), view)
    return Confirmation(
        _("Print the label"),
        _("The customer's name and address stand on it. Your reason is kept as a note."),
        _("Open the label"),
        url_for("returning.page", ref=view.return_.ref),
        choice_name="size",
        choice_label=_("Form"),
        choices=[(str(size), words[size]) for size in SIZES if size in there],
        text_name="reason",
        text_label=_("What for?"),
        text_hint=_("For example: the customer has no printer, and we send it by post"),
        needed=True,
    )

"""The checklist's page: every step, what to do next, and what only a person can say of it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.setup import marks
from app.staff.setup.page import checklist, command_of

bp = Blueprint("setup", __name__, url_prefix="/staff/settings/setup")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def page() -> ResponseReturnValue:
    """All steps to the first real order."""
    return render_template("staff/setup/page.html", made=checklist(db_session()), command_of=command_of)


@bp.post("/steps/<step>")
@guarded
def note(step: str) -> ResponseReturnValue:
    """Say of a step that it is done, or that it is not."""
    noted = request.form.get("noted") == "1"
    try:
        with transaction(db_session()) as rows:
            marks.set_noted(rows, step, noted, by=member().actor, now=utcnow())
    except NotFound:
        # Rows tell of this step: whoever sends it has no button for that.
        return see_other(url_for("setup.page"))
    announce(_("Noted as done.") if noted else _("Noted as not done yet."))
    return see_other(url_for("setup.page"))


@bp.post("/card")
@guarded
def show_card() -> ResponseReturnValue:
    """Take the card off the first pages, or bring it back."""
    hidden = request.form.get("hidden") == "1"
    with transaction(db_session()) as rows:
        marks.set_hidden(rows, hidden, by=member().actor, now=utcnow())
    # It says where the list stays, for who wants it back.
    announce(_("The checklist is hidden. It stays here, under Settings.") if hidden else _("The checklist is back."))
    return see_other(url_for("setup.page"))

"""The page on which admins see what the demo has left in their database, and remove it."""

from functools import partial

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.clock import utcnow
from app.core.db import Database, in_transaction, transaction
from app.core.web import db_session, see_other, settings
from app.sandbox.removing import removal
from app.sandbox.removing.removal import DemoData
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission

bp = Blueprint("demo_data", __name__, url_prefix="/staff/settings/demo-data")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def page() -> ResponseReturnValue:
    """What there is, and the button."""
    there = removal.foreseen(db_session())
    mine = member().email in there.people
    others = [email for email in there.people if email != member().email]
    shown = {"there": there, "counted": _counted(there), "others": others, "mine": mine, "on": settings().demo}
    return render_template("sandbox/removal.html", **shown)


@bp.post("")
@guarded
def remove() -> ResponseReturnValue:
    """Remove it; nothing while the demo shop is on, which would bring new orders at once."""
    if settings().demo:
        return see_other(url_for("demo_data.page"))
    database: Database = current_app.extensions["database"]
    actor, now = member().actor, utcnow()
    # Each batch in a transaction of its own: the page's holds nothing meanwhile.
    db_session().rollback()
    key = settings().key
    removal.remove_all(partial(in_transaction, database.sessions), key=key, by=actor, now=now)
    if request.form.get("staff") == "1":
        with transaction(db_session()) as rows:
            removal.shut_out(rows, by=actor, but=member().email, now=now)
    announce(_("The demo data are gone."))
    return see_other(url_for("setup.page"))


def _counted(there: DemoData) -> list[str]:
    """What goes, in words."""
    rows = there.rows
    words = (
        (rows.get("order", 0), ngettext("%(num)s order", "%(num)s orders", rows.get("order", 0))),
        (rows.get("shipment", 0), ngettext("%(num)s parcel", "%(num)s parcels", rows.get("shipment", 0))),
        (rows.get("return", 0), ngettext("%(num)s return", "%(num)s returns", rows.get("return", 0))),
        (rows.get("message", 0), ngettext("%(num)s message", "%(num)s messages", rows.get("message", 0))),
        (rows.get("support_case", 0), ngettext("%(num)s case", "%(num)s cases", rows.get("support_case", 0))),
        (
            rows.get("drop_off_point", 0),
            ngettext("%(num)s drop-off point", "%(num)s drop-off points", rows.get("drop_off_point", 0)),
        ),
    )
    return [text for count, text in words if count] + ([_("the demo's name and addresses")] if there.facts else [])

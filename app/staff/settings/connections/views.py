"""Connections for admins: list, set, make and end secrets, take out."""

from collections.abc import Callable

from flask import Blueprint, abort, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.connections import store
from app.connections.catalogue import Connection, connection
from app.connections.overview import SetBy, state
from app.connections.store import Changing
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.tokens import seal
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.settings.connections import page
from app.staff.settings.connections.form import server_fault, typed
from app.staff.settings.connections.sentences import in_words
from app.staff.settings.connections.words import connection_title

bp = Blueprint("connections", __name__, url_prefix="/staff/settings/connections")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Everything that can be connected, with how it stands."""
    return page.list_page()


@bp.get("/<name>")
@guarded
def show(name: str) -> ResponseReturnValue:
    """One connection."""
    return page.detail_page(named(name))


@bp.post("/<name>")
@guarded
def save(name: str) -> ResponseReturnValue:
    """Set what the form says; what is refused is said at its field."""
    one = named(name)
    current = state(db_session(), one, page.live())
    # A server is typed in parts, and a fault belongs at its part: the store knows the whole address alone.
    faults = server_fault(one, request.form, page.live())
    if faults:
        return page.detail_page(one, errors=faults, values=request.form), 422
    try:
        with transaction(db_session()) as rows:
            changed = store.set_values(rows, name, typed(current, request.form, page.live()), _changing())
    except Invalid as error:
        errors = [(_field_id(one, fault.pointer), in_words(fault)) for fault in error.faults]
        return page.detail_page(one, errors=errors, values=request.form), 422
    page.renew()
    announce(_("Saved. It is in force within seconds.") if changed else _("Nothing has changed."))
    return see_other(url_for("connections.show", name=name))


@bp.post("/<name>/secret")
@guarded
def secret(name: str) -> ResponseReturnValue:
    """Make a secret; the next page shows it, once."""
    one, variable = named(name), request.form.get("variable", "")
    try:
        with transaction(db_session()) as rows:
            made = store.rotate(rows, name, variable, _changing())
    except Conflict:
        return page.detail_page(one, errors=[(None, _("This secret can't be made here."))]), 409
    page.renew()
    # Sealed, since a session is a row of the database.
    session[page.SHOWN_KEY] = seal(settings().key, f"{name} {made}")
    return see_other(url_for("connections.show", name=name))


@bp.route("/<name>/secret-end", methods=["GET", "POST"])
@guarded
def secret_end(name: str) -> ResponseReturnValue:
    """End the older of two secrets."""
    one, variable = named(name), request.values.get("variable", "")
    ask = Confirmation(
        title=_("End the older secret"),
        text=_("Deliveries that are signed with it will be refused. The newer one stays."),
        button=_("End it"),
        back=url_for("connections.show", name=name),
        danger=True,
        hidden=[("variable", variable)],
        done=_("The older secret has ended."),
    )
    return _asked(one, ask, lambda rows: store.end_older(rows, name, variable, _changing()))


@bp.route("/<name>/removal", methods=["GET", "POST"])
@guarded
def removal(name: str) -> ResponseReturnValue:
    """Take out all that was set here."""
    one = named(name)
    title = connection_title(one)
    ask = Confirmation(
        title=_("Disconnect %(name)s", name=title),
        text=_("What you entered here is deleted. To connect it again, enter it again."),
        button=_("Disconnect"),
        back=url_for("connections.show", name=name),
        danger=True,
        done=_("%(name)s is disconnected.", name=title),
    )
    return _asked(one, ask, lambda rows: store.remove(rows, name, _changing()))


def _asked(one: Connection, ask: Confirmation, act: Callable[[Session], object]) -> ResponseReturnValue:
    if request.method == "GET":
        return ask.page()
    try:
        with transaction(db_session()) as rows:
            act(rows)
    except Conflict:
        return page.detail_page(one, errors=[(None, _("There is nothing of it to take out here."))]), 409
    page.renew()
    announce(ask.done)
    return see_other(ask.back)


def _changing() -> Changing:
    return Changing(page.live().base, member().actor, utcnow())


def named(name: str) -> Connection:
    """The connection of an address, or 404."""
    try:
        return connection(name)
    except NotFound:
        abort(404)


def _field_id(one: Connection, variable: str) -> str | None:
    """The field at which a fault is shown; None where the form has none for it."""
    field = one.field(variable)
    current = state(db_session(), one, page.live())
    shown = next((row for row in current.fields if row.field == field), None)
    # What the environment sets has no field here, and a fault of it stands at the top.
    if field is None or shown is None or shown.origin is SetBy.ENVIRONMENT:
        return None
    return f"{variable}-host" if field.shape.is_address and field.secret else variable

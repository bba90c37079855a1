"""The roles: who may do what, on one page; making, changing and removing those of the shop's own."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission, read_permissions
from app.staff.models import StaffRole
from app.staff.people import roles
from app.staff.people.confirmations import ask_role_removal
from app.staff.people.views import beyond
from app.staff.people.words import PERMISSION_WORDS, ROLE_NAMES

bp = Blueprint("roles", __name__, url_prefix="/staff/people/roles")
guarded = permission_required(Permission.PEOPLE)
Kept = Callable[[Session, str, list[str]], StaffRole]


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Every role with what it may do."""
    return _listed([])


@bp.route("/new", methods=["GET", "POST"])
@guarded
def make() -> ResponseReturnValue:
    """Make a role."""
    if request.method == "GET":
        return _form("", frozenset(), [])
    return _kept(
        lambda rows, name, names: roles.make_role(rows, name=name, permissions=names, by=member().actor, now=utcnow()),
        _("The role %(role)s is made."),
    )


@bp.route("/<key>", methods=["GET", "POST"])
@guarded
def edit(key: str) -> ResponseReturnValue:
    """Change a role of the shop's own."""
    row = _role(key)
    if refused := _refused(row):
        return refused
    if request.method == "GET":
        return _form(row.name, read_permissions(row.permissions), [], key=key)
    return _kept(
        lambda rows, name, names: roles.change_role(
            rows, key, name=name, permissions=names, by=member().actor, now=utcnow()
        ),
        _("The role %(role)s is changed."),
        key=key,
    )


@bp.route("/<key>/removal", methods=["GET", "POST"])
@guarded
def remove(key: str) -> ResponseReturnValue:
    """Remove a role that nobody has."""
    row = _role(key)
    # Nobody takes away, by way of a role, what they do not have themselves.
    if refused := _refused(row):
        return refused
    confirmation = ask_role_removal(row)
    if request.method == "GET":
        return confirmation.page()
    try:
        with transaction(db_session()) as rows:
            roles.remove_role(rows, key, by=member().actor, now=utcnow())
    except Conflict:
        return _listed(
            [(None, _("Somebody has this role, or gets it from the provider. Give them another first."))]
        ), 409
    announce(confirmation.done)
    return see_other(url_for("roles.listed"))


def _role(key: str) -> StaffRole:
    try:
        return roles.find_role(db_session(), key)
    except NotFound:
        abort(404)


def _refused(row: StaffRole) -> ResponseReturnValue | None:
    """Nobody changes what goes beyond themselves, nor what they may do themselves."""
    if row.key == member().role:
        return _listed([(None, _("Somebody else has to change your own role."))]), 409
    if not read_permissions(row.permissions) <= member().permissions:
        return _listed([(None, beyond())]), 403
    return None


def _kept(keep: Kept, done: str, key: str = "") -> ResponseReturnValue:
    """Keep what the form says, or show it again with what is wrong."""
    name, names = request.form.get("name", "")[:200], request.form.getlist("permissions")[:50]
    chosen = read_permissions(names)
    if not chosen <= member().permissions:
        return _form(name, chosen, [("permissions", beyond())], key=key), 403
    try:
        with transaction(db_session()) as rows:
            role = keep(rows, name, names)
    except Conflict:
        return _form(name, chosen, [("name", _("There is a role of this name already."))], key=key), 409
    except Invalid as error:
        return _form(name, chosen, [_in_words(fault) for fault in error.faults], key=key), 422
    announce(done % {"role": role.name})
    return see_other(url_for("roles.listed"))


def _in_words(fault: Fault) -> tuple[str, str]:
    if fault.pointer == "name":
        return "name", _("Write a name of at most 40 characters.")
    # «refunds needs returns too»
    one, needs, other = (*fault.detail.split(), "", "")[:3]
    if needs != "needs":
        return "permissions", _("Choose at least one.")
    titles = [str(PERMISSION_WORDS[Permission(name)][0]) for name in (one, other)]
    return "permissions", _("“%(one)s” needs “%(other)s” too.", one=titles[0], other=titles[1])


def _listed(errors: list[tuple[str | None, str]]) -> str:
    return render_template(
        "staff/people/roles.html",
        roles=roles.all_roles(db_session()),
        permissions=PERMISSION_WORDS,
        names=ROLE_NAMES,
        errors=errors,
    )


def _form(name: str, chosen: frozenset[Permission], errors: list[tuple[str, str]], key: str = "") -> str:
    return render_template(
        "staff/people/role.html",
        name=name,
        chosen=chosen,
        permissions=PERMISSION_WORDS,
        mine=member().permissions,
        errors=errors,
        key=key,
    )

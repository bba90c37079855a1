"""Members of staff, for admins: add one, change a role, deactivate, end sessions, set a password."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid
from app.core.tokens import seal, unseal
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth import passwords, second_factor, services, tries
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.models import StaffUser
from app.staff.people import people
from app.staff.people.confirmations import ask_activity, ask_lost_device, ask_password, ask_role, ask_sign_out
from app.staff.people.people import ROLES, ROLES_OPEN

bp = Blueprint("people", __name__, url_prefix="/staff/people")
guarded = permission_required(Permission.PEOPLE)
# The next page shows it once; a session in which that page is never loaded must not offer it for hours.
SHOWN_SECONDS = 600


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Everyone, and the form for one more."""
    return _page([])


@bp.post("")
@guarded
def add() -> ResponseReturnValue:
    """Add a member; the password is made here and shown once."""
    email, role, password = request.form.get("email", ""), request.form.get("role", ""), passwords.generated()
    try:
        with transaction(db_session()) as rows:
            services.create(
                rows,
                email=email[:254],
                role=role,
                password=password,
                name=request.form.get("name", "")[:80],
                by=member().actor,
                now=utcnow(),
            )
    except Conflict:
        return _page([("email", _("Somebody has this address already."))]), 422
    except Invalid as error:
        sentences = {"email": _("Write an e-mail address."), "role": _("Choose a role.")}
        return _page([(fault.pointer, sentences.get(fault.pointer, fault.detail)) for fault in error.faults]), 422
    _show_once(email, password)
    announce(_("%(who)s is added.", who=email.strip().lower()))
    return see_other(url_for("people.listed"))


@bp.route("/<int:user_id>/role", methods=["GET", "POST"])
@guarded
def role(user_id: int) -> ResponseReturnValue:
    """Give another role, after saying what it opens."""
    role_name, user = request.values.get("role", ""), _user(user_id)
    if role_name not in set(Role):
        abort(422)
    if request.method == "GET" and user.role == role_name:
        return see_other(url_for("people.listed"))
    confirmation = ask_role(user, Role(role_name))
    return _asked(
        user_id, confirmation, lambda rows, user, now: people.change_role(rows, user, role_name, by=_by(), now=now)
    )


@bp.route("/<int:user_id>/activity", methods=["GET", "POST"])
@guarded
def activity(user_id: int) -> ResponseReturnValue:
    """Deactivate, or reactivate."""
    active = request.values.get("active") == "yes"
    return _asked(
        user_id,
        ask_activity(_user(user_id), active=active),
        lambda rows, user, now: people.set_active(rows, user, active, by=_by(), now=now),
    )


@bp.route("/<int:user_id>/sessions-end", methods=["GET", "POST"])
@guarded
def sign_out(user_id: int) -> ResponseReturnValue:
    """End all of a member's sessions."""
    return _asked(
        user_id,
        ask_sign_out(_user(user_id)),
        lambda rows, user, now: people.sign_out_everywhere(rows, user, by=_by(), now=now),
    )


@bp.route("/<int:user_id>/password", methods=["GET", "POST"])
@guarded
def password(user_id: int) -> ResponseReturnValue:
    """Set a new password, shown once; it also ends a block after many wrong tries."""
    new_password = passwords.generated()

    def change(rows: Session, user: StaffUser, now: datetime) -> None:
        people.set_password(rows, user, new_password, by=_by(), now=now)
        _show_once(user.email, new_password)

    return _asked(user_id, ask_password(_user(user_id)), change)


@bp.route("/<int:user_id>/second-factor-removal", methods=["GET", "POST"])
@guarded
def lost_device(user_id: int) -> ResponseReturnValue:
    """Remove the second factor of a member whose device is lost."""
    return _asked(
        user_id,
        ask_lost_device(_user(user_id)),
        lambda rows, user, now: second_factor.remove(rows, user, by=_by(), now=now),
    )


def _user(user_id: int) -> StaffUser:
    return db_session().get(StaffUser, user_id) or abort(404)


def _asked(
    user_id: int, confirmation: Confirmation, change: Callable[[Session, StaffUser, datetime], None]
) -> ResponseReturnValue:
    """Ask; then do it and go back, or say why not."""
    if request.method == "GET":
        return confirmation.page()
    # Nobody shuts themselves out, or takes away their own role, by a slip.
    if user_id == member().id:
        return _page([(None, _("Your own account is changed under “Your account”, or by another admin."))]), 409
    try:
        with transaction(db_session()) as rows:
            # Under the lock that a sign-in takes too: who is shut out at this moment does not slip in.
            change(rows, rows.get(StaffUser, user_id, with_for_update=True) or abort(404), utcnow())
    except Conflict:
        return _page([(None, _("There must be at least one admin."))]), 409
    announce(confirmation.done)
    return see_other(url_for("people.listed"))


def _page(errors: list[tuple[str | None, str]]) -> str:
    shown = unseal(_key(), session.pop("shown_once", ""), max_age=SHOWN_SECONDS)
    members, blocked = people.members(db_session()), tries.blocked(db_session())
    return render_template(
        "staff/people/list.html",
        people=members,
        errors=errors,
        roles=list(ROLES.items()),
        opens=ROLES_OPEN,
        fresh=shown.split(" ", 1) if shown else None,
        values=request.form,
        blocked_at=tries.BLOCKED_AT,
        guessed_at={user.id for user in members if tries.of_member(user.id) in blocked},
    )


def _show_once(email: str, new_password: str) -> None:
    # Sealed, since a session is a row of the database; popped by the page that shows it.
    session["shown_once"] = seal(_key(), f"{email.strip().lower()} {new_password}")


def _by() -> str:
    return member().actor


def _key() -> str:
    return settings().secret_key.get_secret_value()

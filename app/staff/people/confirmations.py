"""What is asked before something is done to a member of staff, and what is said once it is done."""

from flask import url_for
from flask_babel import gettext as _

from app.staff.auth.roles import Role
from app.staff.confirmation import Confirmation
from app.staff.models import StaffUser
from app.staff.people.people import ROLES, ROLES_OPEN


def ask_role(user: StaffUser, new_role: Role) -> Confirmation:
    """Before another role is given: what it opens."""
    return Confirmation(
        _("Another role for %(who)s", who=user.name),
        _("It holds from their next click on. The audit trail keeps who gave it."),
        _("Make it %(role)s", role=ROLES[new_role]),
        url_for("people.listed"),
        danger=new_role is Role.ADMIN,
        facts=[
            (_("Now"), f"{ROLES[Role(user.role)]}: {ROLES_OPEN[Role(user.role)]}"),
            (_("From then on"), f"{ROLES[new_role]}: {ROLES_OPEN[new_role]}"),
        ],
        done=_("%(who)s has the role %(role)s now.", who=user.name, role=ROLES[new_role]),
    )


def ask_activity(user: StaffUser, *, active: bool) -> Confirmation:
    """Before a member is deactivated, or reactivated."""
    if active:
        return Confirmation(
            _("Reactivate %(who)s", who=user.name),
            _("They can sign in again, with the password and the role they had."),
            _("Reactivate"),
            url_for("people.listed"),
            done=_("%(who)s can sign in again.", who=user.name),
        )
    return Confirmation(
        _("Deactivate %(who)s", who=user.name),
        _("Their sessions end at once, and they can't sign in until somebody reactivates them."),
        _("Deactivate"),
        url_for("people.listed"),
        danger=True,
        done=_("%(who)s is deactivated.", who=user.name),
    )


def ask_sign_out(user: StaffUser) -> Confirmation:
    """Before a member's sessions end."""
    return Confirmation(
        _("Sign %(who)s out everywhere", who=user.name),
        _("All their sessions end at once."),
        _("Sign out everywhere"),
        url_for("people.listed"),
        danger=True,
        done=_("All sessions of %(who)s have ended.", who=user.name),
    )


def ask_password(user: StaffUser) -> Confirmation:
    """Before a member gets a new password."""
    return Confirmation(
        _("New password for %(who)s", who=user.name),
        _("Their present password stops working and their sessions end. You see the new one once, to pass it on."),
        _("Make a new password"),
        url_for("people.listed"),
        danger=True,
        done=_("The password of %(who)s is new.", who=user.name),
    )


def ask_lost_device(user: StaffUser) -> Confirmation:
    """Before a member's second factor is removed."""
    return Confirmation(
        _("Remove the second factor of %(who)s", who=user.name),
        _("Only if their device is lost: until they add another one, the password alone lets them in."),
        _("Remove second factor"),
        url_for("people.listed"),
        danger=True,
        done=_("The second factor of %(who)s is removed.", who=user.name),
    )

"""What is asked before something is done to a member of staff, and what is said once it is done."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.staff.auth.roles import Role
from app.staff.auth.services import permissions_of
from app.staff.confirmation import Confirmation
from app.staff.models import StaffRole, StaffUser
from app.staff.people.words import in_words, role_name


def ask_role(session: Session, user: StaffUser, new_role: str) -> Confirmation:
    """Before another role is given: what it opens."""
    was, becomes = role_name(session, user.role), role_name(session, new_role)
    return Confirmation(
        _("Another role for %(who)s", who=user.name),
        _("It holds from their next click on. The audit trail keeps who gave it."),
        _("Make it %(role)s", role=becomes),
        url_for("people.listed"),
        danger=new_role == Role.ADMIN,
        facts=[
            (_("Now"), f"{was}: {in_words(permissions_of(session, user.role))}"),
            (_("From then on"), f"{becomes}: {in_words(permissions_of(session, new_role))}"),
        ],
        done=_("%(who)s has the role %(role)s now.", who=user.name, role=becomes),
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
        _(
            "Only if their device is lost: authenticator, passkeys and recovery codes go. Until they add another one, "
            "the password alone lets them in."
        ),
        _("Remove second factor"),
        url_for("people.listed"),
        danger=True,
        done=_("The second factor of %(who)s is removed.", who=user.name),
    )


def ask_password_link(user: StaffUser) -> Confirmation:
    """Before a member is mailed a link for a new password."""
    return Confirmation(
        _("New password for %(who)s", who=user.name),
        _("We'll mail them a link, by which they choose it themselves. It works for two hours."),
        _("Mail the link"),
        url_for("people.listed"),
        facts=[(_("E-mail"), user.email)],
        done=_("%(who)s gets a link for a new password.", who=user.name),
    )


def ask_invitation(user: StaffUser) -> Confirmation:
    """Before an invitation is mailed again."""
    return Confirmation(
        _("Invite %(who)s again", who=user.name),
        _("We'll mail a new link, which works for 72 hours. The one before stops working."),
        _("Send the invitation"),
        url_for("people.listed"),
        facts=[(_("E-mail"), user.email)],
        done=_("%(who)s is invited again.", who=user.name),
    )


def ask_taking_back(user: StaffUser) -> Confirmation:
    """Before an invitation is taken back."""
    return Confirmation(
        _("Take back the invitation of %(who)s", who=user.name),
        _("The link stops working, and they leave the list. You can invite them anew."),
        _("Take it back"),
        url_for("people.listed"),
        danger=True,
        facts=[(_("E-mail"), user.email)],
        done=_("%(who)s is not invited any more.", who=user.name),
    )


def ask_role_removal(role: StaffRole) -> Confirmation:
    """Before a role of the shop's own is removed."""
    return Confirmation(
        _("Remove the role %(role)s", role=role.name),
        _("Nobody has it. It can't be brought back, only made anew."),
        _("Remove the role"),
        url_for("roles.listed"),
        danger=True,
        done=_("The role %(role)s is removed.", role=role.name),
    )

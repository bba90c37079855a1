"""Changing members of staff: role, activity, password; an admin always stays."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import Conflict, Invalid
from app.orders.lookup.sessions import end_of_staff
from app.staff.auth import passwords, services, tries
from app.staff.auth.roles import Role
from app.staff.models import StaffUser


def members(session: Session) -> Sequence[StaffUser]:
    """Everyone, those who may sign in first."""
    return session.scalars(select(StaffUser).order_by(StaffUser.active.desc(), StaffUser.email)).all()


def change_role(session: Session, user: StaffUser, role: str, *, by: str, now: datetime) -> None:
    """Give another role; sessions go on with it at their next request. Raises Conflict for the last admin."""
    new_role = Role(role)
    if new_role != Role.ADMIN:
        _keep_an_admin(session, user)
    detail = {"from": user.role, "to": new_role.value}
    user.role = new_role
    audit.record(session, actor=by, action="staff.role_changed", subject=user.email, detail=detail, now=now)


def set_active(session: Session, user: StaffUser, active: bool, *, by: str, now: datetime) -> None:
    """Shut a member out, with all their sessions, or let them in again. Raises Conflict for the last admin."""
    if not active:
        _keep_an_admin(session, user)
        end_of_staff(session, user.id)
    user.active = active
    action = "staff.reactivated" if active else "staff.deactivated"
    audit.record(session, actor=by, action=action, subject=user.email, now=now)


def sign_out_everywhere(session: Session, user: StaffUser, *, by: str, now: datetime) -> None:
    """End all of a member's sessions."""
    end_of_staff(session, user.id)
    audit.record(session, actor=by, action="staff.signed_out_everywhere", subject=user.email, now=now)


def set_password(session: Session, user: StaffUser, password: str, *, by: str, now: datetime) -> None:
    """Take a new password: failed tries are forgotten and all sessions end. Raises Invalid for a weak one.

    One that somebody else made must be changed at the next sign-in.
    """
    user.password_hash = passwords.hashed(password, about=services.words_about(session, user.email, user.name))
    # Whoever set it knows it; until its owner chooses another it opens nothing else.
    user.handed_over = by != user.email
    user.failures, user.failed_at = 0, None
    # What was counted belongs to the old password: a block ends with it.
    tries.forget(session, user.id)
    end_of_staff(session, user.id)
    audit.record(session, actor=by, action="staff.password_changed", subject=user.email, now=now)


def _keep_an_admin(session: Session, user: StaffUser) -> None:
    """Raises Conflict when nobody would be left who can let others in."""
    admins = select(StaffUser.id).where(StaffUser.role == Role.ADMIN, StaffUser.active).order_by(StaffUser.id)
    # All admins are locked, in one order: two who leave at once would otherwise both see the other still there.
    other_admins = [admin_id for admin_id in session.scalars(admins.with_for_update()) if admin_id != user.id]
    if user.role == Role.ADMIN and not other_admins:
        raise Conflict("The last admin stays.")


ROLES = {
    Role.SUPPORT: _l("Support"),
    Role.WAREHOUSE: _l("Warehouse"),
    Role.MARKETING: _l("Marketing"),
    Role.ADMIN: _l("Admin"),
}
ROLES_OPEN = {
    Role.SUPPORT: _l("orders, returns, refunds, warehouse, figures"),
    Role.WAREHOUSE: _l("receiving returns only"),
    Role.MARKETING: _l("figures only, no customers"),
    Role.ADMIN: _l("everything, people and the audit trail too"),
}
WEAKNESSES = {
    "short": _l("At least 12 characters."),
    "long": _l("At most 200 characters."),
    "common": _l(
        "Strangers would guess that soon: it is common, or made of words about you or the shop. Try a sentence."
    ),
}


def password_fault(error: Invalid) -> str:
    """Why a password was not taken."""
    return str(WEAKNESSES.get(error.faults[0].detail, WEAKNESSES["common"]))

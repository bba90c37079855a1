"""Changing members of staff: invited, role, activity, password; an admin always stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.errors import Conflict
from app.orders.lookup.sessions import end_of_staff, end_one_of_staff
from app.staff.auth import links, passwords, services, tries
from app.staff.auth.provider_rules import may_use_password
from app.staff.auth.roles import Permission, Role
from app.staff.models import StaffLink, StaffUser


def members(session: Session) -> Sequence[StaffUser]:
    """Everyone, those who may sign in first."""
    return session.scalars(select(StaffUser).order_by(StaffUser.active.desc(), StaffUser.email)).all()


def invitations(session: Session) -> dict[int, StaffLink]:
    """The open invitations, by member."""
    is_open = (StaffLink.purpose == links.INVITATION, StaffLink.used_at.is_(None))
    return {link.staff_id: link for link in session.scalars(select(StaffLink).where(*is_open))}


def invite(
    session: Session, *, email: str, role: str, name: str, locale: str, by: str, key: str, now: datetime
) -> StaffUser:
    """Make a member who has yet to choose a password, and mail them the link for it.

    Raises as ``services.create``, and Conflict where people of this role sign in elsewhere.
    """
    services.check_role(session, role)
    if not may_use_password(session, role):
        raise Conflict("People of this role sign in elsewhere.")
    user = services.add(session, email=email, role=role, name=name, now=now)
    user.locale = locale
    links.post(session, user, links.INVITATION, by=by, key=key, now=now)
    audit.record(session, actor=by, action="staff.invited", subject=user.email, detail={"role": role}, now=now)
    # The row knows of its invitation from here on.
    session.flush()
    session.refresh(user)
    return user


def invite_again(session: Session, user: StaffUser, *, by: str, key: str, now: datetime) -> None:
    """Mail another link, which ends the one before. Raises Conflict once they have joined."""
    _still_invited(session, user)
    links.post(session, user, links.INVITATION, by=by, key=key, now=now)
    audit.record(session, actor=by, action="staff.invited", subject=user.email, now=now)


def take_back(session: Session, user: StaffUser, *, by: str, now: datetime) -> None:
    """Take an invitation back: whoever has not joined is no member any more. Raises Conflict once they have."""
    _still_invited(session, user)
    audit.record(session, actor=by, action="staff.invitation_ended", subject=user.email, now=now)
    session.delete(user)


def _still_invited(session: Session, user: StaffUser) -> None:
    """Under the lock of the member, which whoever joins takes too."""
    session.refresh(user)
    if not user.is_invited:
        raise Conflict("There is no open invitation.")


def mail_password_link(session: Session, user: StaffUser, *, by: str, key: str, now: datetime) -> None:
    """Mail a link by which a member chooses a new password; until then the present one stays."""
    links.post(session, user, links.PASSWORD, by=by, key=key, now=now)
    audit.record(session, actor=by, action="staff.password_mailed", subject=user.email, now=now)


def within(session: Session, role: str, permissions: frozenset[Permission]) -> bool:
    """Whether a role may do nothing beyond these: nobody gives, or acts upon, more than they have themselves."""
    return services.permissions_of(session, role) <= permissions


def change_role(session: Session, user: StaffUser, role: str, *, by: str, now: datetime) -> None:
    """Give another role; sessions go on with it at their next request.

    Raises Conflict for the last admin, Invalid for a role that there is not.
    """
    services.check_role(session, role)
    if role != Role.ADMIN:
        keep_an_admin(session, user)
    detail = {"from": user.role, "to": role}
    user.role = role
    audit.record(session, actor=by, action="staff.role_changed", subject=user.email, detail=detail, now=now)


def set_active(session: Session, user: StaffUser, active: bool, *, by: str, now: datetime) -> None:
    """Shut a member out, with all their sessions, or let them in again. Raises Conflict for the last admin."""
    if not active:
        keep_an_admin(session, user)
        end_of_staff(session, user.id)
    user.active = active
    action = "staff.reactivated" if active else "staff.deactivated"
    audit.record(session, actor=by, action=action, subject=user.email, now=now)


def sign_out_everywhere(session: Session, user: StaffUser, *, by: str, now: datetime) -> None:
    """End all of a member's sessions."""
    end_of_staff(session, user.id)
    audit.record(session, actor=by, action="staff.signed_out_everywhere", subject=user.email, now=now)


def end_session(session: Session, user: StaffUser, key: str, *, by: str, now: datetime) -> None:
    """End one of a member's sessions; one that has ended already needs no row."""
    if end_one_of_staff(session, user.id, key):
        audit.record(session, actor=by, action="staff.session_ended", subject=user.email, now=now)


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


def keep_an_admin(session: Session, user: StaffUser) -> None:
    """Raises Conflict when nobody would be left who can let others in; who is only invited cannot yet."""
    admins = select(StaffUser).where(StaffUser.role == Role.ADMIN, StaffUser.active).order_by(StaffUser.id)
    # All admins are locked, in one order: two who leave at once would otherwise both see the other still there.
    locked = session.scalars(admins.with_for_update().execution_options(populate_existing=True)).all()
    if user.role == Role.ADMIN and not [one for one in locked if one.id != user.id and not one.is_invited]:
        raise Conflict("The last admin stays.")

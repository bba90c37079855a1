"""What a provider to sign in with means for signing in here: who may still use a password."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.staff.auth.roles import Role
from app.staff.models import SignInProvider, StaffIdentity, StaffUser

STAFF = "staff"
EVERYONE, ADMINS = "everyone", "admins"


def provider_of_staff(session: Session) -> SignInProvider | None:
    """The provider that is set up, if one is."""
    return session.get(SignInProvider, STAFF)


def may_use_password(session: Session, role: str) -> bool:
    """Whether members of a role sign in by password: admins always may, for the day on which the provider fails."""
    if role == Role.ADMIN:
        return True
    return session.scalar(select(SignInProvider.local_for).where(SignInProvider.key == STAFF)) != ADMINS


def is_connected(session: Session, staff_id: int, issuer: str) -> bool:
    """Whether a member is known by a name of this provider's."""
    theirs = (StaffIdentity.staff_id == staff_id, StaffIdentity.issuer == issuer)
    return session.scalar(select(select(StaffIdentity.subject).where(*theirs).exists())) or False


def an_admin_gets_in(session: Session) -> bool:
    """Whether an admin comes in by password and second factor on the day on which the provider fails."""
    admins = session.scalars(select(StaffUser).where(StaffUser.role == Role.ADMIN, StaffUser.active))
    return any(admin.password_hash and admin.has_second_factor for admin in admins)

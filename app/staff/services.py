"""Staff members: made, let in, slowed down when guessing, shut out."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Fault, Invalid
from app.orders.models import Brand
from app.staff import audit, passwords
from app.staff.models import StaffUser
from app.staff.roles import Role

FREE_TRIES = 5
BLOCKED_AT = 100
FORGOTTEN_AFTER = timedelta(minutes=15)


def create(
    session: Session, *, email: str, role: str, password: str, name: str = "", by: str = "command", now: datetime
) -> StaffUser:
    """Make a member of staff.

    Raises Invalid for an unknown role or a weak password, Conflict when the address is taken.
    """
    folded = email.strip().lower()
    if role not in {item.value for item in Role}:
        raise Invalid([Fault("role", f"is one of {', '.join(Role)}")])
    if "@" not in folded:
        raise Invalid([Fault("email", "is not an e-mail address")])
    if session.scalar(select(StaffUser.id).where(StaffUser.email == folded)) is not None:
        raise Conflict(f"{folded} is a member of staff already")
    user = StaffUser(
        email=folded,
        name=name or folded.partition("@")[0],
        role=role,
        password_hash=passwords.hashed(password, about=words_about(session, folded, name)),
        created_at=now,
    )
    session.add(user)
    session.flush()
    audit.record(session, actor=by, action="staff.created", subject=folded, detail={"role": role}, now=now)
    return user


def words_about(session: Session, email: str, name: str) -> list[str]:
    """What whoever knows a member and the shop tries first."""
    shops = session.execute(select(Brand.name, Brand.key)).all()
    return [email, name, *(word for shop in shops for word in shop)]


def sign_in(session: Session, *, email: str, password: str, now: datetime) -> StaffUser | None:
    """The member with this address and password; None otherwise, after the same work. A second factor is yet to come.

    Five wrong tries in a row make each further one wait (1 s, 2 s, 4 s … 15 min); a hundred block until an admin helps.
    """
    folded = email.strip().lower()[:320]
    user = session.scalar(select(StaffUser).where(StaffUser.email == folded).with_for_update())
    if user is None or not user.active:
        passwords.waste_time(password)
        return None
    if now < opens_at(user) or user.failures >= BLOCKED_AT:
        passwords.waste_time(password)
        return None
    if not passwords.matches(user.password_hash, password):
        user.failures, user.failed_at = user.failures + 1, now
        audit.record(session, actor=folded, action="staff.sign_in_failed", now=now)
        return None
    if user.totp_secret is None:
        let_in(session, user, now=now)
    return user


def let_in(session: Session, user: StaffUser, *, now: datetime) -> None:
    """Everything that is asked for was right: forget failed tries, and record the sign-in."""
    user.failures, user.failed_at, user.signed_in_at = 0, None, now
    audit.record(session, actor=user.email, action="staff.signed_in", now=now)


def opens_at(user: StaffUser) -> datetime:
    """When the next try is looked at."""
    if user.failed_at is None or user.failures < FREE_TRIES:
        return user.created_at
    seconds = min(2 ** (user.failures - FREE_TRIES), FORGOTTEN_AFTER.total_seconds())
    return user.failed_at + timedelta(seconds=seconds)


def count(session: Session) -> int:
    """How many members there are."""
    return session.scalar(select(func.count(StaffUser.id))) or 0

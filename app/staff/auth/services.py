"""Staff members: made, let in, slowed down when guessing, shut out."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands.queries import all_brands
from app.core.errors import Conflict, Fault, Invalid
from app.staff.auth import passwords, tries
from app.staff.auth.provider_rules import may_use_password
from app.staff.auth.roles import BUILT_IN, Permission, read_permissions
from app.staff.models import StaffRole, StaffUser

log = structlog.get_logger()


def create(
    session: Session,
    *,
    email: str,
    role: str,
    password: str | None,
    name: str = "",
    by: str | None = None,
    handed_over: bool = True,
    now: datetime,
) -> StaffUser:
    """Make a member of staff; without ``by`` the machine's own user did it.

    A password that is ``handed_over`` must be changed at the first sign-in; without one nobody signs in by password.

    Raises Invalid for an unknown role or a weak password, Conflict when the address is taken.
    """
    user = add(session, email=email, role=role, name=name, now=now)
    if password:
        user.password_hash = passwords.hashed(password, about=words_about(session, user.email, name))
        user.handed_over = handed_over
    actor = by or audit.operator()
    audit.record(session, actor=actor, action="staff.created", subject=user.email, detail={"role": role}, now=now)
    return user


def add(session: Session, *, email: str, role: str, name: str, now: datetime) -> StaffUser:
    """A new row without a password; whoever adds it says so in the audit trail. Raises as above."""
    folded = email.strip().lower()
    check_role(session, role)
    if "@" not in folded:
        raise Invalid([Fault("email", "is not an e-mail address")])
    if session.scalar(select(StaffUser.id).where(StaffUser.email == folded)) is not None:
        raise Conflict(f"{folded} is a member of staff already")
    named = name or folded.partition("@")[0]
    user = StaffUser(email=folded, name=named, role=role, password_hash="", created_at=now)
    session.add(user)
    # The caller reads its id; an address that was taken meanwhile fails here.
    session.flush()
    return user


def role_keys(session: Session) -> list[str]:
    """The keys of all roles, the built-in ones first."""
    return [*BUILT_IN, *session.scalars(select(StaffRole.key).order_by(StaffRole.name))]


def check_role(session: Session, role: str) -> None:
    """Raises Invalid for a role that there is not."""
    keys = role_keys(session)
    if role not in keys:
        raise Invalid([Fault("role", f"is one of {', '.join(keys)}")])


def permissions_of(session: Session, role: str) -> frozenset[Permission]:
    """What a role may do; nothing where there is no such role any more."""
    if role in BUILT_IN:
        return BUILT_IN[role]
    return read_permissions(session.scalar(select(StaffRole.permissions).where(StaffRole.key == role)) or ())


def words_about(session: Session, email: str, name: str) -> list[str]:
    """What whoever knows a member and the shop tries first."""
    return [email, name, *(word for brand in all_brands(session) for word in (brand.name, brand.key))]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try that may be made: with whose password, if anybody's, and what was counted for it."""

    counted: tries.Counted
    user_id: int | None = None
    password_hash: str | None = None

    def is_right(self, password: str) -> bool:
        """Whether this is the password; takes long on purpose, for nobody's too, and needs no database meanwhile."""
        # An empty one is of a member without a password; comparing it would take no time, and tell.
        if not self.password_hash:
            passwords.waste_time(password)
            return False
        return passwords.matches(self.password_hash, password)


def begin_sign_in(session: Session, *, email: str, asker: tries.SignInClient, key: str, now: datetime) -> SignIn | None:
    """Count a try before its password is compared; None when the asker has to wait. Commit before comparing."""
    folded = email.strip().lower()[:320]
    # Unknown addresses take the same steps, or the time of an answer would tell who is a member.
    user = session.scalar(select(StaffUser).where(StaffUser.email == folded))
    account = tries.of_member(user.id) if user else tries.of_nobody(key, folded)
    counted = tries.count(session, account, asker, key=key, now=now)
    if counted is None:
        return None
    # Who was shut out is treated like nobody: the right password of theirs must not be told apart.
    is_let = user is not None and user.active and may_use_password(session, user.role)
    return SignIn(counted, user.id, user.password_hash) if user and is_let else SignIn(counted)


def end_sign_in(session: Session, begun: SignIn, *, right: bool, now: datetime) -> StaffUser | None:
    """The member whose password was right, unless it changed meanwhile. A second factor is yet to come."""
    # Under its lock, so that a password or a membership that ends at this moment lets nobody in.
    user = session.get(StaffUser, begun.user_id or 0, with_for_update=True, populate_existing=True)
    if user is None or not right or not user.active or user.password_hash != begun.password_hash:
        note_failure(session, begun.counted, user, now=now)
        return None
    tries.was_right(session, begun.counted)
    if not user.has_second_factor:
        let_in(session, user, now=now)
    return user


def note_failure(
    session: Session, counted: tries.Counted, user: StaffUser | None, *, step: str | None = None, now: datetime
) -> None:
    """Record a wrong try, and raise the alarm when its asker is blocked by it."""
    detail = {"step": step} if step else None
    if user is not None:
        audit.record(session, actor=user.email, action="staff.sign_in_failed", detail=detail, now=now)
    # Reached once: further tries of this asker are refused before they are counted.
    if counted.failures >= tries.BLOCKED_AT:
        log.error("staff_asker_blocked", member=user.id if user else None)
        if user is not None:
            audit.record(session, actor=user.email, action="staff.asker_blocked", now=now)


def let_in(session: Session, user: StaffUser, *, now: datetime) -> None:
    """Everything that is asked for was right: forget wrong codes, and record the sign-in."""
    user.failures, user.failed_at, user.signed_in_at = 0, None, now
    audit.record(session, actor=user.email, action="staff.signed_in", now=now)


def count(session: Session) -> int:
    """How many members there are."""
    return session.scalar(select(func.count(StaffUser.id))) or 0

"""Recovery codes: ten of them, for the day on which every device is lost; kept as keyed hashes, each good once."""

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.tokens import keyed_digests
from app.staff.models import RecoveryCode, StaffUser

HOW_MANY = 10
# Forty random bits, in digits: typed in the same field as an authenticator's code, on the same keys of a telephone.
DIGITS = 12


def make_codes(session: Session, user: StaffUser, *, key: str, now: datetime) -> list[str]:
    """New codes in groups of four, to show once; those from before are good no more."""
    numbers = [f"{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _ in range(HOW_MANY)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == user.id))
    session.add_all(RecoveryCode(staff_id=user.id, code_hash=_hashes(key, user, number)[0]) for number in numbers)
    audit.record(session, actor=user.email, action="staff.recovery_codes_made", subject=user.email, now=now)
    return [" ".join(number[at : at + 4] for at in range(0, DIGITS, 4)) for number in numbers]


def use_code(session: Session, user: StaffUser, typed: str, *, key: str, now: datetime) -> bool:
    """Whether this is one of the member's codes, which is used up with it; under the member's lock."""
    number = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    if len(number) != DIGITS:
        return False
    unused = (
        RecoveryCode.staff_id == user.id,
        RecoveryCode.code_hash.in_(_hashes(key, user, number)),
        RecoveryCode.used_at.is_(None),
    )
    used = session.execute(update(RecoveryCode).where(*unused).values(used_at=now).returning(RecoveryCode.staff_id))
    if used.first() is None:
        return False
    audit.record(session, actor=user.email, action="staff.recovery_code_used", subject=user.email, now=now)
    return True


def left(session: Session, user_id: int) -> int:
    """How many codes are still good."""
    unused = (RecoveryCode.staff_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget(session: Session, user_id: int) -> None:
    """Remove them all."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == user_id))


def _hashes(key: str, user: StaffUser, number: str) -> list[bytes]:
    return keyed_digests(key, f"recovery:{user.id}:{number}")

"""The second factor: a time-based code (RFC 6238), its secret sealed at rest, each code good for one sign-in."""

from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.tokens import seal, unseal
from app.staff.auth import services, tries
from app.staff.auth.factors import passkeys, recovery
from app.staff.models import StaffUser

# RFC 6238, and what every authenticator does without asking.
STEP_SECONDS = 30
# A seal may expire; a second factor does not.
KEPT_SECONDS = 3600 * 24 * 365 * 100


def new_secret() -> str:
    """A new shared secret, 160 random bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, *, email: str, shop: str) -> str:
    """What the authenticator scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=shop)


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step whose code this is: the present one or a neighbour, since clocks differ; None for a wrong code."""
    typed = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    # One step to each side, as RFC 6238 advises: more would give a guesser as many codes more.
    near = (present, present - 1, present + 1)
    return next((step for step in near if pyotp.utils.strings_equal(totp.at(step * STEP_SECONDS), typed)), None)


def enrol(session: Session, user: StaffUser, *, secret: str, code: str, key: str, now: datetime) -> bool:
    """Keep the secret once a first code shows that the authenticator has it; False for a wrong code."""
    step = step_of(secret, code, now=now)
    if step is None:
        return False
    user.totp_secret, user.totp_step = seal(key, secret), step
    audit.record(session, actor=user.email, action="staff.second_factor_added", subject=user.email, now=now)
    return True


def verify(session: Session, user_id: int, *, code: str, key: str, now: datetime) -> StaffUser | None:
    """Let a member in whose password was right, by a code not used before, their authenticator's or a recovery code.

    Wrong ones are counted for the account, whoever asks: only who has the password comes so far, and six digits
    could be guessed from many clients. The row is locked, so that a code sent twice at once opens once.
    """
    # Counted for the account and under its lock: of many tries at once each sees the failures of the others.
    user = session.get(StaffUser, user_id, with_for_update=True)
    if user is None or not user.active or not user.has_second_factor:
        return None
    if not tries.may_try(user.failures, user.failed_at, now=now):
        return None
    secret = unseal(key, user.totp_secret or "", max_age=KEPT_SECONDS)
    step = step_of(secret, code, now=now) if secret else None
    # An older step than the last one taken may have been read by somebody else.
    is_fresh = step is not None and step > user.totp_step
    if not is_fresh and not recovery.use_code(session, user, code, key=key, now=now):
        user.failures, user.failed_at = user.failures + 1, now
        audit.record(session, actor=user.email, action="staff.sign_in_failed", detail={"step": "second"}, now=now)
        return None
    user.totp_step = step if is_fresh and step is not None else user.totp_step
    services.let_in(session, user, now=now)
    return user


def remove(session: Session, user: StaffUser, *, by: str, now: datetime) -> None:
    """Forget the secret, the passkeys and the recovery codes: the device is lost or new."""
    user.totp_secret = None
    passkeys.forget(session, user.id)
    recovery.forget(session, user.id)
    audit.record(session, actor=by, action="staff.second_factor_removed", subject=user.email, now=now)

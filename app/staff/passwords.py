"""Staff passwords: argon2id at rest, long enough, and none of those that everybody tries first."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Fault, Invalid

MIN_LENGTH = 12
MAX_LENGTH = 200
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# What is tried first, beside these with figures or signs around them.
TRIED_FIRST = (
    "password",
    "contrasena",
    "contraseña",
    "qwerty",
    "letmein",
    "welcome",
    "bienvenido",
    "paradero",
    "admin",
)
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password.

    Raises Invalid when it is too short, too long or too common.
    """
    fault = weakness(password)
    if fault is not None:
        raise Invalid([Fault("password", fault)])
    return _hasher.hash(password)


def weakness(password: str) -> str | None:
    """Why a password cannot be taken, as a code: ``short``, ``long``, ``common``; None when it can."""
    if len(password) < MIN_LENGTH:
        return "short"
    if len(password) > MAX_LENGTH:
        return "long"
    core = password.lower().strip("0123456789!?.*-_ ")
    repeated = len(set(password.lower())) < 5
    return "common" if repeated or any(core == word * max(1, len(core) // len(word)) for word in TRIED_FIRST) else None


def matches(kept: str, password: str) -> bool:
    """Whether ``password`` is the one behind ``kept``."""
    try:
        return _hasher.verify(kept, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """The same work for an address that nobody has, so that the answer's time tells nothing."""
    matches(_nobody(), password)


def generated() -> str:
    """A new password to hand over once: four groups of five, some 99 random bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


@cache
def _nobody() -> str:
    """A hash of nothing that anybody knows; made when first asked for, since making it takes long on purpose."""
    return _hasher.hash(secrets.token_urlsafe(16))

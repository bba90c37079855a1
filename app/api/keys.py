"""API keys: random, kept only as a hash, with scopes and the time of last use."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.api.models import ApiKey
from app.core import tokens
from app.core.errors import Fault, Invalid

# What does not begin so is no key, and costs no statement.
PREFIX = "pk_"
SCOPES = (
    "orders:read",
    "orders:write",
    "tracking:read",
    "tracking:write",
    "returns:read",
    "returns:write",
    "messages:read",
    "messages:write",
    "metrics:read",
    "support",
    "webhooks:write",
    "settings:read",
    "settings:write",
)
# Written at every request, it would make all requests of one key wait for each other's row.
NOTE_USE_EVERY = timedelta(minutes=5)


def create_key(session: Session, *, name: str, scopes: list[str], now: datetime) -> tuple[ApiKey, str]:
    """A new key and, this once, its clear text. Raises Invalid."""
    faults = [Fault("scope", f"there is no scope {scope!r}; choose from {', '.join(SCOPES)}")
              for scope in scopes if scope not in SCOPES]  # fmt: skip
    if not scopes:
        faults.append(Fault("scope", "at least one scope is needed"))
    if not name.strip() or len(name) > 100:
        faults.append(Fault("name", "must have 1 to 100 characters"))
    if faults:
        raise Invalid(faults)
    secret = PREFIX + tokens.new_secret()
    key = ApiKey(
        name=name.strip(),
        # Enough to tell keys apart in a list; the other 232 bits stay unknown.
        shown=secret[: len(PREFIX) + 4],
        secret_hash=tokens.digest(secret),
        scopes=sorted(set(scopes)),
        created_at=now,
    )
    session.add(key)
    session.flush()
    return key, secret


def find_key(session: Session, secret: str) -> ApiKey | None:
    """The live key with this clear text."""
    if not secret.startswith(PREFIX):
        return None
    return session.scalar(
        # A fast hash will do: nobody tries 256 random bits one after the other, and every request pays for it.
        select(ApiKey).where(ApiKey.secret_hash == tokens.digest(secret), ApiKey.revoked_at.is_(None))
    )


def note_use(session: Session, key_id: int, *, now: datetime) -> bool:
    """Write down that the key was used, at most every five minutes; True when something was written."""
    stale = or_(ApiKey.used_at.is_(None), ApiKey.used_at < now - NOTE_USE_EVERY)
    done = session.execute(update(ApiKey).where(ApiKey.id == key_id, stale).values(used_at=now).returning(ApiKey.id))
    return done.first() is not None

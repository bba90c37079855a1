"""API keys: random, kept only as a hash, with scopes and the time of last use; rotated with a day for the old one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from app.api.models import ApiKey
from app.api.records import ApiKeyRecord
from app.core import tokens
from app.core.clock import utcnow
from app.core.errors import Conflict, Fault, Invalid, NotFound

# What does not begin so is no key, and costs no statement.
PREFIX = "pk_"
# Each with what it opens, in words: pages, commands and the description read this table.
SCOPES: dict[str, LazyString] = {
    "orders:read": _l("read orders and look for them"),
    "orders:write": _l("bring orders in and change them"),
    "tracking:read": _l("read parcels and their scans"),
    "tracking:write": _l("report scans and new parcels"),
    "returns:read": _l("read returns and refunds"),
    "returns:write": _l("make and decide returns, book receipts and refunds"),
    "messages:read": _l("read what was sent to customers"),
    "messages:write": _l("send messages again, set texts and stages, set who gets none"),
    "metrics:read": _l("read figures"),
    "support": _l("read and answer what customers write"),
    "staff": _l("list members of staff, invite, change roles, shut out"),
    "handovers:write": _l("let customers in who are signed in with the shop"),
    "privacy": _l("erase customers, take out what is held of them, set how long things are kept"),
    "webhooks:write": _l("make and change webhooks, read their deliveries"),
    "carriers:read": _l("read how carriers do and what their codes mean"),
    "carriers:write": _l("say what a carrier's code means, ask a carrier for a test"),
    "points:read": _l("read the drop-off points' networks and each point"),
    "points:write": _l("add and change the shop's own drop-off points"),
    "clock:read": _l("read how the clock and its jobs do"),
    "clock:write": _l("try failed jobs again, or give them up"),
    "connections:write": _l("connect mail, texts, orders and carriers"),
    "settings:read": _l("read brands, policy and reasons with their versions"),
    "settings:write": _l("change brands, policy and reasons"),
    "keys:write": _l("make and end keys that may do no more than itself"),
}
# Written at every request, it would make all requests of one key wait for each other's row.
NOTE_USE_EVERY = timedelta(minutes=5)
# Long enough to change a setting in another system and see it at work; a day later a forgotten key is no risk.
BOTH_FOR = timedelta(days=1)

# Read after a change in the same session, a row must say what is so now.
ANEW = {"populate_existing": True}


def create_key(
    session: Session, *, name: str, scopes: Sequence[str], by: str | None = None, now: datetime
) -> tuple[ApiKey, str]:
    """A new key and, this once, its clear text; ``by`` is who made it. Raises Invalid."""
    faults = [Fault("scope", f"there is no scope {scope!r}; choose from {', '.join(SCOPES)}")
              for scope in scopes if scope not in SCOPES]  # fmt: skip
    if not scopes:
        faults.append(Fault("scope", "at least one scope is needed"))
    if not name.strip() or len(name) > 100:
        faults.append(Fault("name", "must have 1 to 100 characters"))
    if faults:
        raise Invalid(faults)
    return _made(session, name.strip(), sorted(set(scopes)), by=by, now=now)


def rotate_key(session: Session, key_id: int, *, by: str, now: datetime) -> tuple[ApiKey, str]:
    """Another key of the same name and scopes; the old one ends after a day. Raises NotFound and Conflict."""
    old = _live(session, key_id, now=now)
    if old.ends_at is not None:
        raise Conflict("This key has been rotated already: another took its place.")
    old.ends_at = now + BOTH_FOR
    return _made(session, old.name, old.scopes, by=by, now=now)


def revoke_key(session: Session, key_id: int, *, now: datetime) -> ApiKey:
    """End a key at once. Raises NotFound and Conflict."""
    key = _live(session, key_id, now=now)
    key.revoked_at = now
    return key


def revoke_named(session: Session, name: str, *, now: datetime) -> list[str]:
    """End every live key of this name; how each began."""
    live = update(ApiKey).where(ApiKey.name == name, _is_live(now))
    # A name may be that of several keys, while a system changes over from one to the next: all of them end.
    return sorted(session.scalars(live.values(revoked_at=now).returning(ApiKey.shown)))


def facts_of(key: ApiKey) -> dict[str, Any]:
    """What the audit trail notes of a key: how it begins, for whoever reads the trail must not be able to use it."""
    return {"shown": key.shown, "scopes": list(key.scopes)}


def all_keys(session: Session, *, now: datetime) -> Sequence[ApiKeyRecord]:
    """Every key, those that open something first, the newest first among them."""
    over = or_(ApiKeyRecord.revoked_at.is_not(None), func.coalesce(ApiKeyRecord.ends_at <= now, False))
    return session.scalars(select(ApiKeyRecord).order_by(over, ApiKeyRecord.id.desc()), execution_options=ANEW).all()


def key_by_id(session: Session, key_id: int) -> ApiKeyRecord:
    """One key. Raises NotFound."""
    key = session.get(ApiKeyRecord, key_id, populate_existing=True)
    if key is None:
        raise NotFound("there is no such key")
    return key


def is_over(key: ApiKey | ApiKeyRecord, *, now: datetime) -> bool:
    """Whether the key opens nothing any more."""
    return key.revoked_at is not None or (key.ends_at is not None and key.ends_at <= now)


def find_key(session: Session, secret: str) -> ApiKey | None:
    """The live key with this clear text."""
    if not secret.startswith(PREFIX):
        return None
    return session.scalar(
        # A fast hash will do: nobody tries 256 random bits one after the other, and every request pays for it.
        select(ApiKey).where(ApiKey.secret_hash == tokens.digest(secret), _is_live(utcnow()))
    )


def note_use(session: Session, key_id: int, *, address: str | None = None, now: datetime) -> bool:
    """Write down that the key was used, and from where, at most every five minutes; True when it was written."""
    stale = or_(ApiKey.used_at.is_(None), ApiKey.used_at < now - NOTE_USE_EVERY)
    used = update(ApiKey).where(ApiKey.id == key_id, stale).values(used_at=now, used_from=address)
    return session.execute(used.returning(ApiKey.id)).first() is not None


def _is_live(now: datetime) -> ColumnElement[bool]:
    return ApiKey.revoked_at.is_(None) & or_(ApiKey.ends_at.is_(None), ApiKey.ends_at > now)


def _live(session: Session, key_id: int, *, now: datetime) -> ApiKey:
    """The key, locked: of two who change it at once the second sees what the first did."""
    key = session.get(ApiKey, key_id, with_for_update=True, populate_existing=True)
    if key is None:
        raise NotFound("there is no such key")
    if is_over(key, now=now):
        raise Conflict("This key has ended already.")
    return key


def _made(session: Session, name: str, scopes: list[str], *, by: str | None, now: datetime) -> tuple[ApiKey, str]:
    secret = PREFIX + tokens.new_secret()
    key = ApiKey(
        name=name,
        # Enough to tell keys apart in a list; the other 232 bits stay unknown.
        shown=secret[: len(PREFIX) + 4],
        secret_hash=tokens.digest(secret),
        scopes=list(scopes),
        created_at=now,
        made_by=by,
    )
    session.add(key)
    session.flush()
    return key, secret

"""Keys as the page shows them: what each may do in words, who made it, when and from where it was last used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.api.keys import SCOPES, is_over
from app.api.records import ApiKeyRecord
from app.brands.queries import shop_zone
from app.core.i18n.words import moment
from app.core.web import db_session
from app.staff.words import who

# What a new key can read at once, the first that fits; for keys that only write there is no harmless call.
FIRST_CALLS = {
    "orders:read": "orders?limit=1",
    "returns:read": "returns?limit=1",
    "webhooks:write": "webhooks",
    "keys:write": "keys",
}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key in words; ``state`` is a badge: its kind and what it says, None while all is as usual."""

    id: int
    name: str
    shown: str
    scope_names: tuple[str, ...]
    scopes: tuple[str, ...]
    made: str
    used: str
    state: tuple[str, str] | None
    over: bool
    rotated: bool


def key_rows(rows: Sequence[ApiKeyRecord], *, now: datetime) -> list[KeyRow]:
    """The keys in their order."""
    zone = shop_zone(db_session())
    return [
        KeyRow(
            id=key.id,
            name=key.name,
            shown=f"{key.shown}…",
            scope_names=tuple(key.scopes),
            scopes=tuple(str(SCOPES.get(scope, scope)) for scope in key.scopes),
            made=_made(key, zone),
            used=_used(key, zone),
            state=_state(key, zone, now=now),
            over=is_over(key, now=now),
            rotated=key.ends_at is not None,
        )
        for key in rows
    ]


def scope_choices(chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Each scope with what it opens, and whether it is ticked."""
    return [(name, str(words), name in chosen) for name, words in SCOPES.items()]


def curl(public_url: str, secret: str, scopes: Sequence[str]) -> str | None:
    """A first call with a new key, to be pasted into a terminal."""
    path = next((path for scope, path in FIRST_CALLS.items() if scope in scopes), None)
    return f'curl -H "Authorization: Bearer {secret}" "{public_url}/api/v1/{path}"' if path else None


def _made(key: ApiKeyRecord, zone: str) -> str:
    at = moment(key.created_at, zone=zone)
    return _("%(when)s by %(who)s", when=at, who=who(key.made_by)) if key.made_by else at


def _used(key: ApiKeyRecord, zone: str) -> str:
    # A key that nobody has used for long is the first that an admin wants to end.
    if key.used_at is None:
        return _("never")
    at = moment(key.used_at, zone=zone)
    return _("%(when)s from %(address)s", when=at, address=key.used_from) if key.used_from else at


def _state(key: ApiKeyRecord, zone: str, *, now: datetime) -> tuple[str, str] | None:
    # One that was rotated ends by itself: ended is ended, however it came about.
    if is_over(key, now=now):
        return "plain", _("Ended")
    if key.ends_at is not None:
        return "attention", _("Ends %(when)s", when=moment(key.ends_at, zone=zone))
    return None

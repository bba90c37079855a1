"""The links that a shop signs for a customer who is signed in with it: JSON Web Tokens, made and read; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from app.core.errors import PortalError
from app.core.tokens import new_secret
from app.orders.contacts.contact_points import email_key

# Never what the token itself says: «none» and all others are no way in.
ALGORITHMS = ["HS256"]
LIFE = timedelta(minutes=5)
# Clocks of two machines differ.
SKEW = timedelta(minutes=1)
# Of a page's address; with all it may hold a token has some 800.
LONGEST_TOKEN, LONGEST = 4096, 500
TOKEN_ID = range(8, 201)


class BadHandover(PortalError):
    """A token that opens nothing; ``reason`` is a word for why, which holds nothing of it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Handover:
    """Who comes, and where to: an order by its number, a page by its path. ``ends_at`` is when it ends by itself."""

    email: str
    token_id: str
    ends_at: datetime
    order: str | None = None
    then: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a link is made for."""

    email: str
    order: str | None = None
    then: str | None = None
    locale: str | None = None


def sign(visit: Visit, secret: str, *, audience: str, now: datetime) -> tuple[str, str]:
    """A token, as the shop's own pages make it, and its id."""
    at, token_id = int(now.timestamp()), new_secret()
    more = {"order": visit.order, "return_to": visit.then, "locale": visit.locale}
    claims = {"email": visit.email, "aud": audience, "iat": at, "exp": at + int(LIFE.total_seconds()), "jti": token_id}
    claims |= {name: value for name, value in more.items() if value}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret), algorithms=ALGORITHMS), token_id


def read_token(token: str, secrets: Sequence[str], *, audience: str, now: datetime) -> tuple[Handover, str]:
    """Who comes, and the secret that vouches for them. Raises BadHandover."""
    if not secrets:
        raise BadHandover("off")
    if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
        raise BadHandover("token")
    for secret in secrets:
        try:
            claims = jwt.decode(token, OctKey.import_key(secret), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, KeyError, TypeError, RecursionError):
            continue
        return _checked(claims, audience, now), secret
    raise BadHandover("signature")


def _checked(claims: Any, audience: str, now: datetime) -> Handover:
    if not isinstance(claims, Mapping):
        raise BadHandover("token")
    ends_at = _lives(claims, now)
    # One audience alone: a token for several is good at each of them, and any of those could hand it on.
    if claims.get("aud") not in (audience, [audience]):
        raise BadHandover("audience")
    token_id = claims.get("jti")
    if not isinstance(token_id, str) or len(token_id) not in TOKEN_ID:
        raise BadHandover("id")
    email = claims.get("email")
    folded = email_key(email) if isinstance(email, str) else None
    # The shop vouches for the address by sending it; where it says that it does not, nobody does.
    if folded is None or claims.get("email_verified", True) is not True:
        raise BadHandover("email")
    more = [_text(claims, name) for name in ("order", "return_to", "locale")]
    return Handover(folded, token_id, ends_at, *more)


def _lives(claims: Mapping[str, Any], now: datetime) -> datetime:
    begins, ends = _moment(claims, "iat"), _moment(claims, "exp")
    if ends - begins > LIFE or ends <= begins:
        raise BadHandover("life")
    if begins > now + SKEW or ("nbf" in claims and _moment(claims, "nbf") > now + SKEW):
        raise BadHandover("early")
    if ends + SKEW <= now:
        raise BadHandover("expired")
    return ends + SKEW


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    # A bool is an int, too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**11:
        raise BadHandover("life")
    return datetime.fromtimestamp(value, UTC)


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is None or value == "":
        return None
    # Shops number their orders, and some write them as numbers.
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise BadHandover(name)
    return text

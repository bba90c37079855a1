"""The way to a provider and back: the authorization code flow with PKCE, state and nonce, and its ID token checked.

Nothing here knows who signs in, or to what: callers keep ``Begun`` in the browser's own session, and call outside of a
transaction.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError

from app.core.errors import ProviderError
from app.core.http import BadAddress, Rules, post
from app.core.oidc.provider import Discovered, OidcClient, OidcError, Providers
from app.core.tokens import digest, new_secret

# Clocks of two machines differ.
SKEW_SECONDS = 60
# Time to sign in at the provider, a forgotten telephone included.
BEGUN_FOR = timedelta(minutes=15)
SCOPE = "openid email profile"
LONGEST_TOKEN = 64 * 1024


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser has begun: it comes back with ``state``, and the rest is held against what the provider says."""

    issuer: str
    state: str
    nonce: str
    verifier: str
    at: float

    def written(self) -> list[str | float]:
        """As it rests in a session."""
        return [self.issuer, self.state, self.nonce, self.verifier, self.at]


def begin(
    provider: Discovered, client: OidcClient, *, back: str, max_age: int | None, now: datetime
) -> tuple[str, Begun]:
    """The address at the provider, and what to keep of it; ``max_age``: how long ago somebody may have signed in."""
    begun = Begun(provider.issuer, new_secret(), new_secret(), new_secret(), now.timestamp())
    more = {} if max_age is None else {"max_age": str(max_age)}
    url: str = prepare_grant_uri(
        provider.authorize,
        client.client_id,
        "code",
        redirect_uri=back,
        scope=SCOPE,
        state=begun.state,
        nonce=begun.nonce,
        code_challenge=create_s256_code_challenge(begun.verifier),
        code_challenge_method="S256",
        **more,
    )
    return url, begun


@dataclass(frozen=True, slots=True)
class Exchange:
    """All that is needed to come back: the provider's answers are asked for by ``rules``."""

    providers: Providers
    provider: Discovered
    client: OidcClient
    rules: Rules
    back: str
    max_age: int | None = None


def finish(exchange: Exchange, begun: Begun, answer: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """The claims of whoever has signed in, from the answer that the browser brings. Raises OidcError."""
    _check_answer(exchange.provider, begun, answer, now)
    tokens = _tokens(exchange, begun, answer["code"])
    token = tokens.get("id_token")
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise OidcError("token", "there is no ID token")
    header, claims = _verified(exchange, token, now)
    return _checked(exchange, begun, header, claims, tokens, now)


def signed_in_lately(claims: Mapping[str, Any], max_age: int, *, now: datetime) -> bool:
    """Whether the provider says that somebody has signed in there no longer ago than this."""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and now.timestamp() - at <= max_age + SKEW_SECONDS


def _check_answer(provider: Discovered, begun: Begun, answer: Mapping[str, str], now: datetime) -> None:
    # By digest: how much of a guess is right must not show in the time that this takes.
    if digest(answer.get("state", "")) != digest(begun.state) or begun.issuer != provider.issuer:
        raise OidcError("state", "the answer belongs to another browser")
    if now.timestamp() - begun.at > BEGUN_FOR.total_seconds():
        raise OidcError("late", "it was begun too long ago")
    # RFC 9207: an answer of another provider must not be taken to this one's token endpoint.
    named = answer.get("iss")
    if named != provider.issuer and (named is not None or provider.names_issuer):
        raise OidcError("issuer", "the answer is another provider's")
    if answer.get("error") or not answer.get("code"):
        raise OidcError("denied", answer.get("error", "no code")[:80])


def _tokens(exchange: Exchange, begun: Begun, code: str) -> dict[str, Any]:
    """Exchange the code, once: a second time the provider refuses it."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": exchange.back,
        "code_verifier": begun.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    client = exchange.client
    if exchange.provider.basic:
        pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": client.client_id, "client_secret": client.client_secret}
    try:
        reply = post(exchange.provider.token, body=urlencode(form).encode(), headers=headers, rules=exchange.rules)
        tokens = json.loads(reply.body)
    except (BadAddress, ProviderError) as error:
        raise OidcError("unreachable", str(error)) from error
    except (ValueError, RecursionError) as error:
        raise OidcError("token", "the answer is no JSON") from error
    if reply.status != 200 or not isinstance(tokens, dict):
        refusal = tokens.get("error") if isinstance(tokens, dict) else ""
        raise OidcError("token", f"the provider answers {reply.status} {str(refusal)[:80]}")
    return tokens


def _verified(exchange: Exchange, token: str, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that one of the provider's keys has signed."""
    algorithms, provider = list(exchange.provider.algorithms), exchange.provider
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        keys = exchange.providers.keys(provider, exchange.rules, now=now, kid=kid if isinstance(kid, str) else None)
        read = jwt.decode(token, keys, algorithms=algorithms)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise OidcError("signature", type(error).__name__) from error
    return dict(read.header), dict(read.claims)


def _checked(
    exchange: Exchange, begun: Begun, header: dict[str, Any], claims: dict[str, Any], tokens: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    client = exchange.client
    params = {"nonce": begun.nonce, "client_id": client.client_id, "access_token": tokens.get("access_token")}
    options = {
        "iss": {"essential": True, "value": exchange.provider.issuer},
        "aud": {"essential": True, "value": client.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "nonce": {"essential": True, "value": begun.nonce},
    }
    try:
        CodeIDToken(claims, header, options, params).validate(now=int(now.timestamp()), leeway=SKEW_SECONDS)
    except ExpiredTokenError as error:
        raise OidcError("expired") from error
    except (InvalidClaimError, MissingClaimError) as error:
        raise OidcError(str(error.claim), "is not what it has to be") from error
    except (ClaimError, JoseError, ValueError, TypeError) as error:
        raise OidcError("token", type(error).__name__) from error
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise OidcError("sub", "is not what it has to be")
    return claims

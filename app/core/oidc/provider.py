"""A provider of OpenID Connect as it describes itself: its endpoints and keys, read from it and kept for a while."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.core.errors import PortalError, ProviderError
from app.core.http import BadAddress, Rules, check_url, get

MOST_BYTES = 256 * 1024
# Keys are replaced ahead of time: an hour is what providers count on. One that is unknown is asked for sooner.
KEPT = timedelta(hours=1)
ASKED_AGAIN = timedelta(minutes=1)
# Signatures by a key that we need not share with the provider; «none» and HMAC are no such.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


class OidcError(PortalError):
    """Signing in elsewhere did not come about; ``reason`` is a word for it, the text says more, for a log."""

    def __init__(self, reason: str, text: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {text}" if text else reason)


@dataclass(frozen=True, slots=True)
class OidcClient:
    """This portal as a provider knows it."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a provider says of itself in its discovery document."""

    issuer: str
    authorize: str
    token: str
    keys: str
    end_session: str
    algorithms: tuple[str, ...]
    basic: bool
    names_issuer: bool


@dataclass(slots=True)
class _Kept:
    """A provider's document or keys, and since when."""

    content: Any
    since: datetime


class Providers:
    """What was read of providers, kept by issuer for the life of a process; it asks only what it has to."""

    def __init__(self) -> None:
        self._documents: dict[str, _Kept] = {}
        self._keys: dict[str, _Kept] = {}

    def discover(self, issuer: str, rules: Rules, *, now: datetime, anew: bool = False) -> Discovered:
        """The provider with this issuer. Raises OidcError: ``unreachable`` or ``discovery``."""
        entry = self._documents.get(issuer)
        if entry is None or anew or now - entry.since > KEPT:
            url = issuer.rstrip("/") + "/.well-known/openid-configuration"
            entry = _Kept(_described(issuer, _document(url, rules, "discovery"), rules), now)
            self._documents[issuer] = entry
        described: Discovered = entry.content
        return described

    def keys(self, provider: Discovered, rules: Rules, *, now: datetime, kid: str | None = None) -> KeySet:
        """Its keys; asked for anew when it signs by one that is not among them, once a minute at the most."""
        entry = self._keys.get(provider.keys)
        is_old = entry is None or now - entry.since > KEPT
        if entry is not None and kid is not None and kid not in {key.kid for key in entry.content.keys}:
            is_old = is_old or now - entry.since >= ASKED_AGAIN
        if entry is None or is_old:
            try:
                entry = _Kept(KeySet.import_key_set(_document(provider.keys, rules, "keys")), now)  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise OidcError("keys", "the provider's keys cannot be read") from error
            self._keys[provider.keys] = entry
        keys: KeySet = entry.content
        return keys


def _document(url: str, rules: Rules, what: str) -> Mapping[str, Any]:
    try:
        reply = get(url, headers={"Accept": "application/json"}, rules=rules, most_bytes=MOST_BYTES)
    except (BadAddress, ProviderError) as error:
        raise OidcError("unreachable", str(error)) from error
    if reply.status != 200:
        raise OidcError("unreachable", f"the provider answers {reply.status}")
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise OidcError(what, "the answer is no JSON") from error
    if not isinstance(document, dict):
        raise OidcError(what, "the answer is no JSON object")
    return document


def _described(issuer: str, document: Mapping[str, Any], rules: Rules) -> Discovered:
    # Exactly: a document that speaks for another issuer could have that one's users let in.
    if document.get("issuer") != issuer:
        raise OidcError("discovery", f"it speaks for the issuer {str(document.get('issuer'))[:200]}")
    try:
        addresses = {name: document[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")} | {
            "end_session_endpoint": document.get("end_session_endpoint") or ""
        }
        for name, url in addresses.items():
            if url or name != "end_session_endpoint":
                check_url(url, rules)
    except (KeyError, TypeError, AttributeError, BadAddress) as error:
        raise OidcError("discovery", f"an endpoint is missing or may not be called: {error}") from error
    offered = _words(document, "id_token_signing_alg_values_supported") or ["RS256"]
    ways = _words(document, "token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Discovered(
        issuer,
        addresses["authorization_endpoint"],
        addresses["token_endpoint"],
        addresses["jwks_uri"],
        addresses["end_session_endpoint"],
        tuple(name for name in ALGORITHMS if name in offered),
        "client_secret_basic" in ways,
        document.get("authorization_response_iss_parameter_supported") is True,
    )


def _words(document: Mapping[str, Any], name: str) -> Sequence[str]:
    value = document.get(name)
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []

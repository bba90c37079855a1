"""What a forger, a thief of codes or a strange page could try at the way back: each is refused and opens nothing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.staff.models import SignInProvider, StaffUser
from tests.staff.sso.conftest import come_back, go
from tests.staff.sso.provider import Provider, by_secret, by_strange_key, unsigned

HOUR = 3600


def refused(client: FlaskClient, address: str, session: Session) -> str:
    """The word for why; nobody is made and nothing opens."""
    answer = come_back(client, address)
    assert answer.status_code == 403, answer.location
    session.expire_all()
    assert session.scalars(select(StaffUser)).all() == []
    assert client.get("/staff/orders").status_code == 303
    return answer.text.partition("The word for it: ")[2].partition(".")[0]


def with_query(address: str, **changed: str | None) -> str:
    query = {**dict(parse_qsl(urlsplit(address).query)), **changed}
    return f"{address.partition('?')[0]}?{urlencode({key: value for key, value in query.items() if value is not None})}"


@pytest.mark.parametrize(
    ("twist", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": ["another-client", "third"]}, "aud"),
        ({"aud": ["paradero", "another-client"], "azp": "another-client"}, "azp"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"exp": None}, "exp"),
        ({"iat": 9_999_999_999}, "iat"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
        ({"nbf": 9_999_999_999}, "nbf"),
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_refused(
    registered: SignInProvider,
    visitor: FlaskClient,
    provider: Provider,
    session: Session,
    twist: dict[str, Any],
    reason: str,
) -> None:
    provider.twist = lambda claims: {key: value for key, value in {**claims, **twist}.items() if value is not None}
    assert refused(visitor, go(visitor, provider), session) in (reason, "token")


@pytest.mark.parametrize("sign", [unsigned, by_secret, by_strange_key("k1"), by_strange_key("k9"), lambda _claims: "x"])
def test_a_token_that_no_key_of_the_provider_has_signed_is_refused(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session,
    sign: Callable[[dict[str, Any]], str],
) -> None:  # fmt: skip
    provider.sign = sign
    assert refused(visitor, go(visitor, provider), session) == "signature"


def test_clocks_may_differ_by_a_minute_and_no_more(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    at = int(clock.utcnow().timestamp())
    provider.twist = lambda claims: claims | {"exp": at - 90}
    assert refused(visitor, go(visitor, provider), session) == "expired"
    provider.twist = lambda claims: claims | {"exp": at - 20, "iat": at + 20}
    assert come_back(visitor, go(visitor, provider)).location == "/staff"


def test_an_answer_opens_only_the_browser_that_has_begun(
    registered: SignInProvider, vouching: Flask, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    """The victim's browser gets an answer that an attacker has begun, and the attacker the victim's."""
    attackers = go(visitor, provider)
    victim = vouching.test_client()
    victim.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    assert refused(victim, attackers, session) == "state"
    victims = go(victim, provider)
    assert refused(victim, attackers, session) == "state"
    assert refused(visitor, victims, session) == "state"


def test_an_answer_counts_once(
    registered: SignInProvider, vouching: Flask, visitor: FlaskClient, provider: Provider
) -> None:
    back = go(visitor, provider)
    assert come_back(visitor, back).location == "/staff"
    again = come_back(visitor, back)
    assert (again.status_code, "state" in again.text) == (403, True)


def test_a_code_that_was_used_already_gets_no_token(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    """Somebody else has exchanged it: the provider refuses, and so do we."""
    back = go(visitor, provider)
    provider.codes.clear()
    assert refused(visitor, back, session) == "token"


def test_a_stolen_code_is_of_no_use_in_a_session_of_ones_own(
    registered: SignInProvider, vouching: Flask, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    """PKCE: the code belongs to the verifier of the browser that has begun."""
    stolen = dict(parse_qsl(urlsplit(go(visitor, provider)).query))["code"]
    thief = vouching.test_client()
    thief.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    assert refused(thief, with_query(go(thief, provider), code=stolen), session) == "token"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"state": "x"}, "state"),
        ({"state": None}, "state"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"code": None}, "denied"),
        ({"error": "access_denied", "code": None}, "denied"),
    ],
    ids=str,
)
def test_an_answer_that_was_changed_on_its_way_is_refused(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session,
    changed: dict[str, str | None], reason: str,
) -> None:  # fmt: skip
    assert refused(visitor, with_query(go(visitor, provider), **changed), session) == reason


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"issuer": "https://evil.example"}, "discovery"),
        ({"token_endpoint": "http://169.254.169.254/latest"}, "discovery"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "discovery"),
        ({"jwks_uri": None}, "discovery"),
        ({"token_endpoint": 7}, "discovery"),
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_oddly_is_not_gone_to(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, document: dict[str, Any], reason: str
) -> None:
    provider.document = document
    answer = visitor.get("/staff/sign-in/provider")
    assert (answer.status_code, answer.location, reason in answer.text) == (403, None, True)


def test_a_provider_in_the_private_network_is_called_only_where_it_is_named(
    registered: SignInProvider,
    vouching: Flask,
    visitor: FlaskClient,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unnamed = vouching.config["SETTINGS"].model_copy(update={"webhook_private_hosts": ()})
    monkeypatch.setitem(vouching.config, "SETTINGS", unnamed)
    assert visitor.get("/staff/sign-in/provider").status_code == 403
    assert provider.asked == []

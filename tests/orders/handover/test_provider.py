"""Customers sign in with the shop's own provider: a real one on loopback; each forgery is refused and opens nothing."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.connections.live import LiveSettings
from app.connections.store import StoredValues
from app.orders.models import Order
from tests.staff.browsers import audited
from tests.staff.sso.provider import CLIENT, SECRET, Provider, by_secret, by_strange_key, unsigned

START = "/sign-in/shop"


@pytest.fixture
def provider(live: LiveSettings) -> Iterator[Provider]:
    """The provider, connected as a page connects it; Marisol is signed in there."""
    made = Provider()
    made.person = {"sub": "c-9", "email": "Marisol@Example.com", "email_verified": True}
    values = {
        "CUSTOMERS_ISSUER": made.issuer,
        "CUSTOMERS_CLIENT_ID": CLIENT,
        "CUSTOMERS_CLIENT_SECRET": SECRET,
        "CUSTOMERS_TITLE": "Acme",
    }
    live.take(StoredValues("x", values))
    assert live.faults == ()
    yield made
    made.close()


def there(client: FlaskClient, provider: Provider, start: str = START) -> str:
    """Press the button and sign in there; the address by which one comes back."""
    away = client.get(start)
    assert away.location.startswith(f"{provider.issuer}/authorize?"), away.text
    return provider.visit(away.location)


def came_back(client: FlaskClient, address: str) -> Any:
    return client.get("/" + address.partition("//")[2].partition("/")[2])


def refused(client: FlaskClient, address: str) -> str:
    answer = came_back(client, address)
    assert (answer.status_code, answer.location) == (403, None)
    assert "marisol" not in client.get("/account").text.lower()
    return str(answer.text)


def test_the_button_stands_where_a_provider_is_connected(
    shopper: FlaskClient, provider: Provider, live: LiveSettings
) -> None:
    for path in ("/", "/account"):
        assert "Sign in with Acme" in shopper.get(path).text
    live.take(StoredValues("y", {}))
    for path in ("/", "/account"):
        assert "Sign in with" not in shopper.get(path).text
    assert shopper.get(START).status_code == 403


def test_who_is_signed_in_there_sees_every_order_here(
    shopper: FlaskClient, provider: Provider, order: Order, session: Session
) -> None:
    assert came_back(shopper, there(shopper, provider)).location == "/account"
    assert order.number in shopper.get("/account").text
    assert "Calle del Olmo 7" in shopper.get(f"/o/{order.ref}").text
    assert audited(session) == [("customer:shop", "customer.signed_in", None)]


@pytest.mark.parametrize(
    ("path", "place"), [("/o/REF", "/o/REF"), ("//evil.example", "/account"), ("https://evil.example", "/account")]
)
def test_it_leads_to_a_page_of_ours_alone(
    shopper: FlaskClient, provider: Provider, order: Order, path: str, place: str
) -> None:
    start = f"{START}?{urlencode({'next': path.replace('REF', order.ref)})}"
    assert came_back(shopper, there(shopper, provider, start)).location == place.replace("REF", order.ref)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_provider_has_not_proven_opens_nothing(
    shopper: FlaskClient, provider: Provider, order: Order, verified: object
) -> None:
    provider.person = {"sub": "c-9", "email": "marisol@example.com"} | (
        {} if verified is None else {"email_verified": verified}
    )
    assert "isn't confirmed yet" in refused(shopper, there(shopper, provider)).replace("&#39;", "'")


@pytest.mark.parametrize("sign", [unsigned, by_secret, by_strange_key("k1"), by_strange_key("k9")])
def test_a_token_that_the_provider_has_not_signed_is_refused(
    shopper: FlaskClient, provider: Provider, order: Order, sign: Callable[[dict[str, Any]], str]
) -> None:
    provider.sign = sign
    refused(shopper, there(shopper, provider))


@pytest.mark.parametrize(
    "twist", [{"aud": "other"}, {"nonce": "x"}, {"iss": "https://evil.example"}, {"exp": 1_700_000_000}], ids=str
)
def test_a_token_that_says_something_else_is_refused(
    shopper: FlaskClient, provider: Provider, order: Order, twist: dict[str, Any]
) -> None:
    provider.twist = lambda claims: claims | twist
    refused(shopper, there(shopper, provider))


def test_an_answer_opens_only_the_browser_that_has_begun_and_counts_once(
    app: Flask, shopper: FlaskClient, provider: Provider, order: Order
) -> None:
    begun, stranger = there(shopper, provider), app.test_client()
    refused(stranger, begun)
    address, _sign, query = begun.partition("?")
    changed = urlencode(dict(parse_qsl(query)) | {"state": "x"})
    refused(shopper, f"{address}?{changed}")
    refused(shopper, begun)
    again = there(shopper, provider)
    assert came_back(shopper, again).status_code == 303
    assert came_back(shopper, again).status_code == 403


def test_the_quiet_way_asks_nobody_and_leads_back(shopper: FlaskClient, provider: Provider, order: Order) -> None:
    away = shopper.get(f"{START}?quiet=1&next=/account")
    query = dict(parse_qsl(urlsplit(away.location).query))
    assert query["prompt"] == "none"
    answer = {"state": query["state"], "iss": provider.issuer, "error": "login_required"}
    assert came_back(shopper, f"{query['redirect_uri']}?{urlencode(answer)}").location == "/account"
    assert came_back(shopper, there(shopper, provider, f"{START}?quiet=1")).location == "/account"
    assert order.number in shopper.get("/account").text


def test_a_provider_that_is_away_is_said_kindly(shopper: FlaskClient, provider: Provider) -> None:
    provider.document = {"issuer": "https://evil.example"}
    from app.orders.handover.provider_views import providers

    providers._documents.clear()
    answer = shopper.get(START)
    assert (answer.status_code, 'href="/account"' in answer.text) == (403, True)

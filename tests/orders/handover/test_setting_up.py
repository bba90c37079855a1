"""Connecting the shop's account pages: a secret made by page, samples by page and command, links by the interface."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.connections import store
from app.connections.live import LiveSettings
from app.connections.store import Changing, StoredValues
from app.core.clock import utcnow
from app.core.errors import Invalid
from tests.api.conftest import api, pointers, secret
from tests.orders.handover.conftest import NEW
from tests.staff.browsers import audited, browser, member

__all__ = ["api", "secret"]
PAGE = "/staff/settings/connections/customers-link"


@pytest.fixture
def admin(app: Flask, session: Session, live: LiveSettings) -> FlaskClient:
    return browser(app, member(session, utcnow(), "admin", email="marisol@example.com"))


def test_an_admin_makes_a_secret_sees_samples_and_tries_it(
    admin: FlaskClient, shopper: FlaskClient, session: Session
) -> None:
    assert admin.post(f"{PAGE}/try").status_code == 409
    assert "From your account pages" in unescape(admin.get("/staff/settings/connections").text)
    made = admin.post(f"{PAGE}/secret", data={"variable": "CUSTOMERS_SECRET"}, follow_redirects=True).text
    for words in ("import jwt", "Firebase", "jsonwebtoken", "http://127.0.0.1:8000/from-shop", "Connected"):
        assert words in unescape(made), words
    tried = admin.post(f"{PAGE}/try")
    assert tried.location.startswith("/from-shop/")
    assert admin.get(tried.location).status_code == 200
    assert [what for _who, what, _of in audited(session)] == ["connection.rotated", "connection.tried"]


def test_the_command_prints_the_samples(app: Flask, session: Session) -> None:
    printed = app.test_cli_runner().invoke(args=["portal", "connect", "sample"]).output
    assert all(f"# {name}\n" in printed for name in ("Python", "PHP", "Node"))


@pytest.mark.usefixtures("signing")
def test_a_shop_may_call_for_a_link(api: FlaskClient, shopper: FlaskClient, session: Session) -> None:
    answer = api.post("/api/v1/handovers", json={"email": "Marisol@Example.com", "return_to": "/account"})
    assert answer.status_code == 201, answer.text
    path = answer.json["url"].removeprefix("http://127.0.0.1:8000")
    token = path.removeprefix("/from-shop/")
    assert shopper.post("/from-shop", data={"token": token}).location == "/account"
    assert [what for _who, what, _of in audited(session)] == ["handover.made", "customer.handed_over"]
    assert "marisol" not in str(audited(session)).lower()


@pytest.mark.usefixtures("signing")
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "marisol"}, "/email"),
        ({"email": "m@example.com", "return_to": "https://evil.example"}, "/return_to"),
        ({"email": "m@example.com", "return_to": "//evil.example"}, "/return_to"),
        ({"email": "m@example.com", "locale": "a\nb"}, "/locale"),
        ({}, "/email"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_place(api: FlaskClient, body: dict[str, str], pointer: str) -> None:
    answer = api.post("/api/v1/handovers", json=body)
    assert (answer.status_code, pointers(answer)) == (422, [f"#{pointer}"])


def test_without_a_secret_there_is_no_link(api: FlaskClient, live: LiveSettings) -> None:
    assert api.post("/api/v1/handovers", json={"email": "m@example.com"}).status_code == 409


def test_secrets_that_could_be_guessed_and_half_a_provider_are_refused(live: LiveSettings, session: Session) -> None:
    change = Changing(live.base, "admin@shop.example", utcnow())
    with pytest.raises(Invalid, match="32 characters"):
        store.set_values(session, "customers-link", {"CUSTOMERS_SECRET": "short"}, change)
    with pytest.raises(Invalid, match="CUSTOMERS_CLIENT_SECRET"):
        half = {"CUSTOMERS_ISSUER": "https://id.shop.example", "CUSTOMERS_CLIENT_ID": "x"}
        store.set_values(session, "customers-oidc", half, change)


def test_another_issuer_does_not_get_the_secret_of_the_one_before(live: LiveSettings, session: Session) -> None:
    change = Changing(live.base, "admin@shop.example", utcnow())
    whole = {"CUSTOMERS_ISSUER": "http://127.0.0.1:1", "CUSTOMERS_CLIENT_ID": "x", "CUSTOMERS_CLIENT_SECRET": NEW}
    store.set_values(session, "customers-oidc", whole, change)
    with pytest.raises(Invalid, match="enter it again"):
        store.set_values(session, "customers-oidc", {"CUSTOMERS_ISSUER": "http://127.0.0.1:2"}, change)
    live.take(StoredValues("x", whole))
    assert live.faults == ()

"""Refusals as pages: in words, with a way on, and without the database."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.pages.errors import PAGES, error_page
from app.pages.shop import ShopPage


@pytest.mark.parametrize("code", sorted(PAGES))
def test_each_refusal_says_what_to_do_next(app: Flask, code: int) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        body, status = error_page(code)
    assert status == code
    assert '<a class="button' in body
    assert "csrf" not in body


@pytest.mark.parametrize("code", sorted(PAGES))
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_console_speaks_to_the_shops_people_and_sends_them_to_no_customers_page(
    app: Flask, code: int, language: str
) -> None:
    with app.test_request_context("/staff/returns/NONE", headers={"Accept-Language": language}):
        body, status = error_page(code, "AB12")
    assert status == code
    assert 'href="/staff"' in body and "AB12" in body
    wrong = ("Find my order", "Buscar mi pedido", "Look your order up", "model form", "desisto")
    assert not any(words in body.partition("<main")[2].partition("</main")[0] for words in wrong)


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/no/such/page", headers={"Accept-Language": "es"})
    assert answer.status_code == 404
    assert "Esta página no existe" in answer.text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/help")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_database_that_is_away_is_a_pause_with_a_way_out_of_the_contract(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("select", {}, Exception("the server is away"))

    monkeypatch.setitem(app.extensions, "default_shop", (0.0, ShopPage("Almazara", "ayuda@almazara.example")))
    monkeypatch.setattr(app.extensions["database"], "sessions", away)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    client.set_cookie("paradero", "some-session")
    answer = client.get("/withdraw", headers={"Accept-Language": "es"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "mailto:ayuda@almazara.example" in answer.text
    assert "Por la presente le comunico que desisto" in answer.text


def test_the_mark_to_quote_is_shown(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert "quote this code: AB12" in error_page(500, "AB12")[0]


def test_pages_stand_while_the_database_is_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("select", {}, Exception("the server is away"))

    monkeypatch.setattr(app.extensions["database"], "sessions", away)
    app.extensions.pop("default_shop", None)
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    app.extensions.pop("default_shop", None)

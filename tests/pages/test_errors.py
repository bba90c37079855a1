"""Refusals as pages: in words, with a way on, and without the database."""

import re

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.pages.errors import PAGES, error_page
from app.pages.shop import Houses, ShopPage


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

    monkeypatch.setitem(app.extensions, "houses", Houses(0.0, 0, ShopPage("Almazara", "ayuda@almazara.example")))
    monkeypatch.setattr(app.extensions["database"], "sessions", away)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    client.set_cookie("paradero", "some-session")
    answer = client.get("/withdraw", headers={"Accept-Language": "es"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "mailto:ayuda@almazara.example" in answer.text
    assert "Por la presente le comunico que desisto" in answer.text


def test_while_the_database_is_away_no_button_leads_to_the_same_and_the_phone_is_there(app: Flask) -> None:
    shop_page = ShopPage("Almazara", "ayuda@almazara.example", "+34 900 000 000")
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        g.brand = shop_page
        main = error_page(503)[0].partition("<main")[2].partition("</main")[0]
    assert re.findall(r'<a class="button[^>]*href="([^"]*)"', main) == [""]
    assert 'href="tel:+34 900 000 000"' in main and 'href="mailto:ayuda@almazara.example"' in main


@pytest.mark.parametrize("path", ["/no/such/page", "/l/garbage"])
def test_an_error_page_can_be_read_in_another_language_and_theme(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept-Language": "es"}).text
    assert 'action="/language/en"' in page and 'action="/theme/dark"' in page
    assert f'name="next" value="{path}"' in page


def test_after_a_form_was_refused_a_switch_leads_to_a_page_that_can_be_opened(client: FlaskClient) -> None:
    page = client.post("/help").text
    assert 'name="next" value="/"' in page and 'name="next" value="/help"' not in page


def test_no_error_page_speaks_of_photos_or_of_people_who_were_told(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        pages = " ".join(error_page(code)[0] for code in PAGES)
    assert not re.search(r"photo|10 MB|have been told", pages)


def test_the_mark_to_quote_is_shown(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert "quote this code: AB12" in error_page(500, "AB12")[0]


def test_pages_stand_while_the_database_is_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("select", {}, Exception("the server is away"))

    monkeypatch.setattr(app.extensions["database"], "sessions", away)
    app.extensions.pop("houses", None)
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    app.extensions.pop("houses", None)

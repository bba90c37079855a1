"""Help, privacy and accessibility: true, complete, and leading on."""

import html
import re
from datetime import datetime

import pytest
from flask import Flask, g, render_template
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.pages.shop import ShopPage
from app.pages.statement import SAID_BY_OTHERS, SHORT, conformance
from tests.orders.build import document
from tests.orders.put import put_order
from tests.tracking.pages import text_of


def page(client: FlaskClient, path: str, language: str = "en") -> str:
    client.set_cookie("language", language)
    return html.unescape(client.get(path).text)


@pytest.fixture
def ref(client: FlaskClient, session: Session, now: datetime) -> str:
    """The order that this browser has just opened."""
    ref = put_order(session, document(number="A-10464"), now=now).order.ref
    client.post("/", data={"number": "A-10464", "contact": "marisol@example.com"})
    client.get("/found")
    return ref


def test_help_offers_to_write_about_the_order_that_is_open(client: FlaskClient, ref: str) -> None:
    text = page(client, "/help")
    assert re.search(rf'<a[^>]*href="/o/{ref}/help"[^>]*>\s*Write to us about A-10464', text)
    assert f'href="/o/{ref}"' in text


def test_help_names_the_order_that_was_opened_last(client: FlaskClient, session: Session, now: datetime) -> None:
    """In either order: among the names of a document the database keeps none."""
    numbers = ("A-1", "A-2")
    for number in numbers:
        put_order(session, document(number=number), now=now)
    for number in (*numbers, *reversed(numbers)):
        client.post("/", data={"number": number, "contact": "marisol@example.com"})
        client.get("/found")
        assert f"Write to us about {number}" in page(client, "/help")


def test_help_without_an_order_leads_to_finding_one_and_to_people(client: FlaskClient) -> None:
    text = page(client, "/help")
    main = text.partition("<main")[2].partition("</main")[0]
    assert 'id="find"' in main and "/help" not in main
    assert "you can write to us from its page" in main


def test_help_has_every_way_to_reach_the_shop(app: Flask) -> None:
    house = ShopPage("Almazara", "ayuda@almazara.example", "+34 900 000 000", "https://help.example", "Calle Mayor 1")
    with app.test_request_context("/help"):
        g.brand = house
        text = render_template("pages/help.html", opened=None)
    for way in ("mailto:ayuda@almazara.example", "tel:+34 900 000 000", "https://help.example", "Calle Mayor 1"):
        assert way in text


@pytest.mark.parametrize(
    ("language", "words", "wrong"),
    [("es", ("responde BAJA", "ALTA para volver"), "STOP"), ("en", ("reply STOP", "START to get them"), "BAJA")],
)
def test_help_names_the_words_that_the_text_messages_name(
    client: FlaskClient, language: str, words: tuple[str, ...], wrong: str
) -> None:
    text = page(client, "/help", language)
    assert all(word in text for word in words) and wrong not in text


def test_help_answers_what_is_asked_most_and_promises_no_page_that_there_is_not(client: FlaskClient) -> None:
    text = page(client, "/help")
    for question in ("How do I change my address?", "How do I cancel my order?", "When do I get my money?"):
        assert question in text
    assert "your choices there" not in text and "tell us on your order" not in text
    assert "You don't need a printer" not in text


@pytest.mark.parametrize("path", ["/", "/help", "/privacy", "/accessibility"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_each_page_says_what_it_is_about_in_its_language(client: FlaskClient, path: str, language: str) -> None:
    described = re.search(r'<meta\s+name="description"\s+content="([^"]{30,160})"', page(client, path, language))
    assert described is not None
    others = re.search(
        r'name="description"\s+content="([^"]*)"', page(client, path, "en" if language == "es" else "es")
    )
    assert others is not None and others[1] != described[1]


def test_privacy_names_who_answers_the_rights_and_no_photos(client: FlaskClient) -> None:
    text = text_of(page(client, "/privacy"))
    for words in (
        "Who is responsible",
        "Your rights",
        "a copy of your data",
        "object to its use",
        "checks with carriers",
        "What you write to us",
        "for an hour",
    ):
        assert words in text
    assert "hoto" not in text and "Nobody else" not in text


def test_the_statement_says_what_conforms_what_does_not_and_how_to_complain(client: FlaskClient) -> None:
    text, report = text_of(page(client, "/accessibility")), conformance()
    assert "in part" in text and report.standard in text and report.version in text and "27 November" in text
    for result in ("supports", "in part", "not assessed", "does not apply"):
        assert str(report.count(result)) in text
    for shortcoming in report.shortcomings():
        assert str(shortcoming) in text
    for words in ("by tests that run on their own", "screen reader", "Help and contact", "complain", "consumer office"):
        assert words in text
    assert "You find your order" in text


def test_every_criterion_that_is_met_in_part_is_said_in_plain_words() -> None:
    partly = {one.clause for one in conformance().criteria if one.result == "in part"}
    assert partly == SHORT.keys() | SAID_BY_OTHERS


def test_the_report_is_there_criterion_by_criterion(client: FlaskClient) -> None:
    assert 'href="/accessibility/report"' in page(client, "/accessibility")
    answer = client.get("/accessibility/report")
    assert answer.mimetype == "text/plain"
    for one in conformance().criteria:
        assert f"{one.clause} {one.title}: {one.result}" in answer.text

"""The returns policy for everybody: made from the rules, by country, with an answer that needs no order."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands import house
from app.core.clock import utcnow
from app.returns.policy.stored.kind import put_policy

RULES: list[dict[str, Any]] = [
    {"name": "often", "when": {"on": "returns", "at_least": 3, "days": 90}, "then": {"do": "refuse"}},
    {"name": "france", "when": {"on": "country", "one_of": ["FR"]}, "then": {"do": "window", "days": 77}},
    {"name": "shoes", "when": {"on": "category", "one_of": ["shoes"]}, "then": {"do": "refuse"}},
]


@pytest.fixture(autouse=True)
def policy(session: Session, now: datetime, client: FlaskClient) -> None:
    put_policy(session, "demo", {"rules": RULES}, by="ada@shop.example", now=now)
    session.commit()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def read(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/returns-policy{query}")
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.text).split())


def test_everybody_reads_what_the_rules_say(client: FlaskClient) -> None:
    page = read(client)
    assert "Always: you can send it back for 30 days after it arrives." in page
    assert "If the item is of the kind shoes: you can't send it back." in page
    assert "Your right by law" in page
    assert "For 3 days after that, our team decides." in page


def test_nobody_reads_how_customers_are_counted(client: FlaskClient) -> None:
    assert "90 days" not in read(client)
    assert "the customer" not in read(client)


def test_each_country_reads_its_own_rules(client: FlaskClient) -> None:
    assert "77 days" not in read(client, "?country=ES")
    french = read(client, "?country=FR")
    assert "77 days" in french
    assert "1,095 days" not in french, "Spain's three years are Spain's"
    assert "Your right by law" not in read(client, "?country=US")


@pytest.mark.parametrize(
    ("channels", "sentence"),
    [
        (
            {"by_channel": {"amazon": {"returns": False}, "web": {"mails": False}}},
            "If it was bought through amazon: you return it where you bought it.",
        ),
        (
            {"usual": {"returns": False}, "by_channel": {"web": {"returns": True}, "ebay": {"returns": False}}},
            "If it wasn't bought through web: you return it where you bought it.",
        ),
        ({"usual": {"returns": False}}, "Always: you return it where you bought it."),
    ],
)
def test_what_is_returned_where_it_was_bought(
    session: Session, now: datetime, client: FlaskClient, channels: dict[str, Any], sentence: str
) -> None:
    assert "where you bought it" not in read(client)
    house.change(session, "demo", {"channels": channels}, by="cli:amparo", now=now)
    session.commit()
    assert sentence in read(client)


def test_it_reads_in_spanish(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    assert "Siempre: lo puedes devolver 30 días desde que llega." in read(client)


@pytest.mark.parametrize(
    ("days", "category", "reason", "answer"),
    [
        (5, "", "too_small", "Yes, you can send it back."),
        (31, "", "too_small", "Our team will look at it."),
        (90, "", "too_small", "No, you can't send it back."),
        (90, "", "defective", "Yes, you can send it back."),
        (25, "shoes", "too_small", "No, you can't send it back."),
        (5, "shoes", "too_small", "Our team will look at it."),
        (25, "shoes", "defective", "Our team will look at it."),
    ],
)
def test_can_i_send_this_back(client: FlaskClient, days: int, category: str, reason: str, answer: str) -> None:
    day = (utcnow() - timedelta(days=days)).date().isoformat()
    assert answer in read(client, f"?country=ES&day={day}&category={category}&reason={reason}")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("day=&reason=too_small", "Choose the day on which it came."),
        ("day=2999-01-01&reason=too_small", "Choose the day on which it came."),
        ("day=2026-01-01&reason=dragons", "Choose a reason from the list."),
        ("day=0001-01-01&reason=too_small", "Choose the day on which it came."),
    ],
)
def test_what_is_wrong_with_a_question_is_said(client: FlaskClient, query: str, words: str) -> None:
    answer = client.get(f"/returns-policy?{query}")
    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_brand_that_there_is_not(client: FlaskClient) -> None:
    assert client.get("/returns-policy?brand=nobody").status_code == 404

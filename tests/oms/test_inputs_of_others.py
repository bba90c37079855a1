"""Inputs that shops and carriers really sent, each with its right value; read where the folder is at hand."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.api.keys import SCOPES, create_key
from app.core.clock import utcnow
from app.orders.models import Order, OrderContact
from app.tracking.services import fold_dirty

CASES = Path(__file__).parents[3] / "shared" / "cases"
UNITS = {"d": "days", "h": "hours", "m": "minutes"}

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the folder of inputs is not beside this checkout")


def moved(text: str, now: datetime) -> str:
    """The text with its instants that count from now, such as ``@-2d``."""
    return re.sub(r"@(-?\d+)([dhm])", lambda m: (now + timedelta(**{UNITS[m[2]]: int(m[1])})).isoformat(), text)


class Story:
    """Plays the steps of one input against the interface, folding scans after each."""

    def __init__(self, app: Flask, session: Session) -> None:
        _, key = create_key(session, name="inputs", scopes=list(SCOPES), now=utcnow())
        session.commit()
        self.session, self.client = session, app.test_client()
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"

    def play(self, folder: str) -> list[TestResponse]:
        """Every step's answer."""
        now = utcnow().replace(microsecond=0)
        answers: list[TestResponse] = []
        for step in json.loads((CASES / folder / "steps.json").read_text()):
            path = re.sub(r"\{(\d+)\}", lambda m: str(answers[int(m[1])].json["ref"]), step["p"])
            body = json.loads(moved(json.dumps(step["body"]), now)) if "body" in step else None
            answers.append(self.client.open(path, method=step["m"], json=body))
            fold_dirty(self.session, now=utcnow())
            self.session.commit()
        return answers


@pytest.fixture
def story(app: Flask, session: Session) -> Story:
    return Story(app, session)


def codes(answers: list[TestResponse]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_a_line_removed_after_its_return(story: Story) -> None:
    answers = story.play("01-line-removed-after-return")
    assert all(code < 300 for code in codes(answers[:8])), codes(answers)
    assert answers[8].status_code < 500
    assert answers[6].json["lines"][0]["line"] == "1"
    due = story.client.get(f"/api/v1/returns/{answers[2].json['ref']}").json["refunds"]
    assert [refund["amount"] for refund in due] == [1000]


def test_a_replacement_parcel(story: Story) -> None:
    answers = story.play("02-replacement-parcel")
    assert max(codes(answers)) < 300
    assert [parcel["id"] for parcel in answers[-1].json["shipments"]] == ["s1", "s2"]


def test_a_line_of_nothing(story: Story) -> None:
    assert codes(story.play("04-zero-quantity-line")) == [201]


def test_blemishes(story: Story) -> None:
    answers = story.play("05-blemish-refuses-order")
    assert set(codes(answers)) == {201}
    assert sum(bool(answer.json["notes"]) for answer in answers) >= 5


def test_day_and_month(story: Story) -> None:
    answers = story.play("06-day-month-with-seconds")
    shipments = [answer.json for answer in answers if answer.request.method == "GET"]
    instants = {datetime.fromisoformat(event["occurred_at"]) for each in shipments for event in each["events"]}
    assert instants == {datetime(2026, 11, 5, 17, 30, tzinfo=UTC)}


def test_carriers_as_shops_write_them(story: Story) -> None:
    answers = story.play("08-carriers-own-name")
    orders = [answer.json for answer in answers if answer.request.method == "GET"]
    assert [order["shipments"][0]["carrier"] for order in orders] == ["royalmail", "laposte", "correos_express"]
    assert {order["state"] for order in orders} == {"delivered"}


def test_two_numbers_in_a_field(story: Story) -> None:
    answers = story.play("10-two-numbers-in-a-field")
    assert set(codes(answers)) <= {200, 201}
    assert [parcel["tracking_number"] for parcel in answers[2].json["shipments"]] == ["AAA111", "BBB222"]
    address = story.client.get("/api/v1/orders/CS10B").json["shipments"][0]
    assert not str(address["tracking_number"]).startswith("HTTP")


def test_money(story: Story) -> None:
    free_delivery = story.play("13-free-shipping-coupon")
    assert free_delivery[-1].json["quote"]["total"] == 1000
    gift_card = story.play("14-gift-card-beside-paid")
    assert [answer.json["quote"]["total"] for answer in gift_card[4:]] == [1200, 1990, 1990]
    net = story.play("16-paid-lowered-after-refund")
    assert net[-1].json["quote"]["total"] == 1000


def test_a_mexican_mobile(story: Story, client: FlaskClient) -> None:
    assert codes(story.play("17-mexican-mobile")) == [201]
    assert story.session.scalars(select(OrderContact.phone_e164)).all() == ["+525512345678"]
    client.post("/", data={"number": "CS17", "contact": "55 1234 5678"})
    ref = story.session.scalar(select(Order.ref))
    assert client.get("/found").location == f"/o/{ref}"


def test_a_mark_before_the_json(story: Story) -> None:
    raw = (CASES / "19-json-with-bom" / "bom.json").read_bytes()
    answer: Any = story.client.put("/api/v1/orders/CS19", data=raw, content_type="application/json")
    assert answer.status_code == 201

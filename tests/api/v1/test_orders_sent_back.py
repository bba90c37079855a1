"""An order that was read here and is sent back as it is says nothing new, whatever was mended or found out since."""

import copy
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.orders.build import FULL, GOOD, raw

BLEMISHED = raw(
    {
        "customer.email": "Marisol <marisol@example.com>",
        "ship_to.line1": "Calle\tdel Olmo 7",
        "lines.0.quantity": 2.5,
        "shipments.0.tracking_number": "ab-12",
        "shipments.0.carrier": "Correos Express",
    },
    locale=None,
)


def twice(api: FlaskClient, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is told of an order before and after it was sent back."""
    assert api.put("/api/v1/orders/1001", json=body).status_code == 201
    before = api.get("/api/v1/orders/1001").json
    again = api.put("/api/v1/orders/1001", json=before)
    assert again.status_code == 200, again.json
    assert (again.json["applied"], again.json["created"]) == (True, False)
    return before, api.get("/api/v1/orders/1001").json


NUMBERS = raw({"shipments.0.tracking_number": "AAA111222,\nBBB111222", "shipments.0.carrier": None})
ADDRESS = raw({"shipments.0.tracking_number": "https://carrier.example/follow?parcel=abc"})
BODIES = {"plain": GOOD, "full": FULL, "blemished": BLEMISHED, "two numbers": NUMBERS, "an address": ADDRESS}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_order_that_is_sent_back_changes_nothing(api: FlaskClient, body: dict[str, Any]) -> None:
    before, after = twice(api, copy.deepcopy(body))
    assert after == before


def test_what_a_document_says_is_told_again(api: FlaskClient) -> None:
    assert api.put("/api/v1/orders/1001", json=FULL).status_code == 201
    order = api.get("/api/v1/orders/1001?source=shop-one").json
    same = ("source", "status", "status_word", "payment_status", "prices_include_tax", "gift", "note", "totals")
    assert {name: order[name] for name in same} == {name: FULL[name] for name in same}
    assert [line["quantity"] for line in order["lines"]] == [3, 1, 1]
    assert [line["cancelled"] for line in order["lines"]] == [1, 0, 1]
    assert [parcel["id"] for parcel in order["shipments"]] == ["s1", "s2"]
    assert order["refunds"][0]["amount"] == 1990


def test_several_numbers_are_several_parcels_and_said(api: FlaskClient) -> None:
    made = api.put("/api/v1/orders/1001", json=NUMBERS)
    assert "several_numbers" in [note["kind"] for note in made.json["notes"]]
    parcels = api.get("/api/v1/orders/1001").json["shipments"]
    assert [parcel["tracking_number"] for parcel in parcels] == ["AAA111222", "BBB111222"]
    again = api.post("/api/v1/orders/batch", json=[NUMBERS | {"number": "1002"}])
    assert again.json["results"][0]["notes"] == made.json["notes"]


def test_a_misspelt_field_beside_our_own_is_still_told(api: FlaskClient) -> None:
    api.put("/api/v1/orders/1001", json=GOOD)
    order = api.get("/api/v1/orders/1001").json | {"colour": "blue"}
    refused = api.put("/api/v1/orders/1001", json=order)
    assert [error["pointer"] for error in refused.json["errors"]] == ["#/colour"]


def test_what_was_set_right_is_answered_and_told(api: FlaskClient) -> None:
    made = api.put("/api/v1/orders/1001", json=BLEMISHED)
    kinds = {(note["pointer"], note["kind"]) for note in made.json["notes"]}
    assert kinds >= {("#/customer/email", "email_mended"), ("#/lines/0/quantity", "quantity_rounded")}
    assert api.get("/api/v1/orders/1001").json["notes"] == made.json["notes"]
    batch = api.post("/api/v1/orders/batch", json=[BLEMISHED | {"number": "1002"}])
    assert batch.json["results"][0]["notes"] == made.json["notes"]

"""Shopify's webhooks: whole orders become documents to the cent, parts of them hints, all else a reason in words."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.oms.mapping.outcome import Hint, Mapped, NoOrder
from tests.oms.mapping.shopify import own
from tests.oms.mapping.shopify.orders import document
from tests.oms.mapping.shopify.webhooks import outcome
from tests.oms.mapping.taken import changes_nothing, ends_well, put, read


def test_an_order_is_told_in_the_currency_that_the_customer_saw_with_lines_to_the_cent(portal: FlaskClient) -> None:
    order = document(own.order())
    put(portal, order)
    answer = read(portal, order)
    assert (answer["number"], answer["currency"]) == ("1001", "EUR")
    assert [line["total"] for line in answer["lines"]] == [1000, 500]
    assert (answer["totals"]["items"], answer["totals"]["shipping"], answer["totals"]["paid"]) == (1500, 490, 1990)
    assert answer["prices_include_tax"]
    changes_nothing(portal, order)


def test_units_taken_out_and_units_sent_back_are_told_apart() -> None:
    lines = [own.line(11, 5, "2.00", current_quantity=2), own.line(12, 1, "5.00")]
    refunds = [own.refund(1, "2.00", (11, 1, "cancel")), own.refund(2, "4.00", (11, 2, "return"))]
    mapped = document(own.order(line_items=lines, refunds=refunds, financial_status="partially_refunded"))
    assert (mapped["lines"][0]["cancelled"], mapped["lines"][0]["returned"]) == (1, 2)
    # What failed gave nothing back.
    assert [refund["amount"] for refund in mapped["refunds"]] == [200, 400]
    assert mapped["totals"]["paid"] == 1990
    assert mapped["refunds"][1]["lines"] == [{"line": "11", "quantity": 2}]


@pytest.mark.parametrize(
    ("changed", "status", "hold", "payment"),
    [
        ({}, "confirmed", None, "paid"),
        ({"financial_status": "authorized"}, "received", None, "authorised"),
        ({"financial_status": "pending"}, "on_hold", "payment", "unpaid"),
        ({"financial_status": "pending", "fulfillment_status": "fulfilled"}, "shipped", None, "unpaid"),
        ({"fulfillment_status": "partial"}, "partly_shipped", None, "paid"),
        ({"fulfillment_status": "fulfilled"}, "shipped", None, "paid"),
        ({"cancelled_at": "2026-11-02T10:00:00Z", "financial_status": "voided"}, "cancelled", None, "voided"),
    ],
)
def test_its_words_say_where_the_order_stands(
    changed: dict[str, Any], status: str, hold: str | None, payment: str
) -> None:
    mapped = document(own.order(**changed))
    assert (mapped["status"], mapped.get("hold"), mapped["payment_status"]) == (status, hold, payment)


def test_parcels_name_their_carrier_and_cancelled_fulfilments_are_none() -> None:
    parcels = [
        own.fulfilment(1, (11, 3), numbers=("1Z1", "1Z2"), shipment_status="delivered"),
        own.fulfilment(2, (12, 1), shipment_status="delivered"),
        own.fulfilment(3, (12, 1), status="cancelled"),
    ]
    mapped = document(own.order(fulfillments=parcels, fulfillment_status="fulfilled"))
    assert [one["tracking_number"] for one in mapped["shipments"]] == ["1Z1", "1Z2", "1Z1"]
    assert [len(one["lines"]) for one in mapped["shipments"]] == [1, 0, 1]
    assert mapped["status"] == "completed"


def test_a_discount_that_lies_on_no_line_is_the_orders_own() -> None:
    mapped = document(own.order(**own.both("total_discounts", "2.02")))
    assert mapped["totals"]["discount"] == 200


def test_a_line_that_only_a_rounded_number_names_is_the_orders_own_line() -> None:
    exact = own.line(487817672276298554, 1, "5.00", id=487817672276298560)
    parcel = own.fulfilment(1, (487817672276298560, 1))
    mapped = document(own.order(line_items=[exact], fulfillments=[parcel]))
    assert mapped["shipments"][0]["lines"] == [{"line": "487817672276298554", "quantity": 1}]


@pytest.mark.parametrize(
    ("topic", "body", "id_", "part"),
    [
        ("orders/edited", {"order_edit": {"order_id": 5001}}, "5001", "order"),
        ("orders/delete", {"id": 5001}, "5001", "order"),
        ("fulfillments/create", own.fulfilment(1, (11, 1)), "5001", "order"),
        ("refunds/create", own.refund(1, "2.00") | {"order_id": 5001}, "5001", "order"),
        ("returns/approve", {"order": {"admin_graphql_api_id": f"{own.GID}/Order/5001"}}, "5001", "order"),
        ("returns/update", {"admin_graphql_api_id": f"{own.GID}/Return/7"}, "7", "return"),
        (
            "fulfillment_orders/split",
            {"fulfillment_order": {"id": f"{own.GID}/FulfillmentOrder/3"}},
            "3",
            "fulfilment order",
        ),
    ],
)
def test_what_is_of_an_order_is_a_hint_to_it(topic: str, body: dict[str, Any], id_: str, part: str) -> None:
    hint = outcome(topic, body)
    assert isinstance(hint, Hint)
    assert (hint.id, hint.part, hint.exact) == (id_, part, True)


def test_a_hint_by_a_rounded_number_says_so_and_names_the_orders_number() -> None:
    hint = outcome("fulfillments/create", own.fulfilment(1, (11, 1), order_id=820982911946154500, name="#EU.9999.1"))
    assert isinstance(hint, Hint)
    assert (hint.exact, hint.name) == (False, "EU.9999")


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("locations/create", {"id": 1, "name": "Ottawa"}),
        ("customers/redact", {"shop_id": 1}),
        ("returns/process", {}),
        ("orders/create", {"id": 1}),
        ("orders/risk_assessment_changed", {"order_id": None}),
        ("products/update", {"id": 1}),
        ("themes/publish", {"id": 1}),
        ("orders/create", None),
        ("orders/create", [1]),
    ],
)
def test_what_is_of_no_order_ends_in_a_reason_that_a_shop_understands(topic: str, body: Any) -> None:
    end = outcome(topic, body)
    assert isinstance(end, NoOrder)
    ends_well(end)


def test_every_real_webhook_ends_in_a_document_a_hint_or_a_reason(real: Path) -> None:
    with (real / "shopify" / "webhook_index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ends = Counter[str]()
    for row in rows:
        body = json.loads((real / "shopify" / row["file"]).read_text("utf-8"))
        end = outcome(row["topic"], body)
        ends[ends_well(end)] += 1
        if isinstance(end, Mapped):
            assert end.document["source"]["id"] == "820982911946154508"
    assert len(rows) == 129
    assert ends == {"document": 13, "hint": 74, "reason": 42}


def test_every_real_order_is_taken_and_its_amounts_add_up(real: Path, portal: FlaskClient) -> None:
    for version in ("2024-07", "2026-07"):
        path = real / "shopify" / "webhook_payloads" / version / "orders" / "updated.json"
        body = json.loads(path.read_text("utf-8"))
        order = document(body, system=f"shopify-{version}")
        put(portal, order)
        totals = read(portal, order)["totals"]
        assert totals["items"] + totals["shipping"] - totals["discount"] == round(float(body["total_price"]) * 100)
        changes_nothing(portal, order)

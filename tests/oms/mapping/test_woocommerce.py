"""WooCommerce's orders become documents to the cent; refunds and notes are hints; all else ends in a reason."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.oms.mapping.outcome import Hint, Mapped
from tests.oms.mapping.taken import changes_nothing, ends_well, put, read
from tests.oms.mapping.woocommerce import document, outcomes

LINKS = {"up": [{"href": "https://shop.example/wp-json/wc/v3/orders/723"}]}
ADDRESS = {
    "first_name": "Ana", "last_name": "Ruiz", "company": "", "address_1": "Calle Mayor 1", "address_2": "",
    "city": "Madrid", "state": "M", "postcode": "28013", "country": "ES",
}  # fmt: skip


def line(id_: int, quantity: float, subtotal: str, total: str, tax: str = "0.00", **more: Any) -> dict[str, Any]:
    """A line, net with its tax beside it."""
    return {
        "id": id_, "name": f"Camisa &ndash; {id_}", "sku": "", "quantity": quantity, "subtotal": subtotal,
        "subtotal_tax": tax, "total": total, "total_tax": tax, "meta_data": [{"key": "size", "value": "M"}],
    } | more  # fmt: skip


def order(**more: Any) -> dict[str, Any]:
    """A paid order: three for 10.00 net, 21 % of tax, a delivery, nothing taken off."""
    return {
        "id": 723, "number": "WC-723", "order_key": "wc_order_1", "status": "processing", "currency": "EUR",
        "date_created": "2026-11-01T11:00:00", "date_created_gmt": "2026-11-01T10:00:00",
        "date_modified": "2026-11-02T11:00:00", "date_modified_gmt": "2026-11-02T10:00:00",
        "date_paid": "2026-11-01T11:01:00", "date_paid_gmt": "2026-11-01T10:01:00", "date_completed": None,
        "created_via": "checkout", "prices_include_tax": False, "customer_id": 0, "customer_note": "",
        "billing": {**ADDRESS, "email": "ana@example.com", "phone": "+34600000001"}, "shipping": ADDRESS,
        "payment_method": "redsys", "transaction_id": "", "meta_data": [], "refunds": [], "fee_lines": [],
        "line_items": [line(1, 3, "10.00", "10.00", "2.10")], "shipping_total": "4.00", "shipping_tax": "0.84",
        "total": "16.94", "total_tax": "2.94",
    } | more  # fmt: skip


def test_three_for_ten_come_to_ten_with_the_tax_on_top(portal: FlaskClient) -> None:
    mapped = document(order())
    put(portal, mapped)
    answer = read(portal, mapped)
    assert [(one["unit_price"], one["total"]) for one in answer["lines"]] == [(333, 1000)]
    totals = answer["totals"]
    assert (totals["items"], totals["shipping"], totals["tax"], totals["paid"]) == (1000, 400, 294, 1694)
    assert answer["prices_include_tax"] is False
    assert answer["lines"][0]["title"] == "Camisa – 1"
    changes_nothing(portal, mapped)


def test_prices_that_hold_the_tax_are_told_with_it() -> None:
    mapped = document(order(prices_include_tax=True))
    assert (mapped["totals"]["items"], mapped["totals"]["shipping"]) == (1210, 484)
    assert mapped["totals"]["items"] + mapped["totals"]["shipping"] == mapped["totals"]["paid"] == 1694


def test_a_fee_below_zero_is_a_discount_and_another_a_fee(portal: FlaskClient) -> None:
    fees = [{"total": "-2.00", "total_tax": "0.00"}, {"total": "1.50", "total_tax": "0.00"}]
    mapped = document(order(fee_lines=fees, total="16.44"))
    assert (mapped["totals"]["fees"], mapped["totals"]["discount"]) == (150, 200)
    put(portal, mapped)


def test_goods_without_an_address_go_nowhere_and_decimal_quantities_are_taken(portal: FlaskClient) -> None:
    nowhere = dict.fromkeys(ADDRESS, "")
    billing = {**nowhere, "email": "ana@example.com", "phone": ""}
    lines = [line(1, 1.5, "10.00", "9.99")]
    mapped = document(order(shipping=nowhere, billing=billing, line_items=lines))
    put(portal, mapped)
    answer = read(portal, mapped)
    assert answer["ship_to"] is None
    assert (answer["lines"][0]["quantity"], answer["lines"][0]["quantity_text"]) == (2, "1.5")
    assert answer["lines"][0]["total"] == 999


def test_refunds_name_their_lines_and_what_was_sent_counts_as_returned() -> None:
    short = [{"id": 9, "reason": "", "total": "-3.33"}]
    item = {"quantity": -1, "meta_data": [{"key": "_refunded_item_id", "value": "1"}]}
    whole = {"id": 9, "date_created_gmt": "2026-11-05T10:00:00", "reason": "Small", "line_items": [item]}
    sent = document(order(refunds=short, status="completed", date_completed="2026-11-03"), refunds=[whole])
    lines = [{"line": "1", "quantity": 1}]
    assert sent["refunds"] == [
        {"id": "9", "amount": 333, "at": "2026-11-05T10:00:00Z", "reason": "Small", "lines": lines}
    ]
    assert (sent["lines"][0]["returned"], sent["lines"][0]["cancelled"], sent["payment_status"]) == (
        1,
        0,
        "part_refunded",
    )
    unsent = document(order(refunds=short), refunds=[whole])
    assert (unsent["lines"][0]["returned"], unsent["lines"][0]["cancelled"]) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "status", "hold"),
    [
        ({"status": "pending", "date_paid": None}, "on_hold", "payment"),
        ({"status": "processing"}, "confirmed", None),
        ({"status": "completed"}, "completed", None),
        ({"status": "refunded"}, "cancelled", None),
        ({"status": "refunded", "date_completed": "2026-11-03T10:00:00"}, "completed", None),
        ({"status": "awaiting-pickup"}, "confirmed", None),
        ({"status": "quote", "date_paid": None}, "received", None),
        ({"status": "trash"}, "cancelled", None),
    ],
)
def test_a_shops_own_words_stop_no_order(changed: dict[str, Any], status: str, hold: str | None) -> None:
    mapped = document(order(**changed))
    assert (mapped["status"], mapped.get("hold")) == (status, hold)
    assert mapped["removed"] == (changed["status"] == "trash")


def test_parcels_are_those_that_the_plug_in_keeps(portal: FlaskClient) -> None:
    item = {"tracking_provider": "Correos", "tracking_number": "PQ4F6P0704107000188010T", "tracking_id": "a1"}
    mapped = document(order(meta_data=[{"key": "_wc_shipment_tracking_items", "value": [item]}]))
    put(portal, mapped)
    assert [one["tracking_number"] for one in read(portal, mapped)["shipments"]] == ["PQ4F6P0704107000188010T"]


def test_refunds_and_notes_are_hints_to_their_order() -> None:
    for part in ({"id": 1, "amount": "5.00", "refunded_by": 1}, {"id": 2, "note": "x", "customer_note": False}):
        hint = outcomes(part | {"_links": LINKS})[0]
        assert isinstance(hint, Hint)
        assert hint.id == "723"


@pytest.mark.parametrize(
    "body",
    [
        order(status="checkout-draft"),
        {"id": 1, "catalog_visibility": "visible"},
        {"id": 1, "username": "ana", "is_paying_customer": True},
        {"code": "woocommerce_rest_authentication_error", "message": "Invalid signature", "data": {"status": 401}},
        {"id": 1, "refunded_by": 1},
        {},
        "webhook_id=5",
        None,
    ],
)
def test_what_is_no_order_ends_in_a_reason(body: Any) -> None:
    assert [ends_well(one) for one in outcomes(body)] == ["reason"]


def test_every_real_answer_ends_in_a_document_a_hint_or_a_reason(real: Path, portal: FlaskClient) -> None:
    paths = sorted((real / "woocommerce").glob("*.json"))
    ends = Counter[str]()
    for path in paths:
        for one in outcomes(json.loads(path.read_text("utf-8"))):
            ends[ends_well(one)] += 1
            if isinstance(one, Mapped):
                put(portal, one.document | {"source": {"system": path.name, "id": one.document["source"]["id"]}})
    assert len(paths) == 41
    assert (ends["document"], ends["hint"]) == (10, 11)

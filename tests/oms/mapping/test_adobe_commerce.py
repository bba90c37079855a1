"""Orders of Adobe Commerce become documents to the cent, with parcels and credit memos; all else ends in a reason."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.oms.mapping.adobe_commerce import document, outcomes
from tests.oms.mapping.outcome import Hint, Mapped
from tests.oms.mapping.taken import changes_nothing, ends_well, put, read

SHIPMENT = {
    "entity_id": 7,
    "order_id": 42,
    "created_at": "2026-11-03 10:00:00",
    "items": [{"order_item_id": 1, "qty": 2.0}],
    "tracks": [
        {"track_number": "1Z1", "carrier_code": "ups", "title": "UPS"},
        {"track_number": "X2", "carrier_code": "custom", "title": "Bote"},
    ],
}
MEMO = {
    "entity_id": 3, "order_id": 42, "created_at": "2026-11-05 10:00:00", "grand_total": 11.9,
    "items": [{"order_item_id": 1, "qty": 1.0}, {"order_item_id": 2, "qty": 0}],
}  # fmt: skip


def line(item_id: int, ordered: float, **more: Any) -> dict[str, Any]:
    """A line of 10.00 net a piece with 19 % of tax."""
    return {
        "item_id": item_id, "sku": f"A-{item_id}", "name": f"Article {item_id}", "product_type": "simple",
        "qty_ordered": ordered, "qty_shipped": 0, "qty_canceled": 0, "qty_refunded": 0, "price": 10.0,
        "price_incl_tax": 11.9, "row_total": 10.0 * ordered, "row_total_incl_tax": 11.9 * ordered,
        "tax_amount": 1.9 * ordered, "discount_amount": 0, "discount_tax_compensation_amount": 0, "is_virtual": 0,
    } | more  # fmt: skip


def order(**more: Any) -> dict[str, Any]:
    """A paid order of two pieces of one article and one of another, delivered for 5.95."""
    address = {
        "firstname": "Eva", "lastname": "Lang", "street": ["Weg 1", "Hinterhaus"], "city": "Bonn", "postcode": "53111",
        "country_id": "DE", "region": None, "region_code": None, "telephone": "+49228555001", "company": "Lang GmbH",
    }  # fmt: skip
    return {
        "entity_id": 42, "increment_id": "000000042", "state": "processing", "status": "processing",
        "created_at": "2026-11-01 10:00:00", "updated_at": "2026-11-02 10:00:00", "store_name": "Main\nStore\nDeutsch",
        "order_currency_code": "EUR", "base_currency_code": "USD", "customer_email": "eva@example.com",
        "customer_firstname": "Eva", "customer_lastname": "Lang", "customer_is_guest": 1, "customer_note": None,
        "items": [line(1, 2.0), line(2, 1.0)], "billing_address": address,
        "payment": {"method": "checkmo", "amount_paid": 41.65, "amount_ordered": 41.65, "last_trans_id": None},
        "extension_attributes": {"shipping_assignments": [{"shipping": {"address": address}}]},
        "shipping_amount": 5.0, "shipping_incl_tax": 5.95, "shipping_discount_amount": 0, "tax_amount": 6.65,
        "grand_total": 41.65, "total_paid": 41.65, "total_due": 0, "total_refunded": None,
    } | more  # fmt: skip


def test_an_order_is_told_with_its_tax_and_in_its_own_currency(portal: FlaskClient) -> None:
    mapped = document(order(), shipments=[SHIPMENT])
    put(portal, mapped)
    answer = read(portal, mapped)
    assert (answer["number"], answer["currency"], answer["channel"]) == ("000000042", "EUR", "Deutsch")
    totals = answer["totals"]
    assert (totals["items"], totals["shipping"], totals["tax"], totals["paid"]) == (3570, 595, 665, 4165)
    assert [one["tracking_number"] for one in answer["shipments"]] == ["1Z1", "X2"]
    assert answer["placed_at"].startswith("2026-11-01T10:00:00")
    changes_nothing(portal, mapped)


def test_a_configurable_article_is_one_line_and_a_bundle_is_its_parts() -> None:
    shirt = [
        line(1, 1.0, product_type="configurable", sku="TEE-M"),
        line(2, 1.0, parent_item_id=1, row_total=0, price=0),
    ]
    bundle = [
        line(3, 1.0, product_type="bundle", row_total=0, tax_amount=0),
        line(4, 1.0, parent_item_id=3),
        line(5, 2.0, parent_item_id=3),
    ]
    mapped = document(order(items=[*shirt, *bundle]))
    assert [one["id"] for one in mapped["lines"]] == ["1", "4", "5"]


def test_cancelled_and_refunded_pieces_and_money_are_told_apart() -> None:
    goods = [line(1, 3.0, qty_shipped=2, qty_canceled=1, qty_refunded=1), line(2, 2.0, qty_refunded=2)]
    mapped = document(order(items=goods, total_refunded=20.0), credit_memos=[MEMO])
    assert [(one["returned"], one["cancelled"]) for one in mapped["lines"]] == [(1, 1), (0, 2)]
    # One memo was not read: what the order says was given back is given back all the same.
    assert [one["amount"] for one in mapped["refunds"]] == [1190, 810]
    assert mapped["payment_status"] == "part_refunded"


def test_a_discount_and_what_credit_covered_add_up_to_what_was_paid(portal: FlaskClient) -> None:
    cut = line(1, 3.0, row_total=10.0, tax_amount=1.58, discount_amount=1.99, discount_tax_compensation_amount=0.32)
    more = {**order()["extension_attributes"], "gift_cards_amount": 5.0}
    mapped = document(order(items=[cut], extension_attributes=more, total_paid=10.86, grand_total=10.86))
    assert (mapped["lines"][0]["total"], mapped["lines"][0]["discount"]) == (991, 199)
    assert (mapped["totals"]["credit"], mapped["totals"]["paid"]) == (500, 1586)
    put(portal, mapped)


@pytest.mark.parametrize(
    ("changed", "status", "hold"),
    [
        ({"state": "new", "status": "pending"}, "received", None),
        ({"state": "pending_payment"}, "on_hold", "payment"),
        ({"state": "payment_review", "status": "fraud"}, "on_hold", "review"),
        ({"state": "holded"}, "on_hold", "review"),
        ({"state": "processing"}, "confirmed", None),
        ({"items": [line(1, 2.0, qty_shipped=1)]}, "partly_shipped", None),
        ({"items": [line(1, 2.0, qty_shipped=2)]}, "shipped", None),
        ({"state": "complete", "items": [line(1, 2.0, qty_shipped=2)]}, "shipped", None),
        ({"state": "complete", "items": [line(1, 1.0, is_virtual=1)]}, "completed", None),
        ({"state": "closed", "items": [line(1, 1.0, qty_shipped=1, qty_refunded=1)]}, "completed", None),
        ({"state": "closed"}, "cancelled", None),
        ({"state": "canceled"}, "cancelled", None),
        ({"state": "own_word"}, "confirmed", None),
    ],
)
def test_its_state_and_pieces_say_where_the_order_stands(
    changed: dict[str, Any], status: str, hold: str | None
) -> None:
    mapped = document(order(**changed))
    assert (mapped["status"], mapped.get("hold")) == (status, hold)


def test_lists_shipments_memos_and_others_end_in_documents_hints_and_reasons() -> None:
    listed = {
        "items": [order(), order(entity_id=43, increment_id="000000043")],
        "search_criteria": {},
        "total_count": 2,
    }
    assert [type(one) for one in outcomes(listed)] == [Mapped, Mapped]
    for part in (SHIPMENT, MEMO, {"entity_id": 1, "order_id": 42, "track_number": "1Z1"}):
        hint = outcomes(part)[0]
        assert isinstance(hint, Hint)
        assert hint.id == "42"
    for body in ({"message": "The consumer isn't authorized."}, {}, [], None, {"sku": "A"}, order(entity_id=None)):
        assert [ends_well(one) for one in outcomes(body)] == ["reason"]


def test_the_fields_that_are_read_are_those_of_the_real_description(real: Path) -> None:
    text = (real / "adobe_commerce" / "admin-schema-2.4.9.yaml").read_text("utf-8")
    read_fields = {*order(), *line(1, 1.0), *SHIPMENT, *MEMO, *SHIPMENT["tracks"][0], *order()["billing_address"]}
    assert [name for name in sorted(read_fields) if f"      {name}:" not in text] == []

"""Saleor's orders become documents to the cent; parts of them are hints; what is read is in its real schema."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.oms.mapping.outcome import Hint, Mapped
from tests.oms.mapping.saleor import FIELDS, document, outcomes
from tests.oms.mapping.taken import changes_nothing, ends_well, put, read


def taxed(gross: float, tax: float = 0) -> dict[str, Any]:
    """A price with its tax."""
    return {part: {"amount": amount, "currency": "EUR"} for part, amount in (("gross", gross), ("tax", tax))}


def amount(value: float) -> dict[str, Any]:
    """An amount."""
    return {"amount": value, "currency": "EUR"}


def line(id_: str, quantity: int, full: float, total: float) -> dict[str, Any]:
    """A line with what was taken off it."""
    return {
        "id": id_, "productName": "Vela", "variantName": "S", "productSku": "V-S", "quantity": quantity,
        "isShippingRequired": True, "unitPrice": taxed(round(total / quantity, 2)), "totalPrice": taxed(total, 1.74),
        "undiscountedUnitPrice": taxed(round(full / quantity, 2)), "undiscountedTotalPrice": taxed(full),
        "thumbnail": {"url": "https://shop.example/v.webp"},
    }  # fmt: skip


def fulfilment(id_: str, status: str, *goods: tuple[str, int], number: str = "") -> dict[str, Any]:
    """A fulfilment; what came back is one of its own."""
    return {
        "id": id_, "status": status, "trackingNumber": number, "created": "2026-11-03T10:00:00+00:00",
        "lines": [{"id": f"f{of}", "quantity": count, "orderLine": {"id": of}} for of, count in goods],
    }  # fmt: skip


def order(**more: Any) -> dict[str, Any]:
    """A paid order: three for 10.00 after a discount of 2.00, delivered for 4.90."""
    address = {
        "firstName": "Eva", "lastName": "Lang", "companyName": "", "streetAddress1": "Weg 1", "streetAddress2": "",
        "city": "BONN", "countryArea": "", "postalCode": "53111", "country": {"code": "DE"}, "phone": "+49228555001",
    }  # fmt: skip
    return {
        "id": "T3JkZXI6MQ==", "number": "1", "created": "2026-11-01T10:00:00+00:00", "status": "UNFULFILLED",
        "updatedAt": "2026-11-02T10:00:00+00:00", "chargeStatus": "FULL", "authorizeStatus": "FULL", "customerNote": "",
        "userEmail": "eva@example.com", "languageCodeEnum": "DE_DE", "channel": {"slug": "default-channel"},
        "shippingAddress": address, "billingAddress": address, "shippingMethodName": "DHL", "shippingPrice": taxed(4.9),
        "undiscountedShippingPrice": amount(4.9), "total": taxed(14.9, 2.38), "totalCharged": amount(14.9),
        "totalRefunded": amount(0), "lines": [line("l1", 3, 12.0, 10.0)], "fulfillments": [], "transactions": [],
    } | more  # fmt: skip


def test_an_order_is_taken_with_its_discounts_to_the_cent(portal: FlaskClient) -> None:
    mapped = document(order())
    put(portal, mapped)
    answer = read(portal, mapped)
    one = answer["lines"][0]
    assert (one["unit_price"], one["discount"], one["total"]) == (400, 200, 1000)
    assert (answer["totals"]["items"], answer["totals"]["shipping"], answer["totals"]["paid"]) == (1000, 490, 1490)
    assert (answer["locale"], answer["channel"]) == ("de-DE", "default-channel")
    changes_nothing(portal, mapped)


def test_what_came_back_is_returned_and_no_parcel_and_what_was_given_back_was_paid() -> None:
    sent = [
        fulfilment("f1", "FULFILLED", ("l1", 2), number="1Z1"),
        fulfilment("f2", "REFUNDED_AND_RETURNED", ("l1", 1)),
    ]
    given_back = [{"id": "t1", "refundedAmount": amount(3.33), "modifiedAt": "2026-11-05T10:00:00+00:00"}]
    charged = {"totalCharged": amount(11.57), "totalRefunded": amount(4.33), "transactions": given_back}
    mapped = document(order(status="PARTIALLY_RETURNED", fulfillments=sent, **charged))
    assert mapped["lines"][0]["returned"] == 1
    assert [one["tracking_number"] for one in mapped["shipments"]] == ["1Z1"]
    # One euro was given back by another way than a transaction.
    assert [one["amount"] for one in mapped["refunds"]] == [333, 100]
    assert (mapped["totals"]["paid"], mapped["payment_status"]) == (1590, "part_refunded")


@pytest.mark.parametrize(
    ("changed", "status", "hold"),
    [
        ({"status": "UNCONFIRMED", "totalCharged": amount(0)}, "received", None),
        ({"totalCharged": amount(0), "authorizeStatus": "NONE", "chargeStatus": "NONE"}, "on_hold", "payment"),
        ({}, "confirmed", None),
        ({"status": "PARTIALLY_FULFILLED"}, "partly_shipped", None),
        ({"status": "FULFILLED"}, "shipped", None),
        ({"status": "RETURNED"}, "completed", None),
        ({"status": "EXPIRED"}, "cancelled", None),
        ({"status": "NEW_WORD"}, "received", None),
    ],
)
def test_its_words_say_where_the_order_stands(changed: dict[str, Any], status: str, hold: str | None) -> None:
    mapped = document(order(**changed))
    assert (mapped["status"], mapped.get("hold")) == (status, hold)


def test_answers_and_events_end_in_documents_hints_and_reasons() -> None:
    listed = {"data": {"orders": {"edges": [{"node": order()}, {"node": order(id="T3JkZXI6Mg==", number="2")}]}}}
    assert [type(one) for one in outcomes(listed)] == [Mapped, Mapped]
    assert isinstance(outcomes({"event": {"order": order()}})[0], Mapped)
    hint = outcomes([{"order": {"id": "T3JkZXI6MQ==", "number": "1"}}])[0]
    assert isinstance(hint, Hint)
    assert (hint.id, hint.name) == ("T3JkZXI6MQ==", "1")
    bodies = ({"errors": [{"message": "No permission"}]}, {}, None, order(status="DRAFT"), {"id": "UHJvZHVjdDox"})
    for body in (*bodies, order(total=None)):
        assert [ends_well(one) for one in outcomes(body)] == ["reason"]


def test_the_fields_that_are_read_are_those_of_the_real_schema(real: Path) -> None:
    text = (real / "saleor" / "schema.graphql").read_text("utf-8")
    for kind, names in (
        ("Order", FIELDS),
        ("OrderLine", line("l", 1, 1, 1)),
        ("Fulfillment", fulfilment("f", "FULFILLED")),
    ):
        body = re.search(rf"\ntype {kind} [^{{]*\{{(.*?)\n\}}", text, re.DOTALL)
        assert body
        assert [name for name in names if not re.search(rf"\n  {name}[:(]", body[1])] == []

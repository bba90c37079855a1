"""Orders of Amazon's interface of 2026 become documents to the cent; older ones and notifications are hints."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.oms.mapping.amazon.bodies import outcomes
from tests.oms.mapping.amazon.orders import document
from tests.oms.mapping.outcome import Hint, Mapped
from tests.oms.mapping.taken import changes_nothing, ends_well, put, read


def money(amount: str) -> dict[str, str]:
    """An amount."""
    return {"amount": amount, "currencyCode": "GBP"}


def parts(**amounts: str) -> dict[str, Any]:
    """A breakdown of what an order or a line brought."""
    return {"breakdowns": [{"type": name.upper(), "subtotal": money(amount)} for name, amount in amounts.items()]}


def order(**more: Any) -> dict[str, Any]:
    """Three pieces with the tax on top, on their way in one package."""
    return {
        "orderId": "202-1111111-2222222",
        "createdTime": "2026-11-01T09:15:00Z",
        "lastUpdatedTime": "2026-11-02T16:30:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceName": "Amazon.co.uk"},
        "buyer": {"buyerName": "Jane Roe", "buyerEmail": "x1@marketplace.amazon.co.uk"},
        "recipient": {
            "deliveryAddress": {
                "name": "Jane Roe",
                "addressLine1": "1 High St",
                "city": "York",
                "postalCode": "YO1 7HH",
                "countryCode": "GB",
                "phone": "+441904555001",
            }
        },
        "proceeds": {"grandTotal": money("103.97"), **parts(item="89.97", shipping="10.00", tax="4.00")},
        "fulfillment": {
            "fulfillmentStatus": "SHIPPED",
            "deliverByWindow": {"earliestDateTime": "2026-11-04T00:00:00Z", "latestDateTime": "2026-11-06T23:59:59Z"},
        },
        "orderItems": [
            {
                "orderItemId": "9001",
                "quantityOrdered": 3,
                "product": {"title": "Lamp", "sellerSku": "L-1", "price": {"unitPrice": money("29.99")}},
                "proceeds": parts(item="89.97", tax="3.00"),
                "fulfillment": {
                    "quantityFulfilled": 3,
                    "quantityUnfulfilled": 0,
                    "packing": {"giftOption": {"giftWrapLevel": "X"}},
                },
            }
        ],
        "packages": [
            {
                "packageReferenceId": "1",
                "packageStatus": {"status": "IN_TRANSIT"},
                "carrier": "Royal Mail",
                "trackingNumber": "RR123456785GB",
                "shipTime": "2026-11-02T14:00:00Z",
                "packageItems": [{"orderItemId": "9001", "quantity": 3}],
            }
        ],
    } | more


def test_an_order_is_taken_with_its_package_its_promise_and_the_tax_on_top(portal: FlaskClient) -> None:
    mapped = document(order())
    put(portal, mapped)
    answer = read(portal, mapped)
    totals = answer["totals"]
    assert (totals["items"], totals["shipping"], totals["tax"], totals["paid"]) == (8997, 1000, 400, 10397)
    assert answer["prices_include_tax"] is False
    assert answer["shipments"][0]["tracking_number"] == "RR123456785GB"
    assert answer["promise"]["until"] == "2026-11-06"
    assert answer["gift"] is True
    changes_nothing(portal, mapped)


def test_an_order_of_whose_buyer_nothing_is_told_is_taken(portal: FlaskClient) -> None:
    nobody = {name: value for name, value in order().items() if name not in ("buyer", "recipient", "packages")}
    put(portal, document(nobody))


@pytest.mark.parametrize(
    ("word", "package", "status", "paid"),
    [
        ("PENDING", None, "received", 0),
        ("UNSHIPPED", None, "confirmed", 10397),
        ("PARTIALLY_SHIPPED", "IN_TRANSIT", "partly_shipped", 10397),
        ("SHIPPED", "IN_TRANSIT", "shipped", 10397),
        ("SHIPPED", "DELIVERED", "completed", 10397),
        ("CANCELLED", None, "cancelled", 0),
        ("A_NEW_WORD", None, "received", 10397),
    ],
)
def test_its_words_say_where_the_order_stands(word: str, package: str | None, status: str, paid: int) -> None:
    packages = [{**order()["packages"][0], "packageStatus": {"status": package}}] if package else []
    mapped = document(order(fulfillment={"fulfillmentStatus": word}, packages=packages))
    assert (mapped["status"], mapped["totals"]["paid"]) == (status, paid)


def test_pieces_that_will_not_be_sent_are_cancelled() -> None:
    item = {**order()["orderItems"][0], "fulfillment": {"quantityFulfilled": 1, "quantityUnfulfilled": 1}}
    assert document(order(orderItems=[item]))["lines"][0]["cancelled"] == 1


@pytest.mark.parametrize(
    ("body", "id_", "part"),
    [
        ({"payload": {"AmazonOrderId": "902-1", "OrderItems": [{"OrderItemId": "1"}]}}, "902-1", "order"),
        ({"Payload": {"OrderChangeNotification": {"AmazonOrderId": "903-1", "Summary": {}}}}, "903-1", "order"),
        ({"returns": [{"marketplaceChannelDetails": {"customerOrderId": "107-1"}}]}, "107-1", "order"),
        ({"order": {"orderId": "ABC", "lineItems": []}}, "ABC", "fulfilment order"),
    ],
)
def test_what_is_of_an_order_is_a_hint_to_it(body: Any, id_: str, part: str) -> None:
    hint = outcomes(body)[0]
    assert isinstance(hint, Hint)
    assert (hint.id, hint.part) == (id_, part)


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"code": "InvalidInput", "message": "Invalid Input"}]},
        {"payload": {"labels": []}},
        {"orders": []},
        {"order": order(proceeds=None, orderItems=[])},
        {},
        None,
    ],
)
def test_what_is_of_no_order_ends_in_a_reason(body: Any) -> None:
    assert [ends_well(one) for one in outcomes(body)] == ["reason"]


def examples(part: Any) -> Iterator[Any]:
    """The answers that a description shows, and those of its sandbox."""
    if isinstance(part, list):
        for one in part:
            yield from examples(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "responses":
                for answer in value.values():
                    yield from (answer.get("examples") or {}).values() if isinstance(answer, dict) else ()
                    sandbox = answer.get("x-amzn-api-sandbox") if isinstance(answer, dict) else None
                    yield from (one.get("response") for one in (sandbox or {}).get("static") or ())
            else:
                yield from examples(value)


def test_every_real_example_ends_in_a_document_a_hint_or_a_reason(real: Path, portal: FlaskClient) -> None:
    ends: dict[str, Counter[str]] = {}
    for path in sorted((real / "amazon_sp_api").glob("*.json")):
        described = json.loads(path.read_text("utf-8"))
        ends[path.stem] = Counter()
        # A notification's own description holds its examples at its head.
        for body in (*examples(described), *(described.get("examples") or ())):
            for one in outcomes(body):
                ends[path.stem][ends_well(one)] += 1
                if isinstance(one, Mapped):
                    put(portal, one.document)
    assert ends["orders_2026-01-01"]["document"] == 8
    assert ends["ordersV0"]["hint"] >= 20
    assert [ends[f"{name}Notification"]["hint"] for name in ("OrderChange", "FBAOutboundShipmentStatus")] == [1, 1]
    assert sum(sum(counter.values()) for counter in ends.values()) > 250

"""Orders of every stage of a Medusa are taken as they stand, to the cent, and are still when they are put again."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.orders.lookup.access import candidates, match
from tests.oms.mapping.medusa.orders import document
from tests.oms.mapping.medusa.stages import STAGES, Stage, stage_order
from tests.oms.mapping.medusa.store import StoreOrder
from tests.oms.mapping.taken import changes_nothing, put, read

READ_AT = "2026-11-20T10:00:00Z"


def mapped(order: StoreOrder, *, system: str = "medusa-a", read_at: str = READ_AT) -> dict[str, Any]:
    """The document of an order of our own making."""
    return document(order.answer(), exchanges=order.exchanges, claims=order.claims, system=system, read_at=read_at)


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> tuple[str, Stage]:
    return request.param, STAGES[request.param]


def test_an_order_of_any_stage_is_taken_and_read_back_to_the_cent(
    portal: FlaskClient, stage: tuple[str, Stage]
) -> None:
    name, expected = stage
    order = mapped(stage_order(name, 1001))
    assert put(portal, order)["created"]
    answer = read(portal, order)
    assert (answer["status"], answer["hold"], answer["payment_status"]) == (
        expected.status,
        expected.hold,
        expected.payment,
    )
    assert (answer["totals"]["paid"], answer["totals"]["items"]) == (expected.paid, expected.items)
    assert sum(refund["amount"] for refund in answer["refunds"]) == expected.refunded
    returned = {line["sku"]: line["returned"] for line in answer["lines"] if line["returned"]}
    assert returned == expected.returned
    for line in order["lines"]:
        same = next(one for one in answer["lines"] if one["id"] == line["id"])
        assert {name: same[name] for name in line} == line


def test_an_order_of_any_stage_changes_nothing_when_it_is_put_again(
    portal: FlaskClient, stage: tuple[str, Stage]
) -> None:
    order = stage_order(stage[0], 1001)
    put(portal, mapped(order))
    changes_nothing(portal, mapped(order))
    # Read again later, it is the same order: only the time of reading moved.
    before = read(portal, mapped(order))
    put(portal, mapped(order, read_at="2026-11-20T11:00:00Z"))
    after = read(portal, mapped(order))
    assert {**after, "read_at": None} == {**before, "read_at": None}


def test_lines_in_another_order_are_no_change(portal: FlaskClient) -> None:
    order = stage_order("delivered", 1001)
    put(portal, mapped(order))
    order.order["items"].reverse()
    changes_nothing(portal, mapped(order))


def test_two_shops_orders_with_one_number_are_two_and_open_to_their_own_contact_alone(
    portal: FlaskClient, session: Session
) -> None:
    anna, bert = stage_order("paid", 1001), stage_order("delivered", 1001)
    anna.order["email"], bert.order["email"] = "anna@example.test", "bert@example.test"
    for order in (anna, bert):
        order.order["shipping_address"]["phone"] = None
    refs = [
        put(portal, mapped(order, system=system))["ref"] for order, system in ((anna, "medusa-a"), (bert, "medusa-b"))
    ]
    assert len(set(refs)) == 2
    people = candidates(session, "1001")
    opened = [match(people, f"{name}@example.test") for name in ("anna", "bert")]
    assert [person.ref for person in opened if person] == refs


def test_what_was_not_read_is_never_taken_for_nothing() -> None:
    whole = stage_order("delivered", 1001).answer()
    for name in ("currency_code", "payment_collections", "returns", "fulfillments"):
        with pytest.raises(Exception, match=name):
            document({key: value for key, value in whole.items() if key != name})
    payment = whole["payment_collections"][0]["payments"][0]
    del payment["refunds"]
    with pytest.raises(Exception, match=r"payments\.refunds"):
        document(whole)


def test_a_replacement_counts_what_its_customer_paid_and_no_more() -> None:
    dearer = mapped(stage_order("a dearer exchange, unpaid", 1))
    even = mapped(stage_order("an even exchange", 2))
    free = mapped(stage_order("a claim replaced free of charge", 3))
    added = [next(line for line in one["lines"] if "for_line" in line) for one in (dearer, even, free)]
    # The difference of 7.49 is owed; the tee and the mug go on counting what their first ones did.
    assert [line["total"] for line in added] == [1250, 1999, 1250]
    assert [line["origin"] for line in added] == ["exchange", "exchange", "claim"]
    assert [one["totals"]["items"] for one in (dearer, even, free)] == [5248] * 3


def test_a_refund_moves_the_time_of_the_order_that_stands_still_itself() -> None:
    order = stage_order("a return received", 1001)
    before = mapped(order)
    order.refund("19.99", mirrored=False)
    assert mapped(order)["updated_at"] > before["updated_at"]


def test_a_discount_of_no_whole_cents_adds_up_over_its_lines() -> None:
    order = mapped(stage_order("a discount of no whole cents", 1001))
    assert sorted((line["total"], line["discount"]) for line in order["lines"]) == [(1229, 21), (5899, 98)]


def test_a_parcel_stays_one_and_the_same_from_packing_to_its_label() -> None:
    order = stage_order("packed", 1001)
    packed = mapped(order)["shipments"]
    order.ship(order.order["fulfillments"][0], "00340434000300000001")
    shipped = mapped(order)["shipments"]
    assert [one["id"] for one in packed] == [one["id"] for one in shipped]
    assert (packed[0]["status"], shipped[0]["status"]) == ("packed", "shipped")


def test_prices_without_tax_are_told_so_and_add_up_to_what_was_paid() -> None:
    order = StoreOrder(1001, with_tax=False).buy().capture()
    totals, taken = mapped(order)["totals"], mapped(order)["payments"][0]["amount"]
    assert not mapped(order)["prices_include_tax"]
    assert totals["items"] + totals["shipping"] + totals["tax"] == taken

"""What the console says of an order's contents: sums, items, parcels without a name here, notes, a removed order."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.staff.orders import masking
from tests.tracking.documents import PLACED, document, line, parcel
from tests.tracking.pages import given, text_of


def ordered(session: Session, **facts: Any) -> Order:
    """An order of these facts."""
    return given(session, document(**facts))


def page(client: FlaskClient, order: Order) -> str:
    """What the order's page says."""
    return text_of(client.get(f"/staff/orders/{order.ref}").text)


@pytest.mark.parametrize(("included", "label"), [(True, "Tax included €4.13"), (False, "Tax €4.13")])
def test_a_tax_is_said_to_be_included_where_the_prices_hold_it(
    support: FlaskClient, session: Session, included: bool, label: str
) -> None:
    assert label in page(support, ordered(session, prices_include_tax=included))


@pytest.mark.parametrize(("paid", "label"), [(2380, "Tax included €4.13"), (2793, "Tax €4.13")])
def test_where_nobody_says_so_the_sum_shows_whether_the_prices_hold_the_tax(
    support: FlaskClient, session: Session, paid: int, label: str
) -> None:
    totals = {"items": 2380, "tax": 413, "paid": paid}
    assert label in page(support, ordered(session, totals=totals, prices_include_tax=None))


def test_what_was_paid_is_shown_as_it_was_before_refunds(support: FlaskClient, session: Session) -> None:
    refunds = [{"id": "r1", "amount": 2380}]
    order = ordered(session, totals={"items": 2380, "paid": 0}, refunds=refunds, payment_status="refunded")
    assert "Paid €23.80" in page(support, order)
    assert "€23.80" in support.get("/staff/orders").text


def test_a_measure_is_not_counted_in_pieces_beside_it(support: FlaskClient, session: Session) -> None:
    packed = [parcel(lines=[{"line": "1", "quantity": 3}])]
    text = page(support, ordered(session, lines=[line(quantity=2.5, total=3000)], shipments=packed))
    assert "Quantity: 2.5" in text and "2.5 ×" in text
    assert "3 units" not in text and "3 ×" not in text


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ({"returned": 3}, "2.5 returned with the shop"),
        ({"cancelled": 3}, "2.5 cancelled"),
        # How much a part of it measures nobody says.
        ({"returned": 1}, "1 returned with the shop"),
    ],
)
def test_a_measure_that_went_back_or_will_not_come_is_told_as_it_was_ordered(
    support: FlaskClient, session: Session, pieces: dict[str, int], words: str
) -> None:
    assert words in page(support, ordered(session, lines=[line(quantity=2.5, total=3000) | pieces]))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("cancelled", "Nothing of this order was sent."),
        ("shipped", "The shop says that it was sent and names no parcel."),
        ("confirmed", "Nothing of this order has been sent yet."),
    ],
)
def test_an_order_without_parcels_says_why(support: FlaskClient, session: Session, status: str, words: str) -> None:
    assert words in page(support, ordered(session, status=status, shipments=[]))


def test_an_order_that_never_named_items_is_not_said_to_have_lost_them(support: FlaskClient, session: Session) -> None:
    text = page(support, ordered(session, lines=[], shipments=[], totals={"items": 0}))
    assert "The shop names no items of this order." in text
    assert "taken out" not in text


def test_the_page_names_the_day_an_order_waits_for(support: FlaskClient, session: Session) -> None:
    order = ordered(session, status="on_hold", hold="scheduled", hold_until="2026-12-10", shipments=[])
    assert "On hold: planned for later until Thursday 10 December." in page(support, order)


def test_a_parcel_of_an_unknown_carrier_bears_the_shops_word(support: FlaskClient, session: Session) -> None:
    own = parcel(
        carrier=None, service=None, carrier_word="Reparto García", tracking_number="HG998877", status="shipped"
    )
    assert "Parcel Reparto García" in page(support, ordered(session, shipments=[own]))
    assert "The shop calls it “Reparto García”." in support.get("/staff/work/carrier-unknown").text


def test_the_shops_own_word_is_told_without_a_source_too(support: FlaskClient, session: Session) -> None:
    text = page(support, ordered(session, status_word="partially_delivered", payment_status="paid"))
    assert "The shop's word for the status: partially_delivered · Payment: paid" in text
    assert "· The shop's word" not in text


def test_a_note_with_the_order_is_shown_to_who_revealed_it(support: FlaskClient, session: Session) -> None:
    order = ordered(session, note="Leave it with Ana")
    assert "Note with the order •••" in page(support, order)
    support.post(f"/staff/orders/{order.ref}/reveal", data={"reason": "A call about the address"})
    assert "Note with the order Leave it with Ana" in page(support, order)


def test_a_contact_without_a_role_has_a_heading(support: FlaskClient, session: Session) -> None:
    text = page(support, ordered(session, kind="b2b", contacts=[{"name": "Ana Ruiz", "email": "ana@example.com"}]))
    assert "Further contact Name Ana R." in text


def test_what_is_no_address_or_number_is_masked_and_not_said_to_be_missing() -> None:
    assert (masking.email("carmen at example"), masking.phone("call me")) == ("•••", "•••")
    assert (masking.email(None), masking.phone("")) == ("—", "—")


def test_a_removed_order_offers_no_page_for_its_customer(support: FlaskClient, session: Session) -> None:
    order = ordered(session, removed=True)
    text = page(support, order)
    assert "Customers no longer see this order: the shop removed it." in text
    assert f"/o/{order.ref}" not in text


def test_a_note_on_the_document_never_says_that_nothing_is_to_do(support: FlaskClient, session: Session) -> None:
    order = ordered(session, refunds=[{"id": "r1", "amount": 9999}])
    text = page(support, order)
    assert "More was given back than was paid: a person should look. “9999”" in text
    assert "Nothing to do" not in text


def test_what_the_shop_says_of_a_parcel_stands_in_the_timeline(support: FlaskClient, session: Session) -> None:
    packed = parcel(
        label_created_at=None, status="shipped", packed_at=PLACED.isoformat(), shipped_at=PLACED.isoformat()
    )
    text = page(support, ordered(session, shipments=[packed]))
    assert "With the carrier The shop · 323000765541" in text
    assert "Packed and labelled The shop · 323000765541" in text


def test_an_order_of_which_nothing_was_heard_has_an_empty_timeline(support: FlaskClient, session: Session) -> None:
    assert "Nothing yet." in page(support, ordered(session, status="cancelled", shipments=[]))

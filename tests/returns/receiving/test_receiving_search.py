"""A scan finds what is meant, and the list of what comes begins with the most urgent."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.models import Return
from app.returns.receiving.search import coming, find_for_receiving
from app.tracking.models import Shipment
from tests.returns.announced import a_return, an_order


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    return an_order(session, now)


@pytest.fixture
def return_(session: Session, order: Order, now: datetime) -> Return:
    return a_return(session, order, now)


@pytest.mark.parametrize(
    "scanned", ["7K2M9QXA", " 7k2m-9qxa\n", "https://shop.example/returns/7K2M9QXA", "pr00000000001", "1001", "#1001"]
)
def test_a_scan_finds_the_return(session: Session, return_: Return, scanned: str) -> None:
    assert [row.id for row in find_for_receiving(session, scanned).returns] == [return_.id]


@pytest.mark.parametrize("scanned", ["", "   ", "/", "99999999", "%", "x" * 5000, "\x00", "ſ"])
def test_a_scan_of_something_else_finds_nothing(session: Session, return_: Return, scanned: str) -> None:
    nothing = find_for_receiving(session, scanned)
    assert (list(nothing.returns), list(nothing.orders)) == ([], [])


def test_a_parcel_that_comes_back_by_its_outbound_label_leads_to_the_order(
    session: Session, order: Order, now: datetime
) -> None:
    session.add(
        Shipment(order_id=order.id, external_id="s9", position=0, number="323000765541", carrier="ups", created_at=now)
    )
    session.flush()
    scanned = find_for_receiving(session, "3230 0076 5541")
    assert ([row.id for row in scanned.orders], list(scanned.returns)) == ([order.id], [])


def test_the_return_that_is_awaited_comes_first(session: Session, order: Order, return_: Return, now: datetime) -> None:
    done = a_return(session, order, now, ref="AAAAAAAA", label_number="PR2", goods="inspected", lines=[])
    assert [row.id for row in find_for_receiving(session, "1001").returns] == [return_.id, done.id]


def test_what_comes_is_listed_by_urgency(session: Session, order: Order, now: datetime) -> None:
    def coming_one(ref: str, **facts: object) -> None:
        a_return(session, order, now, ref=ref, label_number=ref, lines=[], **facts)

    at_door = Shipment(
        order_id=order.id, external_id="r", position=1, direction="return", created_at=now, delivered_at=now
    )
    session.add(at_door)
    session.flush()
    coming_one("PROMISED", deadline=now.date())
    coming_one("ONITSWAY", handed_over_at=now, goods="in_transit")
    coming_one("ATDOOR", shipment_id=at_door.id, goods="in_transit")
    coming_one("LATER", deadline=now.date() + timedelta(days=9))
    coming_one("DONE", goods="inspected")
    coming_one("REJECTED", decision="rejected")
    listed = coming(session)
    assert [row.ref for row in listed] == ["ATDOOR", "ONITSWAY", "PROMISED", "LATER"]
    assert [row.delivered for row in listed] == [True, False, False, False]

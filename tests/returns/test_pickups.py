"""Collections: asked for once a return is approved, booked or refused by a person, each told once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.clock import utcnow
from app.core.errors import Conflict
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Return
from app.returns.policy.policy import Method
from app.returns.services import approve, book_pickup, cancel, refuse_pickup, request_return
from tests.returns.stage import asking, delivered_order

NOW = utcnow()
ON = NOW.date() + timedelta(days=3)
EVA = {"by": "eva@shop.example", "now": NOW}


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=NOW)


@pytest.fixture
def return_(session: Session, order: Order) -> Return:
    wish = asking(("1", 1, "too_small"), method=Method.PICKUP, pickup_on=ON)
    return request_return(session, order.id, wish, by="customer", now=NOW)


def events(session: Session) -> list[tuple[str, str]]:
    of_pickups = select(DomainEvent).where(DomainEvent.kind.contains("pickup_")).order_by(DomainEvent.id)
    return [(event.kind.partition("pickup_")[2], event.payload["on"]) for event in session.scalars(of_pickups)]


def test_an_approved_return_to_be_collected_is_asked_for_with_its_day(session: Session, return_: Return) -> None:
    assert events(session) == [("asked", ON.isoformat())]
    assert return_.pickup == {"on": ON.isoformat()}


def test_the_event_keeps_no_address(session: Session, return_: Return) -> None:
    payload = session.scalars(select(DomainEvent.payload).where(DomainEvent.kind == "return.pickup_asked")).one()
    assert set(payload) == {"ref", "on"}


def test_a_return_that_waits_for_a_decision_is_asked_for_once_it_is_approved(session: Session, order: Order) -> None:
    # A scarf on final sale is looked at by a person, where the shop says so.
    session.execute(update(Brand).values(policy={"final_sale": "review"}))
    wish = asking(("3", 1, "too_small"), method=Method.PICKUP, pickup_on=ON)
    made = request_return(session, order.id, wish, by="customer", now=NOW)
    assert (made.decision, events(session)) == ("needs_review", [])
    for _ in range(2):
        approve(session, made.id, by="eva@shop.example", now=NOW)
    assert events(session) == [("asked", ON.isoformat())]


def test_a_booked_collection_says_when_and_by_whom_and_is_told_once(session: Session, return_: Return) -> None:
    booked = [book_pickup(session, return_.id, on=ON, note="AB123", **EVA) for _ in range(2)]
    assert booked == [True, False]
    assert return_.pickup == {
        "on": ON.isoformat(), "note": "AB123", "by": "eva@shop.example", "booked_at": NOW.isoformat(),
    }  # fmt: skip
    assert book_pickup(session, return_.id, on=ON + timedelta(days=1), note="AB123", **EVA), "another day is news"
    assert [kind for kind, _ in events(session)] == ["asked", "booked", "booked"]


@pytest.mark.parametrize("later", [0, 60])
def test_a_return_does_not_expire_before_it_is_collected(session: Session, return_: Return, later: int) -> None:
    before, on = return_.deadline or date.min, ON + timedelta(days=later)
    book_pickup(session, return_.id, on=on, note="", **EVA)
    assert return_.deadline == max(before, on)


def test_a_refused_collection_says_why_and_may_be_booked_after_all(session: Session, return_: Return) -> None:
    refused = [refuse_pickup(session, return_.id, reason="No driver.", **EVA) for _ in range(2)]
    assert refused == [True, False]
    assert return_.pickup is not None and return_.pickup["reason"] == "No driver."
    book_pickup(session, return_.id, on=ON, note="", **EVA)
    assert "refused_at" not in (return_.pickup or {}) and "booked_at" in (return_.pickup or {})


@pytest.mark.parametrize("what", ["cancelled", "dropped off"])
def test_nothing_is_booked_that_is_not_to_be_collected(
    session: Session, order: Order, return_: Return, what: str
) -> None:
    if what == "cancelled":
        cancel(session, return_.id, by="customer", now=NOW)
    else:
        return_ = request_return(session, order.id, asking(("2", 1, "too_small")), by="customer", now=NOW)
    for act in (lambda: book_pickup(session, return_.id, on=ON, note="", **EVA),
                lambda: refuse_pickup(session, return_.id, reason="x", **EVA)):  # fmt: skip
        with pytest.raises(Conflict):
            act()

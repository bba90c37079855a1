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
from app.returns.services import approve, book_pickup, cancel, note_cancelled, refuse_pickup, reject, request_return
from tests.returns.stage import asking, delivered_order
from tests.returns.story import booked as received
from tests.returns.story import handed_over, some

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


def called_off(session: Session) -> list[dict[str, str]]:
    events = select(DomainEvent.payload).where(DomainEvent.kind == "return.pickup_called_off")
    return [
        {name: payload[name] for name in ("on", "note", "why")}
        for payload in session.scalars(events.order_by(DomainEvent.id))
    ]


def ends(session: Session, return_: Return, how: str) -> None:
    if how == "cancelled":
        cancel(session, return_.id, by="customer", now=NOW)
    elif how == "rejected":
        reject(session, return_.id, by="eva@shop.example", reason="Stains.", now=NOW)
    elif how == "sent":
        handed_over(session, return_, now=NOW)
    else:
        received(session, return_, some("1", 1), now=NOW)


@pytest.mark.parametrize("how", ["cancelled", "rejected", "sent", "brought"])
def test_a_booked_collection_that_nobody_needs_is_told_once_with_what_the_carrier_was_told(
    session: Session, return_: Return, how: str
) -> None:
    book_pickup(session, return_.id, on=ON, note="AB123", **EVA)
    for _ in range(2):
        ends(session, return_, how)
    assert called_off(session) == [{"on": ON.isoformat(), "note": "AB123", "why": {"brought": "sent"}.get(how, how)}]


def test_of_a_changed_day_it_is_the_newest_that_is_called_off(session: Session, return_: Return) -> None:
    for later in (0, 2):
        book_pickup(session, return_.id, on=ON + timedelta(days=later), note="", **EVA)
    cancel(session, return_.id, by="customer", now=NOW)
    assert [one["on"] for one in called_off(session)] == [(ON + timedelta(days=2)).isoformat()]


def test_what_was_not_booked_or_is_over_is_called_off_by_nobody(
    session: Session, order: Order, return_: Return
) -> None:
    refuse_pickup(session, return_.id, reason="No driver.", **EVA)
    cancel(session, return_.id, by="customer", now=NOW)
    wish = asking(("2", 1, "too_small"), method=Method.PICKUP, pickup_on=ON)
    other = request_return(session, order.id, wish, by="customer", now=NOW)
    book_pickup(session, other.id, on=ON, note="", **EVA)
    cancel(session, other.id, by="customer", now=NOW + timedelta(days=5))
    assert called_off(session) == []


def test_the_parcel_that_its_driver_takes_along_calls_nothing_off(session: Session, return_: Return) -> None:
    book_pickup(session, return_.id, on=ON, note="", **EVA)
    handed_over(session, return_, now=NOW + timedelta(days=3))
    assert called_off(session) == []


def test_who_cancelled_it_with_the_carrier_says_so_once(session: Session, return_: Return) -> None:
    with pytest.raises(Conflict):
        note_cancelled(session, return_.id, **EVA)
    book_pickup(session, return_.id, on=ON, note="", **EVA)
    cancel(session, return_.id, by="customer", now=NOW)
    assert [note_cancelled(session, return_.id, **EVA) for _ in range(2)] == [True, False]
    assert (return_.pickup or {})["cancelled_by"] == "eva@shop.example"


def test_approved_again_it_is_asked_for_and_booked_anew(session: Session, return_: Return) -> None:
    book_pickup(session, return_.id, on=ON, note="", **EVA)
    reject(session, return_.id, by="eva@shop.example", reason="Stains.", now=NOW)
    approve(session, return_.id, by="eva@shop.example", now=NOW)
    assert return_.pickup == {"on": ON.isoformat()}
    assert [kind for kind, _ in events(session)] == ["asked", "booked", "called_off", "asked"]

"""What the shop says of a parcel counts for more than silence, and for less than what its carrier says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.orders.document.document import OrderDocument
from app.tracking.fold.facts import ShipmentFacts
from app.tracking.fold.fold import fold
from app.tracking.models import Shipment
from tests.tracking.bag import at, bag
from tests.tracking.documents import PLACED, document, parcel

WORD = ShipmentFacts(shipped_at=at(1), delivered_at=at(30))


@pytest.mark.parametrize(
    ("scans", "state", "since"),
    [
        ([], "delivered", 30),
        ([(2, "in_transit")], "delivered", 30),
        ([(2, "in_transit"), (29, "out_for_delivery")], "delivered", 30),
        ([(2, "in_transit"), (31, "in_transit")], "in_transit", 2),
        ([(2, "in_transit"), (28, "delivered")], "delivered", 28),
        ([(2, "in_transit"), (29, "return_to_sender")], "return_to_sender", 29),
        ([(2, "lost")], "lost", 2),
    ],
)
def test_the_shops_delivery_is_weighed_against_scans(scans: list[tuple[int, str]], state: str, since: int) -> None:
    folded = fold(bag(*scans), WORD)
    assert (folded.state, folded.since) == (state, at(since))


def test_a_parcel_that_the_shop_says_is_ready_waits_there() -> None:
    assert fold(bag((2, "in_transit")), ShipmentFacts(ready_at=at(20))).state == "ready_for_pickup"


def received(
    session: Session, now: datetime, *, updated: int = 24, top: dict[str, Any] | None = None, **facts: Any
) -> Shipment:
    moment = (PLACED + timedelta(hours=updated)).isoformat()
    order = document(shipments=[parcel(**facts)], status="shipped", updated_at=moment, **(top or {}))
    receive_order(session, order, now=now)
    return session.scalars(select(Shipment)).one()


@pytest.mark.parametrize("carrier", ["correos_express", None])
def test_a_delivered_parcel_of_any_carrier_is_delivered(session: Session, now: datetime, carrier: str | None) -> None:
    delivered = (PLACED + timedelta(hours=20)).isoformat()
    shipment = received(session, now, carrier=carrier, status="delivered", delivered_at=delivered)
    assert (shipment.state, shipment.delivered_at) == ("delivered", PLACED + timedelta(hours=20))


def test_a_status_without_a_time_holds_since_it_was_first_told(session: Session, now: datetime) -> None:
    received(session, now, status="delivered")
    again = received(session, now, updated=30, status="delivered", service="Paq 48")
    assert again.delivered_at == PLACED + timedelta(hours=24)


def test_a_parcel_cancelled_before_it_left_is_none(session: Session, now: datetime) -> None:
    received(session, now)
    cancelled = document(shipments=[parcel(status="cancelled")], updated_at=(PLACED + timedelta(hours=30)).isoformat())
    receive_order(session, cancelled, now=now)
    assert session.scalars(select(Shipment)).all() == []


def news(session: Session) -> list[tuple[str, bool]]:
    events = session.scalars(select(DomainEvent).order_by(DomainEvent.id))
    return [(event.kind, bool(event.payload.get("quiet"))) for event in events]


def recent(hours: float, now: datetime) -> str:
    return (now - timedelta(hours=hours)).isoformat()


def historic(now: datetime, **top: Any) -> OrderDocument:
    moved = parcel(status="shipped", label_created_at=recent(9, now), shipped_at=recent(8, now))
    facts = {"placed_at": recent(30, now), "updated_at": recent(2, now), "status": "shipped", "shipments": [moved]}
    return document(**facts | {"historic": True} | top)


def test_of_what_was_so_at_an_import_nobody_hears(session: Session, now: datetime) -> None:
    receive_order(session, historic(now), now=now)
    assert news(session) == [("shipment.shipped", True)]
    delivered = parcel(status="delivered", label_created_at=recent(9, now), delivered_at=now.isoformat())
    later = document(placed_at=recent(30, now), updated_at=now.isoformat(), status="shipped", shipments=[delivered])
    receive_order(session, later, now=now + timedelta(minutes=5))
    assert news(session)[1:] == [("shipment.delivered", False)]


def test_the_same_order_told_live_is_told(session: Session, now: datetime) -> None:
    receive_order(session, historic(now, historic=False), now=now)
    assert news(session) == [("shipment.shipped", False)]


def test_a_historic_word_about_a_held_order_changes_it_and_tells_nobody(session: Session, now: datetime) -> None:
    receive_order(session, document(status="received"), now=now)
    before = news(session)
    moment = (PLACED + timedelta(hours=1)).isoformat()
    put = receive_order(session, document(status="cancelled", shipments=[], updated_at=moment, historic=True), now=now)
    assert put.changed
    assert news(session) == before

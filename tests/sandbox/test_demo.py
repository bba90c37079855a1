"""The demo shop shows every state, and its carrier moves what it should and nothing else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.models import Return
from app.sandbox import carrier, demo
from app.sandbox.story import STORIES
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty

WANTED = {"out_for_delivery", "in_transit", "ready_for_pickup", "delivery_failed", "delivered", "return_to_sender"}


@pytest.fixture
def shop(session: Session, now: datetime) -> Session:
    """A seeded demo shop."""
    demo.seed(session, public_url="http://127.0.0.1:8000", now=now)
    return session


def test_every_story_is_an_order(shop: Session) -> None:
    assert shop.scalar(select(func.count(Order.id))) == len(STORIES)


def test_parcels_stand_in_every_state(shop: Session) -> None:
    states = set(shop.scalars(select(Shipment.state).where(Shipment.direction == "outbound")))
    assert states >= WANTED


def test_one_return_travels_and_one_is_refunded(shop: Session) -> None:
    assert sorted(shop.scalars(select(Return.goods))) == ["in_transit", "inspected"]


def test_a_parcel_on_its_way_is_delivered_scan_by_scan(shop: Session, now: datetime) -> None:
    for step in range(1, 6):
        later = now + timedelta(minutes=5 * step)
        carrier.move(shop, still=demo.still_numbers(), now=later)
        while fold_dirty(shop, now=later):
            pass
    moving = shop.scalars(select(Shipment).join(Order).where(Order.number == "A-10460")).one()
    assert moving.state == "delivered"


def test_parcels_that_show_a_trouble_stay_where_they_are(shop: Session, now: datetime) -> None:
    carrier.move(shop, still=demo.still_numbers(), now=now + timedelta(minutes=5))
    fold_dirty(shop, now=now + timedelta(minutes=5))
    locker = shop.scalars(select(Shipment).join(Order).where(Order.number == "A-10452")).one()
    assert locker.state == "ready_for_pickup"

"""The demo shop shows every state, and its carrier moves what it should and nothing else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import in_transaction, transaction
from app.core.errors import Conflict
from app.notify.models import Message
from app.orders.demo import MARK
from app.orders.models import Order
from app.returns.models import Return
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method
from app.returns.services import request_return
from app.sandbox import arrivals, carrier, demo, front
from app.sandbox.story import STORIES
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import fold_dirty
from tests.at_once import at_once
from tests.notify.build import a_mail_config
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard

URL = "http://127.0.0.1:8000"
WAYS = ("email", "sms")
WANTED = {"out_for_delivery", "in_transit", "ready_for_pickup", "delivery_failed", "delivered", "return_to_sender"}


@pytest.fixture
def shop(session: Session, now: datetime) -> Session:
    """A seeded demo shop."""
    demo.seed(session, public_url=URL, now=now)
    return session


def watch(shop: Session, now: datetime, minutes: int) -> dict[str, str]:
    """Let the carrier work so many minutes after the seed; gives each order's last parcel's state."""
    later = now + timedelta(minutes=minutes)
    shop.expire_all()
    carrier.move(shop, still=demo.still_numbers(), now=later)
    while fold_dirty(shop, now=later):
        pass
    rows = select(Order.number, Shipment.state).join(Shipment, Shipment.order_id == Order.id)
    return {row.number: row.state for row in shop.execute(rows.order_by(Shipment.id))}


def test_every_story_is_an_order(shop: Session) -> None:
    assert shop.scalar(select(func.count(Order.id))) == len(STORIES)


def test_parcels_stand_in_every_state(shop: Session) -> None:
    states = set(shop.scalars(select(Shipment.state).where(Shipment.direction == "outbound")))
    assert states >= WANTED


def test_one_return_travels_and_one_is_refunded(shop: Session) -> None:
    assert sorted(shop.scalars(select(Return.goods))) == ["in_transit", "inspected"]


def test_a_parcel_on_its_way_is_delivered_scan_by_scan(shop: Session, now: datetime) -> None:
    states = [watch(shop, now, minutes)["A-10460"] for minutes in range(4, 28, 4)]
    assert states == ["in_transit", *["out_for_delivery"] * 3, "delivered", "delivered"]


def test_after_ten_minutes_parcels_are_still_on_their_way(shop: Session, now: datetime) -> None:
    states = [watch(shop, now, minutes) for minutes in range(1, 11)][-1]
    assert list(states.values()).count("out_for_delivery") >= 2 and "in_transit" in states.values()


def test_an_order_arrives_is_prepared_sent_and_delivered_and_every_message_is_written(
    shop: Session, now: datetime
) -> None:
    number = arrivals.arrive(shop, public_url=URL, now=now)
    seen, config = [], a_mail_config()
    for minutes in range(60):
        later = now + timedelta(minutes=minutes)
        arrivals.advance(shop, public_url=URL, now=later)
        watch(shop, now, minutes)
        while heard(shop, limit=100, now=later, config=config):
            pass
        status = shop.scalars(select(Order.status).where(Order.number == number)).one()
        seen += [status] if status not in seen else []
    order_id = shop.scalars(select(Order.id).where(Order.number == number)).one()
    parcel = shop.scalars(select(Shipment).where(Shipment.order_id == order_id)).one()
    assert (seen, parcel.state, parcel.flags) == (["received", "preparing", "shipped"], "delivered", [])
    rows = shop.execute(select(Message.kind, Message.channel, Message.state).where(Message.order_id == order_id))
    states = {f"{kind} {channel}": state for kind, channel, state in rows}
    moving = [f"shipment.{news} {way}" for news in ("shipped", "out_for_delivery", "delivered") for way in WAYS]
    assert states == dict.fromkeys(["order.received email", "order.preparing email", *moving], "created")


def test_orders_stop_coming_in_by_themselves(shop: Session, now: datetime) -> None:
    came = [arrivals.arrive_by_itself(shop, public_url=URL, now=now) for _ in range(arrivals.MOST_ORDERS)]
    assert came[0] == "A-10472" and came[-1] is None
    assert shop.scalar(select(func.count(Order.id))) == arrivals.MOST_ORDERS


def test_what_is_told_of_the_stories_orders_stays(shop: Session, now: datetime) -> None:
    assert arrivals.advance(shop, public_url=URL, now=now + timedelta(days=1)) == 0


def test_a_return_parcel_waits_until_it_is_handed_over(shop: Session, now: datetime) -> None:
    order_id = shop.scalars(select(Order.id).where(Order.number == "A-10440")).one()
    request = ReturnRequest((LineRequest("1", 1, "too_large"),), Method.DROPOFF)
    return_ = request_return(shop, order_id, request, by="customer", now=now)
    parcel = shop.get_one(Shipment, return_.shipment_id)
    for minutes in range(0, 40, 4):
        watch(shop, now, minutes)
    shop.refresh(parcel)
    assert parcel.state in ("pending", "info_received")
    front.hand_over(shop, return_.ref, now=now + timedelta(minutes=40))
    for minutes in range(40, 80, 4):
        watch(shop, now, minutes)
    shop.refresh(parcel)
    assert parcel.state == "delivered"


def test_parcels_that_show_a_trouble_stay_where_they_are(shop: Session, now: datetime) -> None:
    carrier.move(shop, still=demo.still_numbers(), now=now + timedelta(minutes=5))
    fold_dirty(shop, now=now + timedelta(minutes=5))
    locker = shop.scalars(select(Shipment).join(Order).where(Order.number == "A-10452")).one()
    assert locker.state == "ready_for_pickup"


def test_of_two_clicks_one_hands_the_parcel_over(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session, transaction(session):
        order = delivered_order(session, now=now, extra={MARK: True})
        ref = request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=now).ref

    def click(_number: int) -> bool:
        try:
            in_transaction(committed, lambda session: front.hand_over(session, ref, now=now))
        except Conflict:
            return False
        return True

    assert sorted(at_once(4, click)) == [False, False, False, True]
    with committed() as session:
        scans = select(func.count(TrackingEvent.id)).join(Return, Return.label_number == TrackingEvent.number)
        assert session.scalar(scans) == 1

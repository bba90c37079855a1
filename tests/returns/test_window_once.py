"""The last day of the return window stands, however often and in whatever order systems and carriers tell the same."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.returns.services import eligibility
from app.tracking.models import Shipment
from app.tracking.ports import ReportedEvent
from app.tracking.services import fold_dirty, record_events
from app.tracking.states import ShipmentState as S
from app.tracking.states import TimeQuality
from tests.orders.build import GOOD, document
from tests.returns.stage import LINES, TOTALS, delivered_order
from tests.returns.story import beside

CONTENTS = [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}, {"line": "3", "quantity": 1}]
Version = tuple[int, str, str]


def last_day(session: Session, order_id: int, now: datetime) -> date | None:
    session.expire_all()
    return eligibility(session, order_id, now=now).lines[0].until


def parcel(name: str, **facts: Any) -> dict[str, Any]:
    return {"id": name, "carrier": "seur", "tracking_number": f"TW{name}", "lines": CONTENTS} | facts


def put(session: Session, number: str, story: Sequence[Version], now: datetime) -> int:
    """The order after documents of (day, status, name of its one parcel without a number, or none)."""
    for day, status, name in story:
        facts = {"updated_at": (now + timedelta(days=day)).isoformat(), "status": status, "extra": {"day": day}}
        parcels = [parcel(name, tracking_number=None)] if name else []
        receive_order(session, document(number=number, lines=LINES, totals=TOTALS, shipments=parcels, **facts), now=now)
    return session.scalars(select(Order.id).where(Order.number == number)).one()


documents = some.lists(
    some.tuples(some.integers(0, 40), some.sampled_from(["shipped", "completed"]), some.sampled_from(["", "s1", "a"])),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[0],
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=documents, chance=some.randoms(use_true_random=False))
def test_no_order_and_no_repetition_of_documents_moves_it(
    session: Session, now: datetime, story: list[Version], chance: random.Random
) -> None:
    # The newest says that all is done: what is true of the order now is the same in the end.
    story = [*story, (50, "completed", story[-1][2])]
    mixed = story * 2
    chance.shuffle(mixed)
    count = session.scalar(select(func.count()).select_from(Order)) or 0
    one, other = put(session, f"W{count}", sorted(story), now), put(session, f"W{count}M", mixed, now)
    first = min(day for day, status, _ in story if status == "completed")
    assert last_day(session, one, now) == last_day(session, other, now) is not None
    begun = (now + timedelta(days=first)).date()
    assert last_day(session, one, now) == last_day(
        session, put(session, f"W{count}S", [(first, "completed", "")], now), now
    )
    assert begun < (last_day(session, one, now) or begun)


def test_an_order_that_is_opened_again_for_an_exchange_keeps_its_window(session: Session, now: datetime) -> None:
    order_id = put(session, "X1", [(0, "completed", "")], now)
    until = last_day(session, order_id, now)
    for story in ([(5, "shipped", "")], [(9, "completed", "")], [(30, "completed", "")]):
        put(session, "X1", story, now)
        assert last_day(session, order_id, now) == until is not None


def test_a_parcel_without_a_number_that_gets_another_name_is_not_delivered_once_more(
    session: Session, now: datetime
) -> None:
    order_id = put(session, "X2", [(0, "completed", "s1")], now)
    until = last_day(session, order_id, now)
    put(session, "X2", [(20, "completed", "renamed")], now)
    assert last_day(session, order_id, now) == until is not None


def scan(status: S, at: datetime, number: str = "TWs1") -> ReportedEvent:
    return ReportedEvent("seur", number, status, status, at.isoformat(), at, None, TimeQuality.OFFSET)


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    beside(session, now=now)
    return delivered_order(session, now=now, parcel=GOOD["shipments"][0] | parcel("s1"))


@pytest.mark.parametrize(
    "scans",
    [
        [(S.DELIVERED, 1)],
        [(S.DELIVERED, 0.01), (S.DELIVERED, 5), (S.DELIVERED, 20)],
        [(S.IN_TRANSIT, 0.1), (S.DELIVERED, 0.2)],
        [(S.OUT_FOR_DELIVERY, 2), (S.DELIVERED, 2.1)],
        [(S.PICKED_UP, 4), (S.IN_TRANSIT, 5), (S.DELIVERED, 8)],
    ],
    ids=["again", "ever again", "an echo", "a round closed late", "sent back"],
)
def test_what_the_carrier_says_after_the_delivery_does_not_move_it(
    session: Session, order: Order, now: datetime, scans: list[tuple[S, float]]
) -> None:
    until = last_day(session, order.id, now)
    delivered = now - timedelta(days=3)
    record_events(
        session, [scan(status, delivered + timedelta(days=days)) for status, days in scans], source="b", now=now
    )
    fold_dirty(session, now=now + timedelta(days=30))
    assert last_day(session, order.id, now) == until is not None


def test_a_parcel_that_was_taken_back_and_delivered_again_begins_it_anew(
    session: Session, order: Order, now: datetime
) -> None:
    until = last_day(session, order.id, now)
    delivered = now - timedelta(days=3)
    again = [scan(S.DELIVERY_FAILED, delivered + timedelta(days=1)), scan(S.DELIVERED, delivered + timedelta(days=2))]
    record_events(session, again, source="b", now=now)
    fold_dirty(session, now=now)
    assert until and last_day(session, order.id, now) == until + timedelta(days=2)


def test_a_parcel_sent_in_place_of_another_begins_nothing_anew(session: Session, order: Order, now: datetime) -> None:
    until = last_day(session, order.id, now)
    # Units are capped at what was ordered by whoever takes the document; here the parcel is simply there.
    first = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
    replacement = Shipment(order_id=order.id, external_id="r", position=1, carrier="seur", number="TWr", created_at=now)
    replacement.delivered_at = now + timedelta(days=6)
    replacement.lines = [type(line)(order_line_id=line.order_line_id, quantity=line.quantity) for line in first.lines]
    session.add(replacement)
    session.flush()
    assert last_day(session, order.id, now) == until is not None

"""What is repeated is recognised many at a time, among what is new and what has changed."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.orders.intake.upsert import put_orders
from app.orders.models import Order
from tests.orders.build import document

LATER = {"updated_at": "2026-11-22T10:00:00Z"}


def versions(session: Session) -> dict[str, int]:
    session.expire_all()
    return {order.number: order.version for order in session.scalars(select(Order).order_by(Order.number))}


def test_each_document_of_a_batch_is_taken_as_if_it_came_alone(session: Session, now: datetime) -> None:
    put_orders(session, [document(), document(number="2"), document(number="3")], now=now)
    batch = [
        document(),
        document(number="2", status="cancelled", **LATER),
        document(number="3", status="cancelled", updated_at="2026-11-01T10:00:00Z"),
        document(number="4"),
    ]
    puts = put_orders(session, batch, now=now + timedelta(hours=1))
    verdicts = [(puts[at].applied, puts[at].created, puts[at].changed) for at in range(4)]
    assert verdicts == [(True, False, False), (True, False, True), (False, False, False), (True, True, True)]
    assert versions(session) == {"1001": 1, "2": 2, "3": 1, "4": 1}
    kinds = session.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)).all()
    assert sorted(kinds[3:]) == ["order.cancelled", "order.received"]


def test_the_newest_reading_of_a_repeated_document_is_noted(session: Session, now: datetime) -> None:
    readings = [document(read_at=f"2026-11-21T{hour}:00:00Z") for hour in ("10", "11", "09")]
    applied = [put_orders(session, [reading], now=now)[0].applied for reading in readings]
    assert applied == [True, True, False]
    assert versions(session) == {"1001": 1}
    assert session.scalars(select(Order.read_at)).one() == readings[1].read_at

"""What is repeated is recognised without a lock, many at a time, and never what is new."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.document.document import OrderDocument
from app.orders.intake.repeated import repeated_orders
from app.orders.intake.upsert import put_order
from tests.orders.build import document


def put(session: Session, *documents: OrderDocument, now: datetime) -> list[str]:
    return [put_order(session, one, now=now).order.ref for one in documents]


def test_only_what_repeats_what_is_held_is_recognised(session: Session, now: datetime) -> None:
    source = {"system": "a", "id": "x"}
    refs = put(session, document(), document(number="2", source=source), document(number="3"), now=now)
    batch = [
        document(),
        document(number="2", source=source),
        document(number="3", status="cancelled"),
        document(number="4"),
        document(number="2"),
    ]
    repeated = repeated_orders(session, batch)
    assert {at: order.ref for at, order in repeated.items()} == {0: refs[0], 1: refs[1]}


def test_what_comes_twice_or_was_read_later_is_looked_at_one_by_one(session: Session, now: datetime) -> None:
    put(session, document(), document(number="2", read_at="2026-11-21T10:00:00Z"), now=now)
    assert repeated_orders(session, [document(), document()]) == {}
    readings = [document(number="2", read_at=f"2026-11-21T{hour}:00:00Z") for hour in ("11", "09")]
    assert [len(repeated_orders(session, [reading])) for reading in readings] == [0, 1]


def test_an_unknown_brand_is_nobodys(session: Session, now: datetime) -> None:
    assert repeated_orders(session, [document(brand="nobody")]) == {}

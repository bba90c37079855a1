"""Which order a document is of: its source's own id decides, else brand and number."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.orders import queries
from app.orders.document.document import OrderDocument
from app.orders.intake.upsert import put_orders
from app.orders.models import Order
from tests.orders.build import document
from tests.orders.put import put_order


def from_system(system: str, order_id: str, **top: Any) -> OrderDocument:
    return document(source={"system": system, "id": order_id}, **top)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Order)) or 0


def test_two_shops_with_one_number_are_two_orders(session: Session, now: datetime) -> None:
    first = put_order(session, from_system("a", "order_1"), now=now).order
    other = put_order(session, from_system("b", "order_1"), now=now).order
    third = put_order(session, from_system("a", "order_2"), now=now).order
    assert len({first.ref, other.ref, third.ref}) == 3
    assert queries.by_number(session, "1001", source="b") is not None


def test_a_number_of_several_systems_is_asked_back(session: Session, now: datetime) -> None:
    for system in ("a", "b"):
        put_order(session, from_system(system, "order_1"), now=now)
    with pytest.raises(Conflict):
        queries.by_number(session, "1001")
    put_order(session, document(placed_at="2026-11-01T10:00:00Z"), now=now)
    unsourced = queries.by_number(session, "1001")
    assert unsourced is not None and unsourced.source_id is None


def test_a_source_may_change_the_number_of_its_order(session: Session, now: datetime) -> None:
    put_order(session, from_system("a", "order_1"), now=now)
    moved = put_order(
        session, from_system("a", "order_1", number="2002", updated_at="2026-11-22T10:00:00Z"), now=now
    ).order
    assert (count(session), moved.number, moved.number_key) == (1, "2002", "2002")


def test_an_order_from_before_its_source_was_told_is_the_same_one(session: Session, now: datetime) -> None:
    before = put_order(session, document(), now=now).order
    after = put_order(session, from_system("a", "order_1", updated_at="2026-11-22T10:00:00Z"), now=now).order
    assert (count(session), after.id, after.source_id) == (1, before.id, "order_1")
    again = put_order(session, from_system("a", "order_1", updated_at="2026-11-22T10:00:00Z"), now=now)
    assert (again.order.id, again.changed) == (before.id, False)


def test_another_shops_order_of_the_number_is_not_taken_over(session: Session, now: datetime) -> None:
    put_order(session, document(placed_at="2026-11-01T09:00:00Z"), now=now)
    put_order(session, from_system("a", "order_1"), now=now)
    assert count(session) == 2


def test_a_batch_tells_sources_apart_as_single_orders_do(session: Session, now: datetime) -> None:
    put_order(session, document(number="7"), now=now)
    batch = [from_system("a", "x", number="1"), from_system("b", "x", number="2"), from_system("a", "y", number="7")]
    puts = put_orders(session, batch, now=now)
    assert [puts[at].created for at in range(3)] == [True, True, False]
    assert count(session) == 3


def test_of_documents_that_may_be_of_one_order_a_batch_takes_the_first(session: Session, now: datetime) -> None:
    named = [("a", "x", "1"), ("b", "x", "1"), ("a", "x", "2")]
    batch = [from_system(system, id_, number=number) for system, id_, number in named]
    assert sorted(put_orders(session, [*batch, document(number="1"), document(number="3")], now=now)) == [0, 4]
    assert sorted(put_orders(session, batch[1:], now=now)) == [0, 1]
    assert count(session) == 3

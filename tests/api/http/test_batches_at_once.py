"""Batches with the same orders at the same moment make each order once and never wait for each other crosswise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.api.http.batches import Entry
from app.api.v1.orders.batches import take_orders
from app.events.models import DomainEvent
from app.orders.models import Order
from tests.orders.build import raw


def test_each_order_is_made_once_whoever_comes_first(committed: sessionmaker[Session], now: datetime) -> None:
    orders = [raw({"shipments.0.tracking_number": f"T{number}"}, number=str(number)) for number in range(40)]

    def take(batch: list[dict[str, Any]]) -> int:
        with committed() as session:
            verdicts = take_orders(session, [Entry("", one) for one in batch], now=now)
            session.commit()
            assert all(verdict.status in (200, 201) for verdict in verdicts)
            return sum(verdict.created for verdict in verdicts)

    for _round in range(3):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(take, (orders, orders[::-1], orders[20:] + orders[:20], orders[::2])))
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == len(orders)
        assert session.scalar(select(func.count()).select_from(DomainEvent)) == len(orders)

"""Many batches of the same orders at once: each order is made and told once, the newest document wins, all end."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import in_transaction, transaction
from app.events.models import DomainEvent
from app.oms.intake import OrderReceived, receive_orders
from app.orders.document.document import OrderDocument
from app.orders.models import Order, OrderContact, OrderLine
from app.tracking.models import Shipment, ShipmentLine
from tests.at_once import at_once
from tests.meanwhile import Beside, meanwhile
from tests.tracking.documents import PLACED, document, parcel

BATCHES, ORDERS = 8, 30


def batch(number: int) -> list[OrderDocument]:
    """The same orders at a moment of this batch's own, in an order of its own; each shares a parcel with the next."""
    at = (PLACED + timedelta(minutes=number)).isoformat()
    orders = [(order * (2 * number + 1)) % ORDERS for order in range(ORDERS)]
    return [
        document(
            f"N{order}", updated_at=at, shipments=[parcel(tracking_number=f"BOTH{order // 2}")], note=f"by {number}"
        )
        for order in dict.fromkeys([*orders, *range(ORDERS)])
    ]


def received(sessions: sessionmaker[Session], documents: list[OrderDocument], now: datetime) -> list[OrderReceived]:
    taken = in_transaction(sessions, partial(receive_orders, documents=documents, now=now))
    return [taken[at] for at in range(len(documents))]


def test_eight_batches_of_the_same_new_orders_make_each_once_and_end_in_the_newest(
    committed: sessionmaker[Session],
) -> None:
    results = at_once(BATCHES, lambda number: received(committed, batch(number), PLACED))
    assert sum(one.created for result in results for one in result) == ORDERS
    with committed() as session:
        assert set(session.scalars(select(Order.note))) == {f"by {BATCHES - 1}"}
        rows = (Order, OrderLine, OrderContact, Shipment, ShipmentLine)
        assert [session.scalar(select(func.count()).select_from(model)) for model in rows] == [ORDERS] * 5
        events = Counter(session.execute(select(DomainEvent.order_id, DomainEvent.kind)).all())
    assert set(events.values()) == {1}


def test_an_order_that_changes_while_a_batch_waits_for_it_is_not_taken_back(committed: sessionmaker[Session]) -> None:
    first, own, later = ([one for one in batch(number) if one.number in ("N0", "N1", "N2")] for number in (0, 3, 5))
    received(committed, first, PLACED)
    with committed() as session, transaction(session):
        beside = Beside(committed, lambda other: receive_orders(other, later, now=PLACED))
        with meanwhile(session, 'update "order"', beside):
            mine = receive_orders(session, own, now=PLACED)
    beside.join()
    assert [one.applied for one in mine.values()] == [True] * 3
    with committed() as session:
        assert set(session.scalars(select(Order.note))) == {"by 5"}

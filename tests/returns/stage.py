"""A real order that has arrived, for tests of returns on the database."""

from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method
from app.tracking.models import Shipment
from app.tracking.ports import ReportedEvent
from app.tracking.services import fold_shipment, record_events
from app.tracking.states import ShipmentState, TimeQuality
from tests.orders.build import GOOD, document

LINES: list[dict[str, Any]] = [
    GOOD["lines"][0],
    GOOD["lines"][0] | {"id": "2", "sku": "MUG", "title": "Taza", "quantity": 1, "unit_price": 1200, "tax": 208},
    GOOD["lines"][0]
    | {"id": "3", "sku": "SALE", "title": "Bufanda", "quantity": 1, "unit_price": 900, "tax": 156, "final_sale": True},
]
TOTALS = {"items": 6080, "shipping": 495, "tax": 1054, "discount": 0, "paid": 6575}


def delivered_order(session: Session, *, now: datetime, days_ago: float = 3, **top: Any) -> Order:
    """Two T-shirts, a mug and a scarf on final sale, delivered in one parcel so many days before ``now``."""
    placed = (now - timedelta(days=days_ago + 4)).isoformat()
    contents = [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}, {"line": "3", "quantity": 1}]
    parcel = {"lines": contents} | top.pop("parcel", GOOD["shipments"][0] | {"lines": contents})
    parcel |= {"label_created_at": placed}
    facts = {"lines": LINES, "totals": TOTALS, "shipments": [parcel], "placed_at": placed}
    order = session.get_one(
        Order, receive_order(session, document(**(facts | top)), now=now - timedelta(days=days_ago + 2)).order.id
    )
    at = now - timedelta(days=days_ago)
    for shipment in session.scalars(select(Shipment).where(Shipment.order_id == order.id)):
        scan(session, shipment, ShipmentState.IN_TRANSIT, at - timedelta(days=1))
        scan(session, shipment, ShipmentState.DELIVERED, at)
    session.commit()
    return order


def scan(session: Session, shipment: Shipment, state: ShipmentState, at: datetime) -> None:
    """The carrier tells of a parcel, and it is folded at once."""
    assert shipment.carrier and shipment.number
    event = ReportedEvent(
        shipment.carrier, shipment.number, state, state, at.isoformat(), at, "+00:00", TimeQuality.OFFSET
    )
    record_events(session, [event], source="test", now=at)
    fold_shipment(session, shipment.id, now=at)


def asking(*lines: tuple[str, int, str], **more: Any) -> ReturnRequest:
    """A request for (line, quantity, reason)."""
    return ReturnRequest(tuple(LineRequest(*line) for line in lines), more.pop("method", Method.DROPOFF), **more)


def sign_in(client: FlaskClient, order: Order, tier: int = 2) -> None:
    """Grant this browser the order, as a confirmed code does."""
    with client.session_transaction() as browser:
        browser["orders"] = {order.ref: [tier, order.access_epoch, 0]}

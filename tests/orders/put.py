"""Putting one order, and its row for a look at what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.document.document import OrderDocument
from app.orders.intake.upsert import put_orders
from app.orders.models import Order


@dataclass(frozen=True, slots=True)
class Put:
    """What came of a document, with the order's row."""

    order: Order
    applied: bool
    created: bool
    changed: bool


def put_order(session: Session, document: OrderDocument, *, now: datetime) -> Put:
    """Put a document of an order of which nothing was given back here."""
    put = put_orders(session, [document], now=now)[0]
    return Put(session.get_one(Order, put.order.id), put.applied, put.created, put.changed)

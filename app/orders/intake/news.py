"""What a change of an order tells: events for its customer and for those who hold money by it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.events.log import NewEvent, append_all
from app.orders.models import Order

BEFORE_SHIPPING = frozenset({"received", "confirmed", "on_hold", "preparing"})
BEFORE_PREPARING = frozenset({"received", "confirmed", "on_hold"})


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """Where an order stands in the shop's word, what holds it up, and what was paid for it."""

    status: str
    hold: str | None
    paid: int = field(default=0, compare=False)


def tell(session: Session, order: Order, *, before: OrderStatus | None, quiet: bool = False, now: datetime) -> None:
    """Append the events of this change. ``before`` is None for a new order; customers hear of no ``quiet`` ones."""
    append_all(session, list(_entries(order, before, quiet, now)))


def tell_new(session: Session, orders: Iterable[Order], *, now: datetime) -> None:
    """Append the events of new orders, all together."""
    append_all(session, [entry for order in orders for entry in _entries(order, None, order.removed, now)])


def news(before: OrderStatus | None, after: OrderStatus) -> list[EventKind]:
    """What to tell. A new order that has left or was cancelled already is history, and said to no one."""
    if before is None:
        if after.status not in BEFORE_SHIPPING:
            return []
        return (
            [EventKind.ORDER_RECEIVED, EventKind.ORDER_ON_HOLD]
            if after.status == "on_hold"
            else [EventKind.ORDER_RECEIVED]
        )
    if after.status == "on_hold" and after != before:
        return [EventKind.ORDER_ON_HOLD]
    if after.status == "preparing" and before.status in BEFORE_PREPARING:
        return [EventKind.ORDER_PREPARING]
    if after.status == "cancelled" and before.status != "cancelled":
        return [EventKind.ORDER_CANCELLED]
    return []


def _entries(order: Order, before: OrderStatus | None, quiet: bool, now: datetime) -> Iterator[NewEvent]:
    placed = {"status": order.status, "placed_at": order.placed_at.isoformat()}
    # What was promised back may now be more than is left of the order's money.
    if before is not None and order.paid < before.paid:
        amounts = {"before": before.paid, "paid": order.paid}
        yield NewEvent(EventKind.ORDER_REDUCED, now, order_id=order.id, payload=amounts)
    for kind in news(before, OrderStatus(order.status, order.hold)):
        facts: dict[str, Any] = {"hold": order.hold} if kind == EventKind.ORDER_ON_HOLD else placed
        yield NewEvent(kind, now, order_id=order.id, payload=facts | ({"quiet": True} if quiet else {}))

"""What a change of an order tells: events for its customer and for those who hold money by it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.events.log import NewEvent, append_all

BEFORE_SHIPPING = frozenset({"received", "confirmed", "on_hold", "preparing"})
BEFORE_PREPARING = frozenset({"received", "confirmed", "on_hold"})


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """Where an order stands in the shop's word, what holds it up, and what was paid for it."""

    status: str
    hold: str | None
    paid: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that was made or changed. ``before`` is None for a new one; customers hear of no ``quiet`` change."""

    order_id: int
    placed_at: datetime
    before: OrderStatus | None
    after: OrderStatus
    quiet: bool = False


def tell(session: Session, changes: Iterable[OrderChange], *, now: datetime) -> None:
    """Append the events of these changes, all together."""
    append_all(session, [entry for change in changes for entry in _entries(change, now)])


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


def _entries(change: OrderChange, now: datetime) -> Iterator[NewEvent]:
    before, after = change.before, change.after
    placed = {"status": after.status, "placed_at": change.placed_at.isoformat()}
    # What was promised back may now be more than is left of the order's money.
    if before is not None and after.paid < before.paid:
        amounts = {"before": before.paid, "paid": after.paid}
        yield NewEvent(EventKind.ORDER_REDUCED, now, order_id=change.order_id, payload=amounts)
    for kind in news(before, after):
        facts: dict[str, Any] = {"hold": after.hold} if kind == EventKind.ORDER_ON_HOLD else placed
        quiet = {"quiet": True} if change.quiet else {}
        yield NewEvent(kind, now, order_id=change.order_id, payload=facts | quiet)

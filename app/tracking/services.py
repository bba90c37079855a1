"""What tracking does for others: take in orders and events, fold shipments, look for late ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.orders.documents import OrderDocument
from app.orders.models import Brand, Order
from app.orders.services import put_order
from app.orders.taking import put_new_orders
from app.tracking.facts import Folded
from app.tracking.folding import claim_dirty, fold_locked
from app.tracking.models import Shipment
from app.tracking.recording import record_events
from app.tracking.reporting import record_estimate, record_report
from app.tracking.syncing import OUTBOUND, add_shipments, sync_shipments, warn_sharers
from app.tracking.watching import look_for_late, retire

__all__ = [
    "OrderReceived",
    "fold_dirty",
    "fold_shipment",
    "look_for_late",
    "receive_new_orders",
    "receive_order",
    "record_estimate",
    "record_events",
    "record_report",
    "release",
    "retire",
]


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """What came of an order document. ``applied`` is False when we hold a newer one."""

    order: Order
    applied: bool
    created: bool


def receive_order(session: Session, document: OrderDocument, *, now: datetime) -> OrderReceived:
    """Take in an order with its shipments, and fold these at once: their events may have come first.

    The shipments' rows are locked before the order tells anything, as folding workers do: nobody waits crosswise.
    Raises Invalid when the brand is not known.
    """
    _lock_shipments(session, document)
    put = put_order(session, document, now=now)
    if put.changed:
        ids = sync_shipments(session, put.order, document, created=put.created, now=now)
        if ids:
            fold_locked(session, ids, now=now)
            warn_sharers(session, put.order, ids, now=now)
    return OrderReceived(put.order, put.applied, put.created)


def receive_new_orders(
    session: Session, documents: Sequence[OrderDocument], *, now: datetime
) -> dict[int, OrderReceived]:
    """Take in those of many orders that nobody held, in a few statements; by the position of their documents.

    What is missing from the answer is for ``receive_order``.
    """
    made = put_new_orders(session, documents, now=now)
    ids = add_shipments(session, [(order, documents[at]) for at, order in made.items()], now=now)
    if ids:
        fold_locked(session, ids, now=now)
    return {at: OrderReceived(order, applied=True, created=True) for at, order in made.items()}


def fold_dirty(session: Session, *, limit: int = 200, now: datetime) -> int:
    """Fold the shipments that wait, at most ``limit``; gives how many. The caller comes again after a full batch."""
    ids = claim_dirty(session, limit=limit)
    if ids:
        fold_locked(session, ids, now=now)
    return len(ids)


def fold_shipment(session: Session, shipment_id: int, *, now: datetime) -> Folded | None:
    """Fold one shipment under its row's lock; None when it cannot be folded. Raises NotFound."""
    mine = select(Shipment.id).where(Shipment.id == shipment_id).with_for_update(key_share=True)
    if session.scalar(mine) is None:
        raise NotFound(f"shipment {shipment_id}")
    return fold_locked(session, [shipment_id], now=now).get(shipment_id)


def release(session: Session, shipment_id: int, *, now: datetime) -> Folded | None:
    """Staff found that events under suspicion are this parcel's own. Raises NotFound."""
    shipment = session.get(Shipment, shipment_id, with_for_update=True)
    if shipment is None:
        raise NotFound(f"shipment {shipment_id}")
    shipment.released = True
    session.flush()
    return fold_shipment(session, shipment_id, now=now)


def _lock_shipments(session: Session, document: OrderDocument) -> None:
    brand = Brand.is_default if document.brand is None else Brand.key == document.brand
    held = (
        select(Shipment.id)
        .join(Order, Order.id == Shipment.order_id)
        .join(Brand, Brand.key == Order.brand_key)
        .where(brand, Order.number == document.number, Shipment.direction == OUTBOUND)
        .order_by(Shipment.id)
        .with_for_update(of=Shipment)
    )
    session.scalars(held).all()

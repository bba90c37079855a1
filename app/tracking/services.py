"""What tracking does for others: take in orders and events, fold shipments, look for late ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.events import stumbles
from app.orders.document.document import OrderDocument
from app.orders.intake.batch import put_new_orders
from app.orders.intake.upsert import put_order
from app.orders.records import OrderRecord
from app.tracking.fold.facts import Folded
from app.tracking.fold.job import FOLD, claim_dirty, fold_locked
from app.tracking.ingest.record import record_events
from app.tracking.ingest.report import record_estimate, record_report
from app.tracking.models import Shipment
from app.tracking.shipments import add_shipments, hold, numbers_in, sync_shipments, warn
from app.tracking.watch import look_for_late, retire

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

    order: OrderRecord
    applied: bool
    created: bool


def receive_order(session: Session, document: OrderDocument, *, now: datetime) -> OrderReceived:
    """Take in an order with its shipments, and fold these at once: their events may have come first.

    The order's row is locked first, then every shipment that this may touch, by id: nobody waits crosswise.
    Raises Invalid when the brand is not known.
    """
    put = put_order(session, document, now=now)
    if put.changed:
        sharers = hold(session, numbers_in(document), order_ids=[] if put.created else [put.order.id])
        ids = sync_shipments(session, put.order, document, created=put.created, now=now)
        if ids:
            fold_locked(session, ids, now=now)
        warn(session, sharers, now=now)
    return OrderReceived(put.order, put.applied, put.created)


def receive_new_orders(
    session: Session, documents: Sequence[OrderDocument], *, now: datetime
) -> dict[int, OrderReceived]:
    """Take in those of many orders that nobody held, in a few statements; by the position of their documents.

    What is missing from the answer is for ``receive_order``.
    """
    made = put_new_orders(session, documents, now=now)
    orders = [(order, documents[at]) for at, order in made.items()]
    numbers = {number for _, document in orders for number in numbers_in(document)}
    sharers = hold(session, numbers, order_ids=[])
    ids = add_shipments(session, orders, now=now)
    if ids:
        fold_locked(session, ids, now=now)
    warn(session, sharers, now=now)
    return {at: OrderReceived(order, applied=True, created=True) for at, order in made.items()}


def fold_dirty(session: Session, *, limit: int = 200, now: datetime) -> int:
    """Fold the shipments that wait, at most ``limit``; gives how many. The caller comes again after a full batch."""
    ids = claim_dirty(session, limit=limit, now=now)
    stumbles.each(session, FOLD, ids, lambda some: fold_locked(session, some, now=now), now=now)
    return len(ids)


def fold_shipment(session: Session, shipment_id: int, *, now: datetime) -> Folded | None:
    """Fold one shipment under its row's lock; None when it cannot be folded. Raises NotFound."""
    mine = select(Shipment.id).where(Shipment.id == shipment_id).with_for_update(key_share=True)
    if session.scalar(mine) is None:
        raise NotFound(f"shipment {shipment_id}")
    return fold_locked(session, [shipment_id], now=now).get(shipment_id)


def release(session: Session, shipment_id: int, *, now: datetime) -> Folded | None:
    """Staff found that events under suspicion are this parcel's own. Raises NotFound."""
    released = update(Shipment).where(Shipment.id == shipment_id).values(released=True).returning(Shipment.id)
    if session.scalar(released) is None:
        raise NotFound(f"shipment {shipment_id}")
    return fold_shipment(session, shipment_id, now=now)

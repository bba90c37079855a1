"""The way in of orders, whoever said them: their rows first, then their parcels, folded at once, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.document.document import OrderDocument
from app.orders.intake.erased import without_the_erased
from app.orders.intake.results import PutResult, TakenOrder, Witnesses
from app.orders.intake.upsert import put_orders
from app.returns.services import given_back_of, note_elsewhere
from app.tracking.documents.document_parcels import document_parcels
from app.tracking.documents.shipments import OrderParcels, number_notes, sync_shipments
from app.tracking.fold.job import fold_locked
from app.tracking.locking import hold, warn

_WITNESSES = Witnesses(given_back=given_back_of, notes_of=number_notes)


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """What came of an order document. ``applied``: it is what we hold now; ``changed``: it told us something."""

    order: TakenOrder
    applied: bool
    created: bool
    changed: bool = True


def receive_order(session: Session, document: OrderDocument, *, now: datetime) -> OrderReceived:
    """Take in an order with its shipments. Raises Invalid when the brand is not known."""
    return receive_orders(session, [document], now=now)[0]


def receive_orders(session: Session, documents: Sequence[OrderDocument], *, now: datetime) -> dict[int, OrderReceived]:
    """Take in orders with their shipments, in a few statements for all; by the positions of their documents.

    Of documents that may be of one order the first is taken; the others are left out, for another call. Shipments are
    folded at once: their events may have come first. The orders' rows are locked first, then every shipment that this
    may touch, by id: nobody waits crosswise. Raises Invalid when a brand is not known.
    """
    documents = without_the_erased(session, documents)
    puts = put_orders(session, documents, _WITNESSES, now=now)
    changed = {at: put for at, put in puts.items() if put.changed}
    if changed:
        _follow(session, changed, documents, now=now)
    return {at: OrderReceived(put.order, put.applied, put.created, put.changed) for at, put in puts.items()}


def _follow(session: Session, puts: dict[int, PutResult], documents: Sequence[OrderDocument], *, now: datetime) -> None:
    """Bring the parcels, and what was given back elsewhere, to what the documents of these changed orders say."""
    orders = [OrderParcels(put.order, documents[at], document_parcels(documents[at])) for at, put in puts.items()]
    numbers = {number for one in orders for number in one.numbers}
    new = {put.order.id for put in puts.values() if put.created}
    locked = hold(session, numbers, order_ids=[one.order.id for one in orders if one.order.id not in new])
    ids = sync_shipments(session, orders, locked, now=now)
    if ids:
        fold_locked(session, ids, now=now)
    warn(session, locked.sharers, now=now)
    note_elsewhere(session, {one.order.id: one.document for one in orders}, new=new, now=now)

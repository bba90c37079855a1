"""The way in of an order, whoever said it: its rows first, then its parcels, folded at once, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.document.document import OrderDocument
from app.orders.intake.batch import put_new_orders
from app.orders.intake.repeated import repeated_orders
from app.orders.intake.upsert import TakenOrder, put_order, with_notes
from app.returns.services import given_back, note_elsewhere
from app.tracking.fold.job import fold_locked
from app.tracking.shipments import add_shipments, hold, number_notes, numbers_in, sync_shipments, warn


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """What came of an order document. ``applied``: it is what we hold now; ``changed``: it told us something."""

    order: TakenOrder
    applied: bool
    created: bool
    changed: bool = True


def receive_order(session: Session, document: OrderDocument, *, now: datetime) -> OrderReceived:
    """Take in an order with its shipments, and fold these at once: their events may have come first.

    The order's row is locked first, then every shipment that this may touch, by id: nobody waits crosswise.
    Raises Invalid when the brand is not known.
    """
    put = put_order(session, document, given_back=given_back, now=now)
    if put.changed:
        sharers = hold(session, numbers_in(document), order_ids=[] if put.created else [put.order.id])
        ids = sync_shipments(session, put.taken, document, created=put.created, now=now)
        if ids:
            fold_locked(session, ids, now=now)
        warn(session, sharers, now=now)
        note_elsewhere(session, put.order.id, document, created=put.created, now=now)
        order = with_notes(session, put.taken, list(number_notes(document)))
        return OrderReceived(order, put.applied, put.created, put.changed)
    return OrderReceived(put.taken, put.applied, put.created, put.changed)


def receive_repeated(session: Session, documents: Sequence[OrderDocument]) -> dict[int, OrderReceived]:
    """Those of many orders of which nothing new is told, in two statements; by the position of their documents.

    What is missing from the answer is for the others.
    """
    repeated = repeated_orders(session, documents)
    return {at: OrderReceived(order, applied=True, created=False, changed=False) for at, order in repeated.items()}


def receive_new_orders(
    session: Session, documents: Sequence[OrderDocument], *, now: datetime
) -> dict[int, OrderReceived]:
    """Take in those of many orders that nobody held, in a few statements; by the position of their documents.

    What is missing from the answer is for ``receive_order``.
    """
    taken = put_new_orders(session, documents, now=now)
    orders = [(order, documents[at]) for at, order in taken.items()]
    numbers = {number for _, document in orders for number in numbers_in(document)}
    # All numbers of the batch at once, in their one order: two batches never wait crosswise.
    sharers = hold(session, numbers, order_ids=[])
    ids = add_shipments(session, orders, now=now)
    if ids:
        fold_locked(session, ids, now=now)
    warn(session, sharers, now=now)
    for order, document in orders:
        note_elsewhere(session, order.id, document, created=True, now=now)
    noted = {at: with_notes(session, order, list(number_notes(documents[at]))) for at, order in taken.items()}
    return {at: OrderReceived(order, applied=True, created=True) for at, order in noted.items()}

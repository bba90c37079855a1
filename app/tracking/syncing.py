"""Shipments as an order document tells them: rows made, changed, and gone when the document no longer names them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.orders.document import document as documents
from app.orders.document.document import OrderDocument
from app.orders.models import Order, OrderLine
from app.tracking.identity import normalised_number
from app.tracking.models import Shipment, ShipmentLine
from app.tracking.zones import zone_of

OUTBOUND = "outbound"

Told = tuple[Order, OrderDocument]


def sync_shipments(
    session: Session, order: Order, document: OrderDocument, *, created: bool = False, now: datetime
) -> list[int]:
    """Bring the order's outbound shipments to what the document says; gives their ids.

    A promise once told stays. What the carrier reported is untouched; the caller folds. ``created`` spares a new
    order the clearing away of what it cannot have.
    """
    named = [shipment.id for shipment in document.shipments]
    if not created:
        gone = (Shipment.order_id == order.id, Shipment.direction == OUTBOUND, Shipment.external_id.not_in(named))
        session.execute(delete(Shipment).where(*gone))
    if not named:
        return []
    rows = [_row(order, document, told, at, now=now) for at, told in enumerate(document.shipments)]
    ids = _upsert(session, rows)
    if not created:
        session.execute(delete(ShipmentLine).where(ShipmentLine.shipment_id.in_(ids.values())))
    _write_lines(session, [(order, document)], ids)
    return sorted(ids.values())


def add_shipments(session: Session, orders: Sequence[Told], *, now: datetime) -> list[int]:
    """Make the shipments of new orders, all together; gives their ids, for the caller to fold."""
    rows = [
        _row(order, document, told, at, now=now)
        for order, document in orders
        for at, told in enumerate(document.shipments)
    ]
    if not rows:
        return []
    ids = _upsert(session, rows)
    _write_lines(session, orders, ids)
    return sorted(ids.values())


def _upsert(session: Session, rows: Sequence[dict[str, Any]]) -> dict[tuple[int, str], int]:
    statement = insert(Shipment)
    told = statement.excluded
    kept = {"order_id", "direction", "external_id", "created_at", "promise_from", "promise_until", "closed_at"}
    changed: dict[str, Any] = {name: told[name] for name in rows[0] if name not in kept}
    promised = Shipment.promise_until.is_not(None)
    changed |= {
        "promise_from": case((promised, Shipment.promise_from), else_=told.promise_from),
        "promise_until": func.coalesce(Shipment.promise_until, told.promise_until),
        "closed_at": func.coalesce(Shipment.closed_at, told.closed_at),
        "next_poll_at": func.coalesce(Shipment.next_poll_at, told.next_poll_at),
        "alerts_due_at": case((Shipment.number == told.number, Shipment.alerts_due_at)),
    }
    upsert = statement.on_conflict_do_update(index_elements=["order_id", "direction", "external_id"], set_=changed)
    made = session.execute(upsert.returning(Shipment.order_id, Shipment.external_id, Shipment.id), rows)
    return {(order_id, external_id): id_ for order_id, external_id, id_ in made}


def _write_lines(session: Session, orders: Sequence[Told], ids: dict[tuple[int, str], int]) -> None:
    wanted = [order.id for order, document in orders if document.shipments]
    known = select(OrderLine.order_id, OrderLine.line_id, OrderLine.id).where(OrderLine.order_id.in_(wanted))
    lines = {(order_id, line_id): id_ for order_id, line_id, id_ in session.execute(known)}
    packed: dict[tuple[int, int], int] = {}
    for order, document in orders:
        for shipment in document.shipments:
            for line in shipment.lines:
                key = (ids[order.id, shipment.id], lines[order.id, line.line])
                packed[key] = packed.get(key, 0) + line.quantity
    rows = [
        {"shipment_id": shipment, "order_line_id": line, "quantity": quantity}
        for (shipment, line), quantity in packed.items()
    ]
    if rows:
        session.execute(insert(ShipmentLine), rows)


def _row(
    order: Order, document: OrderDocument, told: documents.ShipmentDocument, at: int, *, now: datetime
) -> dict[str, Any]:
    promise = told.promise or document.promise
    number = normalised_number(told.tracking_number) if told.tracking_number else None
    over = document.status == "completed" and number is None
    return {
        "order_id": order.id,
        "direction": OUTBOUND,
        "external_id": told.id,
        "position": at,
        "carrier": told.carrier,
        "service": told.service,
        "number": number,
        "method": told.method,
        "label_created_at": told.label_created_at,
        "shipped_at": told.shipped_at,
        "closed_at": document.updated_at if over else None,
        "promise_from": promise.begin if promise else None,
        "promise_until": promise.until if promise else None,
        "origin": told.origin.model_dump() if told.origin else None,
        "pickup_point": told.pickup_point.model_dump() if told.pickup_point else None,
        "zone": _zone(order, document, told),
        "next_poll_at": now if number and told.carrier else None,
        "created_at": now,
    }


def _zone(order: Order, document: OrderDocument, told: documents.ShipmentDocument) -> str:
    """Where it arrives: the point or shop, else the address, else the brand's own zone."""
    point, address = told.pickup_point, document.ship_to
    found = zone_of(point.country, postcode=point.postcode) if point else None
    if found is None and address:
        found = zone_of(address.country, postcode=address.postcode, region=address.region)
    return found or order.brand.time_zone

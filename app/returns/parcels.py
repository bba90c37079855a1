"""The parcel of a return: an ordinary shipment that goes the other way."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.labels.ports import MadeLabel
from app.returns.models import Return, ReturnLabel
from app.tracking.models import Shipment, ShipmentLine
from app.tracking.states import ShipmentState


def make_parcel(session: Session, found: Return, *, carrier: str, now: datetime) -> Shipment:
    """Give a return its parcel, which waits for its label; contents are the return's lines."""
    order = session.get_one(Order, found.order_id)
    parcel = Shipment(
        order_id=found.order_id,
        external_id=_external_id(session, found),
        position=_next_position(session, found.order_id),
        direction="return",
        carrier=carrier,
        method="delivery",
        origin=_place(order.ship_to),
        zone=order.brand.time_zone,
        state=ShipmentState.INFO_RECEIVED,
        state_since=now,
        news_at=now,
        next_poll_at=now,
        created_at=now,
        lines=[ShipmentLine(order_line_id=line.order_line_id, quantity=line.quantity) for line in found.lines],
    )
    session.add(parcel)
    session.flush()
    found.shipment_id, found.carrier, found.label_number = parcel.id, parcel.carrier, None
    return parcel


def drop_parcel(session: Session, found: Return, *, now: datetime) -> None:
    """The label is void: the parcel is not watched any more."""
    if found.shipment_id is None:
        return
    parcel = session.get_one(Shipment, found.shipment_id)
    parcel.state, parcel.state_since, parcel.finished_at = ShipmentState.CANCELLED, now, now
    session.execute(delete(ReturnLabel).where(ReturnLabel.shipment_id == parcel.id))


def put_label(found: Return, parcel: Shipment, label: MadeLabel, *, now: datetime) -> None:
    """The parcel has its label: from now on its carrier is asked about this number."""
    parcel.carrier, parcel.number, parcel.label_created_at = label.carrier or parcel.carrier, label.number, now
    parcel.next_poll_at = now
    found.carrier, found.label_number = parcel.carrier, parcel.number


def _external_id(session: Session, found: Return) -> str:
    """``return-<ref>``, counted on when a label is issued again."""
    stem = f"return-{found.ref}"
    statement = select(func.count()).where(
        Shipment.order_id == found.order_id, Shipment.external_id.startswith(stem, autoescape=True)
    )
    issued = session.scalar(statement) or 0
    return f"{stem}-{issued + 1}" if issued else stem


def _next_position(session: Session, order_id: int) -> int:
    last = session.scalar(select(func.max(Shipment.position)).where(Shipment.order_id == order_id))
    return 0 if last is None else last + 1


def _place(ship_to: dict[str, Any] | None) -> dict[str, Any] | None:
    return {key: ship_to.get(key) for key in ("city", "postcode", "country")} if ship_to else None

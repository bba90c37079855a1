"""The parcel of a return: an ordinary shipment that goes the other way."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.orders.records import OrderRecord
from app.returns.models import Return
from app.tracking.records import ShipmentLineRecord, ShipmentRecord
from app.tracking.states import ShipmentState


def make_parcel(session: Session, found: Return, *, carrier: str, now: datetime) -> ShipmentRecord:
    """Give a return its parcel with a fresh label number; contents are the return's lines."""
    order = session.get_one(OrderRecord, found.order_id)
    parcel = ShipmentRecord(
        order_id=found.order_id,
        external_id=_external_id(session, found),
        position=_next_position(session, found.order_id),
        direction="return",
        carrier=carrier,
        number=new_label_number(),
        method="delivery",
        label_created_at=now,
        origin=_place(order.ship_to),
        zone=order.brand.time_zone,
        state=ShipmentState.INFO_RECEIVED,
        state_since=now,
        news_at=now,
        next_poll_at=now,
        created_at=now,
        lines=[ShipmentLineRecord(order_line_id=line.order_line_id, quantity=line.quantity) for line in found.lines],
    )
    session.add(parcel)
    session.flush()
    found.shipment_id, found.carrier, found.label_number = parcel.id, parcel.carrier, parcel.number
    return parcel


def drop_parcel(session: Session, found: Return, *, now: datetime) -> None:
    """The label is void: the parcel is not watched any more."""
    if found.shipment_id is None:
        return
    parcel = session.get_one(ShipmentRecord, found.shipment_id)
    parcel.state, parcel.state_since, parcel.finished_at = ShipmentState.CANCELLED, now, now


def new_label_number() -> str:
    """A number for a label of our own: two letters and eleven random digits."""
    return f"PR{secrets.randbelow(10**11):011d}"


def _external_id(session: Session, found: Return) -> str:
    """``return-<ref>``, counted on when a label is issued again."""
    stem = f"return-{found.ref}"
    statement = select(func.count()).where(
        ShipmentRecord.order_id == found.order_id, ShipmentRecord.external_id.startswith(stem, autoescape=True)
    )
    issued = session.scalar(statement) or 0
    return f"{stem}-{issued + 1}" if issued else stem


def _next_position(session: Session, order_id: int) -> int:
    last = session.scalar(select(func.max(ShipmentRecord.position)).where(ShipmentRecord.order_id == order_id))
    return 0 if last is None else last + 1


def _place(ship_to: dict[str, Any] | None) -> dict[str, Any] | None:
    return {key: ship_to.get(key) for key in ("city", "postcode", "country")} if ship_to else None

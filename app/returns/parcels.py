"""A return's parcel: for tracking an ordinary one that goes the other way."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.orders.records import OrderRecord
from app.returns.models import Return
from app.tracking.parcels import NewParcel, add_parcel, call_off


def make_parcel(session: Session, found: Return, order: OrderRecord, *, carrier: str, now: datetime) -> None:
    """Give a return its parcel with a fresh label number; contents are the return's lines."""
    parcel = NewParcel(
        order_id=found.order_id,
        name=f"return-{found.ref}",
        direction="return",
        carrier=carrier,
        number=new_label_number(),
        origin=_place(order.ship_to),
        zone=order.brand.time_zone,
        contents={line.order_line_id: line.quantity for line in found.lines},
    )
    found.shipment_id = add_parcel(session, parcel, now=now)
    found.carrier, found.label_number = parcel.carrier, parcel.number


def drop_parcel(session: Session, found: Return, *, now: datetime) -> None:
    """The label is void: the parcel is not watched any more."""
    if found.shipment_id is not None:
        call_off(session, found.shipment_id, now=now)


def new_label_number() -> str:
    """A number for a label of our own: two letters and eleven random digits."""
    return f"PR{secrets.randbelow(10**11):011d}"


def _place(ship_to: dict[str, Any] | None) -> dict[str, Any] | None:
    return {key: ship_to.get(key) for key in ("city", "postcode", "country")} if ship_to else None

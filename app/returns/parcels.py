"""A return's parcel: for tracking an ordinary one that goes the other way."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.orders.records import OrderRecord
from app.returns.labels.ports import MadeLabel
from app.returns.models import Return, ReturnLabel
from app.tracking.carriers.names import carrier_name
from app.tracking.parcels import NewParcel, add_parcel, call_off, put_number


def make_parcel(session: Session, return_: Return, order: OrderRecord, *, carrier: str, now: datetime) -> None:
    """Give a return its parcel, which waits for its label; contents are the return's lines."""
    parcel = NewParcel(
        order_id=return_.order_id,
        name=f"return-{return_.ref}",
        direction="return",
        carrier=carrier,
        number=None,
        origin=_place(order.ship_to),
        zone=order.brand.time_zone,
        contents={line.order_line_id: line.quantity for line in return_.lines},
    )
    return_.shipment_id = add_parcel(session, parcel, now=now)
    return_.carrier, return_.label_number = parcel.carrier, None


def put_label(session: Session, return_: Return, label: MadeLabel, *, now: datetime) -> None:
    """The parcel has its label: from now on its carrier is asked about this number."""
    if return_.shipment_id is None:
        return
    return_.carrier, return_.label_number = carrier_name(label.carrier) or return_.carrier, label.number
    put_number(session, return_.shipment_id, carrier=return_.carrier, number=label.number, now=now)


def drop_parcel(session: Session, return_: Return, *, now: datetime) -> None:
    """The label is void: the parcel is not watched any more."""
    if return_.shipment_id is not None:
        call_off(session, return_.shipment_id, now=now)
        session.execute(delete(ReturnLabel).where(ReturnLabel.shipment_id == return_.shipment_id))


def _place(ship_to: dict[str, Any] | None) -> dict[str, Any] | None:
    return {key: ship_to.get(key) for key in ("city", "postcode", "country")} if ship_to else None

"""Parcels that no order document names: made for a label of our own, watched like all others, and called off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from app.tracking.carriers.names import carrier_name
from app.tracking.ingest.identity import normalised_number
from app.tracking.models import Shipment, ShipmentLine
from app.tracking.states import ShipmentState


@dataclass(frozen=True, slots=True)
class NewParcel:
    """A parcel to make: ``name`` is its external id, counted on when there is one of that name already.

    ``contents`` are units by order line, ``zone`` where it is watched from; ``number`` None until it has its label.
    """

    order_id: int
    name: str
    direction: str
    carrier: str
    number: str | None
    origin: dict[str, Any] | None
    zone: str
    contents: Mapping[int, int] = field(default_factory=dict)


def add_parcel(session: Session, new: NewParcel, *, now: datetime) -> int:
    """Make a parcel, with its label or before it; gives its id. The caller holds the order's row."""
    parcel = Shipment(
        order_id=new.order_id,
        external_id=_external_id(session, new),
        position=_next_position(session, new.order_id),
        direction=new.direction,
        carrier=carrier_name(new.carrier) or new.carrier,
        number=new.number,
        method="delivery",
        label_created_at=now if new.number else None,
        origin=new.origin,
        zone=new.zone,
        state=ShipmentState.INFO_RECEIVED,
        state_since=now,
        news_at=now,
        next_poll_at=now if new.number else None,
        created_at=now,
        lines=[ShipmentLine(order_line_id=line, quantity=units) for line, units in new.contents.items()],
    )
    session.add(parcel)
    session.flush()
    return parcel.id


def put_number(session: Session, shipment_id: int, *, carrier: str | None, number: str, now: datetime) -> None:
    """The parcel's label was just made: from now on this carrier is asked about this number."""
    label = {
        "carrier": carrier_name(carrier),
        "number": normalised_number(number),
        "label_created_at": now,
        "next_poll_at": now,
    }
    session.execute(update(Shipment).where(Shipment.id == shipment_id).values(label))


def call_off(session: Session, shipment_id: int, *, now: datetime) -> None:
    """The label is void: the parcel is not watched any more."""
    # Ended, so that turns, worklists and lateness all leave it out.
    ended = {"state": ShipmentState.CANCELLED, "state_since": now, "finished_at": now}
    session.execute(update(Shipment).where(Shipment.id == shipment_id).values(ended))


def lock_parcels(session: Session, chosen: Select[int | None]) -> None:
    """Lock the parcels of these ids, by id: whoever folds or records scans of them waits."""
    session.execute(select(Shipment.id).where(Shipment.id.in_(chosen)).order_by(Shipment.id).with_for_update())


def _external_id(session: Session, new: NewParcel) -> str:
    of_that_name = Shipment.order_id == new.order_id, Shipment.external_id.startswith(new.name, autoescape=True)
    count = session.scalar(select(func.count()).where(*of_that_name)) or 0
    # The caller holds the order's row: no two can count the same.
    return f"{new.name}-{count + 1}" if count else new.name


def _next_position(session: Session, order_id: int) -> int:
    last = session.scalar(select(func.max(Shipment.position)).where(Shipment.order_id == order_id))
    return 0 if last is None else last + 1

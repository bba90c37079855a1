"""A parcel and its scans as the interface tells them: the carrier's words beside ours."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from app.api.http.operations import same_names
from app.tracking.clocks import happened_at, told_zone
from app.tracking.fold.job import stored
from app.tracking.records import ShipmentRecord, TrackingEventRecord
from app.tracking.states import CarrierSource


class WindowAnswer(BaseModel, title="Window"):
    """Days between which something comes; ``from`` may be open. ``source`` says who estimates."""

    begin: date | None = Field(serialization_alias="from")
    until: date
    source: str | None = None


class PackedLine(BaseModel):
    """So many of an order's line."""

    line: str
    quantity: int


class MilestoneAnswer(BaseModel):
    """A stage reached, once for each leg."""

    name: str
    leg: int
    at: datetime | None


class ShipmentAnswer(BaseModel):
    """One parcel. ``late_since`` and ``flags`` are empty when all is well.

    ``carrier_source`` tells how its carrier is known: by the ``shop``, recognised from the ``number``, by a ``scan`` of
    it, by ``staff``; null while nobody knows the carrier.
    """

    id: str
    direction: str
    carrier: str | None
    carrier_source: CarrierSource | None
    service: str | None
    tracking_number: str | None
    method: str
    state: str
    state_since: datetime | None
    leg: int
    label_created_at: datetime | None
    shipped_at: datetime | None
    picked_up_at: datetime | None
    first_attempt_at: datetime | None
    delivered_at: datetime | None
    late_since: datetime | None
    promise: WindowAnswer | None
    estimate: WindowAnswer | None
    milestones: list[MilestoneAnswer]
    flags: list[str]
    pickup_point: dict[str, Any] | None
    lines: list[PackedLine]


class EventAnswer(BaseModel):
    """One scan: ``status`` in our words; ``code``, ``description`` and ``place`` in the carrier's.

    ``time_quality`` tells how ``occurred_at`` is known: ``guessed`` means that only its day can be trusted. ``zone`` is
    the clock by which customers read it: the place's, else the destination's.
    """

    occurred_at: datetime | None
    occurred_raw: str
    zone: str | None
    time_quality: str
    status: str
    code: str | None
    description: str
    place: dict[str, Any]
    sequence: int | None
    id: str | None
    incident: str | None
    blame: str | None
    sources: list[str]
    received_at: datetime


class TrackedShipment(ShipmentAnswer):
    """A parcel with the order it belongs to."""

    order: str
    brand: str


class TrackingAnswer(BaseModel):
    """All that is known of one number of one carrier; a number may have been used for more than one parcel."""

    carrier: str
    tracking_number: str
    state: str
    milestones: list[MilestoneAnswer]
    shipments: list[TrackedShipment]
    events: list[EventAnswer]


def window(begin: date | None, until: date | None, *, source: str | None = None) -> WindowAnswer | None:
    """The days as a window; None when the last day is not known."""
    return WindowAnswer(begin=begin, until=until, source=source) if until is not None else None


def shipment_answer(shipment: ShipmentRecord, lines: Mapping[int, str]) -> ShipmentAnswer:
    """One parcel; ``lines`` are the order's line ids by row."""
    return ShipmentAnswer(**shipment_facts(shipment, lines))


def shipment_facts(shipment: ShipmentRecord, lines: Mapping[int, str]) -> dict[str, Any]:
    """The parcel's fields by name."""
    return same_names(ShipmentAnswer, shipment) | {
        "id": shipment.external_id,
        "carrier_source": CarrierSource(shipment.carrier_source) if shipment.carrier else None,
        "tracking_number": shipment.number,
        "promise": window(shipment.promise_from, shipment.promise_until),
        "estimate": window(shipment.estimate_from, shipment.estimate_until, source=shipment.estimate_source),
        "lines": [
            PackedLine(line=lines[packed.order_line_id], quantity=packed.quantity)
            # An order may have lost a line that was packed already.
            for packed in shipment.lines
            if packed.order_line_id in lines
        ],
    }


def event_answers(events: Sequence[TrackingEventRecord], *, home: str | None) -> list[EventAnswer]:
    """The scans of a number; ``home`` is the zone to which its parcel goes, None while no order has named it."""
    return [EventAnswer(**same_names(EventAnswer, row) | _when(row, home) | {"id": row.event_id}) for row in events]


def _when(row: TrackingEventRecord, home: str | None) -> dict[str, Any]:
    """Instant and zone as the order page tells them."""
    event = stored(row).event
    instant = happened_at(event, home) if home else event.occurred_at
    return {"occurred_at": instant, "zone": told_zone(event.zone, event.place) or home}

"""The simulated carrier: its words for each scan, the journey it makes of a parcel, and one step at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.demo import is_demos
from app.orders.records import OrderRecord
from app.sandbox.documents import zone_of
from app.tracking.ports import Place, ReportedEvent
from app.tracking.records import ShipmentRecord, TrackingEventRecord
from app.tracking.services import record_events
from app.tracking.states import Blame, ShipmentState, TimeQuality

SOURCE = "sandbox"
# With the long stages a parcel is home half an hour after its label: time to look at each of them.
STEP = timedelta(minutes=4)
LONG = {"in_transit": 2, "delivery_failed": 2, "out_for_delivery": 3}
WORDS = {
    "info_received": "Envío registrado",
    "picked_up": "Recogido",
    "in_transit": "En tránsito",
    "out_for_delivery": "En reparto",
    "ready_for_pickup": "Disponible en punto de recogida",
    "delivery_failed": "Ausente. Dejamos aviso",
    "delivered": "Entregado",
    "return_to_sender": "Dirección incorrecta. Devolución a remitente",
}
# A carrier is quoted in its own language: one speaks English, so that pages in both languages show a foreign word.
ENGLISH = {
    "info_received": "Shipment information received",
    "picked_up": "Collected from sender",
    "in_transit": "In transit",
    "out_for_delivery": "Out for delivery",
    "delivered": "Delivered",
    "return_to_sender": "Incorrect address. Returning to sender",
}
SPEAKS_ENGLISH = frozenset({"dhl_universal"})
COUNTRIES = {"London": "GB", "Edinburgh": "GB", "Leipzig": "DE", "Ciudad de México": "MX"}
NEXT = {
    "pending": "info_received",
    "info_received": "picked_up",
    "picked_up": "in_transit",
    "in_transit": "out_for_delivery",
    "delivery_failed": "out_for_delivery",
    "out_for_delivery": "delivered",
}
WAREHOUSE = "Getafe"


@dataclass(frozen=True, slots=True)
class NextScan:
    """The next scan of one parcel."""

    carrier: str
    number: str
    status: str
    city: str


def scan(step: NextScan, at: datetime, *, incident: str | None = None) -> ReportedEvent:
    """A scan as the simulated carrier reports it, in the place's own time."""
    zone = zone_of(step.city)
    return ReportedEvent(
        carrier=step.carrier,
        number=step.number,
        status=ShipmentState(step.status),
        code=step.status.upper(),
        description=_words(step),
        occurred_raw=at.astimezone(zone).isoformat(timespec="seconds"),
        occurred_at=at.astimezone(UTC),
        zone=str(zone),
        time_quality=TimeQuality.OFFSET,
        place=Place(city=step.city, country=COUNTRIES.get(step.city, "ES")),
        incident=incident,
        blame=Blame.CONSIGNEE if incident else None,
    )


def _words(step: NextScan) -> str:
    """How this carrier says it."""
    spoken = ENGLISH if step.carrier in SPEAKS_ENGLISH else WORDS
    return spoken.get(step.status, WORDS[step.status])


def hand_over(session: Session, shipment_id: int, *, city: str, now: datetime) -> None:
    """A customer leaves a return parcel at a drop-off point."""
    parcel = session.get_one(ShipmentRecord, shipment_id, populate_existing=True)
    step = NextScan(parcel.carrier or "correos_express", parcel.number or "", "picked_up", city)
    record_events(session, [scan(step, now)], source=SOURCE, now=now)


def move(session: Session, *, still: frozenset[str], limit: int = 50, now: datetime) -> int:
    """Take each parcel on its way one scan further, if its last one is long enough ago; gives how many moved.

    ``still`` are numbers that stay where they are; a return parcel moves only once it was handed over.
    """
    events = [scan(step, now) for step in _steps(session, still=still, limit=limit, now=now)]
    if events:
        record_events(session, events, source=SOURCE, now=now)
    return len(events)


def _steps(session: Session, *, still: frozenset[str], limit: int, now: datetime) -> list[NextScan]:
    last_received = (
        select(TrackingEventRecord.received_at)
        .where(
            TrackingEventRecord.carrier == ShipmentRecord.carrier, TrackingEventRecord.number == ShipmentRecord.number
        )
        .order_by(TrackingEventRecord.received_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    live = (
        select(ShipmentRecord, OrderRecord.ship_to["city"].astext, last_received)
        .join(OrderRecord, OrderRecord.id == ShipmentRecord.order_id)
        .where(
            ShipmentRecord.finished_at.is_(None),
            ShipmentRecord.number.is_not(None),
            ShipmentRecord.carrier.is_not(None),
            # The shop's own parcels have carriers of their own.
            is_demos(),
        )
        # A parcel whose last scan is not folded yet still has its old state, and would take the same step twice.
        .where(ShipmentRecord.number.not_in(still or {""}), ShipmentRecord.dirty_at.is_(None))
        .order_by(ShipmentRecord.id)
        .limit(limit)
    )
    steps = (_next(parcel, city, last_at, now) for parcel, city, last_at in session.execute(live))
    return [step for step in steps if step is not None]


def _next(parcel: ShipmentRecord, city: str | None, last_at: datetime | None, now: datetime) -> NextScan | None:
    """What this parcel does now; nothing when it moved a moment ago or waits for a person."""
    if last_at is not None and now - last_at < STEP * LONG.get(parcel.state, 1):
        return None
    back = parcel.direction == "return"
    status = NEXT.get(parcel.state)
    # A return lies at the customer's until somebody lets them hand it over.
    if status is None or (back and parcel.state in ("pending", "info_received")):
        return None
    # Nobody drives a return out: it is at the warehouse after the last hub.
    if back and status == "out_for_delivery":
        status = "delivered"
    early = status in ("info_received", "picked_up")
    place = WAREHOUSE if early or back else city or "Madrid"
    return NextScan(parcel.carrier or "", parcel.number or "", status, place)

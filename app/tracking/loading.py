"""What the fold needs from the database: shipments' facts, and the stored events of their numbers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.tracking.facts import ShipmentFacts, StoredEvent, destinations
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import Blame, ShipmentState, TimeQuality

ANOTHER_PERIOD = timedelta(days=14)

_EVENT = (
    TrackingEvent.carrier,
    TrackingEvent.number,
    TrackingEvent.identity,
    TrackingEvent.status,
    TrackingEvent.description,
    TrackingEvent.occurred_raw,
    TrackingEvent.occurred_at,
    TrackingEvent.zone,
    TrackingEvent.time_quality,
    TrackingEvent.code,
    TrackingEvent.place,
    TrackingEvent.sequence,
    TrackingEvent.event_id,
    TrackingEvent.incident,
    TrackingEvent.blame,
    TrackingEvent.received_at,
    TrackingEvent.withdrawn_at,
)
_SHIPMENT = (
    Shipment.id,
    Shipment.order_id,
    Shipment.direction,
    Shipment.carrier,
    Shipment.number,
    Shipment.method,
    Shipment.pickup_point,
    Shipment.label_created_at,
    Shipment.shipped_at,
    Shipment.closed_at,
    Shipment.created_at,
    Shipment.told,
    Shipment.late_since,
    Shipment.quiet,
    Shipment.released,
    Shipment.version,
    Shipment.finished_at,
    Order.ship_to,
)
Key = tuple[str, str]


def to_fold(session: Session, ids: Sequence[int]) -> list[tuple[Any, list[StoredEvent], ShipmentFacts]]:
    """Each shipment's row with its events and facts, by id."""
    rows = session.execute(select(*_SHIPMENT).join(Order).where(Shipment.id.in_(ids)).order_by(Shipment.id)).all()
    keys = {(row.carrier, row.number) for row in rows if row.carrier and row.number}
    events, others = events_by_number(session, keys), _others(session, keys)
    return [(row, events[row.carrier, row.number], _facts(row, others[row.carrier, row.number])) for row in rows]


def events_by_number(session: Session, keys: Iterable[Key]) -> dict[Key, list[StoredEvent]]:
    """The stored events of each (carrier, number)."""
    found: dict[Key, list[StoredEvent]] = defaultdict(list)
    wanted = list(keys)
    if wanted:
        told = tuple_(TrackingEvent.carrier, TrackingEvent.number).in_(wanted)
        for row in session.execute(select(*_EVENT).where(told)):
            found[row.carrier, row.number].append(stored(row))
    return found


def stored(row: Any) -> StoredEvent:
    """A row of events as the fold takes it."""
    event = ReportedEvent(
        carrier=row.carrier,
        number=row.number,
        status=ShipmentState(row.status),
        description=row.description,
        occurred_raw=row.occurred_raw,
        occurred_at=row.occurred_at,
        zone=row.zone,
        time_quality=TimeQuality(row.time_quality),
        code=row.code,
        place=Place(**row.place) if row.place else None,
        sequence=row.sequence,
        event_id=row.event_id,
        incident=row.incident,
        blame=Blame(row.blame) if row.blame else None,
    )
    return StoredEvent(row.identity.hex(), event, row.received_at, row.withdrawn_at is not None)


def _others(session: Session, keys: set[Key]) -> dict[Any, list[Any]]:
    """Every shipment with these numbers: to see a number that was given out again."""
    found: dict[Any, list[Any]] = defaultdict(list)
    if keys:
        columns = (
            Shipment.id,
            Shipment.carrier,
            Shipment.number,
            Shipment.order_id,
            func.coalesce(Shipment.label_created_at, Shipment.created_at).label("begun"),
            Shipment.finished_at,
            Shipment.pickup_point,
            Order.ship_to,
        )
        wanted = tuple_(Shipment.carrier, Shipment.number).in_(list(keys))
        for row in session.execute(select(*columns).join(Order).where(wanted)):
            found[row.carrier, row.number].append(row)
    return found


def _facts(row: Any, others: list[Any]) -> ShipmentFacts:
    mine = row.label_created_at or row.created_at
    foreign = [other for other in others if other.order_id != row.order_id]
    sharing = [other for other in foreign if abs(other.begun - mine) <= ANOTHER_PERIOD and other.finished_at is None]
    return ShipmentFacts(
        label_created_at=row.label_created_at,
        shipped_at=row.shipped_at,
        closed_at=row.closed_at,
        next_label_at=min((other.begun for other in foreign if other.begun > mine + ANOTHER_PERIOD), default=None),
        destinations=destinations(row.ship_to, row.pickup_point) if row.direction == "outbound" else frozenset(),
        in_store=row.method == "store_pickup",
        shared=bool(sharing),
        contested=any((other.begun, other.id) < (mine, row.id) and _apart(other, row) for other in sharing),
        released=row.released,
    )


def _apart(one: Any, other: Any) -> bool:
    """Whether two shipments go to different places."""
    places = [row.pickup_point or row.ship_to or {} for row in (one, other)]
    return len({(place.get("country"), place.get("postcode")) for place in places}) > 1

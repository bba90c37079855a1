"""Folding on the database: rows of events in, the shipment's row and its news out. Batches, by Core (E-13)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Update, func, select
from sqlalchemy.orm import Session

from app.core.i18n.zones import only_zone_of
from app.core.tables.bulk import any_of, paired, parameters, update_rows
from app.events import stumbles
from app.events.log import append_all
from app.orders.records import OrderRecord
from app.tracking.fold.facts import Folded, LegKind, MilestoneName, ShipmentFacts, StoredEvent, destinations
from app.tracking.fold.fold import fold
from app.tracking.fold.milestones import AnnouncedShipment, News, events_of, key_of, milestone_documents, news_of
from app.tracking.fold.timeline import timeline_documents
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import FINISHED, Blame, ShipmentState, TimeQuality

# Closer than that, two orders travel in one parcel; further apart, the carrier has used the number again (E-08).
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
    TrackingEvent.explained_by,
)
_SHIPMENT = (
    Shipment.id,
    Shipment.order_id,
    Shipment.direction,
    Shipment.carrier,
    Shipment.number,
    Shipment.method,
    Shipment.origin,
    Shipment.pickup_point,
    Shipment.zone,
    Shipment.label_created_at,
    Shipment.shipped_at,
    Shipment.packed_at,
    Shipment.shop_status,
    Shipment.shop_status_at,
    Shipment.shop_delivered_at,
    Shipment.historic,
    Shipment.closed_at,
    Shipment.created_at,
    Shipment.announced,
    Shipment.late_since,
    Shipment.quiet,
    Shipment.released,
    Shipment.version,
    Shipment.finished_at,
    OrderRecord.ship_to,
)
Key = tuple[str, str]


def to_fold(session: Session, ids: Sequence[int]) -> list[tuple[Any, list[StoredEvent], ShipmentFacts]]:
    """Each shipment's row with its events and facts, by id."""
    rows = session.execute(
        select(*_SHIPMENT).join(OrderRecord).where(any_of(Shipment.id, ids)).order_by(Shipment.id)
    ).all()
    keys = {(row.carrier, row.number) for row in rows if row.carrier and row.number}
    events, shipments = events_by_number(session, keys), _others(session, keys)
    return [(row, events[row.carrier, row.number], _facts(row, shipments[row.carrier, row.number])) for row in rows]


def events_by_number(session: Session, keys: Iterable[Key]) -> dict[Key, list[StoredEvent]]:
    """The stored events of each (carrier, number)."""
    events: dict[Key, list[StoredEvent]] = defaultdict(list)
    pairs = list(keys)
    if pairs:
        of_pairs = paired(TrackingEvent.carrier, TrackingEvent.number, pairs)
        for row in session.execute(select(*_EVENT).where(of_pairs)):
            events[row.carrier, row.number].append(stored(row))
    return events


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
    withdrawn, explained = row.withdrawn_at is not None, row.explained_by is not None
    return StoredEvent(row.identity.hex(), event, row.received_at, withdrawn, explained)


def _others(session: Session, keys: set[Key]) -> dict[Any, list[Any]]:
    """Every shipment with these numbers: to see a number that was given out again."""
    shipments: dict[Any, list[Any]] = defaultdict(list)
    if keys:
        columns = (
            Shipment.id,
            Shipment.carrier,
            Shipment.number,
            Shipment.order_id,
            func.coalesce(Shipment.label_created_at, Shipment.created_at).label("begun"),
            Shipment.finished_at,
            Shipment.pickup_point,
            OrderRecord.ship_to,
        )
        of_pairs = paired(Shipment.carrier, Shipment.number, keys)
        for row in session.execute(select(*columns).join(OrderRecord).where(of_pairs)):
            shipments[row.carrier, row.number].append(row)
    return shipments


def _facts(row: Any, shipments: list[Any]) -> ShipmentFacts:
    begun = row.label_created_at or row.created_at
    foreign = [other for other in shipments if other.order_id != row.order_id]
    sharing = [other for other in foreign if abs(other.begun - begun) <= ANOTHER_PERIOD and other.finished_at is None]
    return ShipmentFacts(
        label_created_at=row.label_created_at or row.packed_at,
        shipped_at=row.shipped_at or _since(row, "shipped"),
        ready_at=_since(row, "ready_for_pickup"),
        delivered_at=row.shop_delivered_at or _since(row, "delivered"),
        closed_at=row.closed_at,
        next_label_at=min((other.begun for other in foreign if other.begun > begun + ANOTHER_PERIOD), default=None),
        # A way back may end in any of the shop's countries.
        destinations=destinations(row.ship_to, row.pickup_point) if row.direction == "outbound" else frozenset(),
        in_store=row.method == "store_pickup",
        shared=bool(sharing),
        contested=any((other.begun, other.id) < (begun, row.id) and _apart(other, row) for other in sharing),
        released=row.released,
        zone=row.zone,
        packing_zone=_packing_zone(row.origin or {}),
    )


def _packing_zone(origin: dict[str, Any]) -> str | None:
    return only_zone_of(origin.get("country"), postcode=origin.get("postcode"))


def _since(row: Any, status: str) -> datetime | None:
    """Since when the shop says this of the parcel; None where it says something else."""
    at: datetime | None = row.shop_status_at if row.shop_status == status else None
    return at


def _apart(shipment: Any, other: Any) -> bool:
    """Whether two shipments go to different places."""
    places = [row.pickup_point or row.ship_to or {} for row in (shipment, other)]
    return len({(place.get("country"), place.get("postcode")) for place in places}) > 1


ATTEMPTS = frozenset({MilestoneName.DELIVERY_FAILED, MilestoneName.DELIVERED, MilestoneName.READY_FOR_PICKUP})
FOLD = "fold_shipments"


def claim_dirty(session: Session, *, limit: int, now: datetime) -> list[int]:
    """Shipments that wait to be folded, the longest waiting first, locked; other workers skip them."""
    waiting = (
        select(Shipment.id)
        .where(Shipment.dirty_at.is_not(None), stumbles.ready(FOLD, Shipment.id, now=now))
        .order_by(Shipment.dirty_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(session.scalars(waiting))


def fold_locked(session: Session, ids: Sequence[int], *, now: datetime) -> dict[int, Folded]:
    """Fold these shipments, whose rows the caller has locked; write what changed and tell the news."""
    changes: list[dict[str, Any]] = []
    news: list[News] = []
    done: dict[int, Folded] = {}
    for row, events, facts in to_fold(session, ids):
        folded = fold(events, facts)
        change, announced = _outcome(row, folded, now=now)
        changes.append(change)
        news.extend(announced)
        done[row.id] = folded
    if changes:
        session.connection().execute(_write(tuple(changes[0])), parameters(Shipment, changes))
    append_all(session, events_of(news))
    return done


@cache
def _write(names: tuple[str, ...]) -> Update:
    # Many rows at once, without the session's bookkeeping (E-05: 500 events in 20 ms).
    return update_rows(Shipment, [name for name in names if name != "id"])


def _outcome(row: Any, folded: Folded, *, now: datetime) -> tuple[dict[str, Any], list[News]]:
    """The row's new columns, and what is to be told."""
    first_time = row.version == 1
    finished = folded.state in FINISHED
    # Over when it was first told: imported history, of which nobody wants a message.
    quiet = finished and row.created_at == now if first_time else row.quiet
    subject = AnnouncedShipment(
        row.order_id,
        row.id,
        row.direction,
        row.created_at,
        quiet and first_time,
        frozenset(row.announced),
        historic=row.historic,
    )
    change = {
        "id": row.id,
        "quiet": quiet,
        "finished_at": (row.finished_at or folded.since or now) if finished else None,
        "dirty_at": None,
        "version": row.version + 1,
        # Never fewer: a stage that was taken back and reached again is not announced twice (E-07).
        "announced": sorted({*row.announced, *map(key_of, folded.milestones)}),
        **columns(folded),
    }
    return change, news_of(subject, folded)


def columns(folded: Folded) -> dict[str, Any]:
    """What the shipment's row keeps of a fold."""
    return {
        "state": folded.state,
        "state_since": folded.since,
        "leg": folded.legs[-1].number if folded.legs else 1,
        "milestones": milestone_documents(folded.milestones),
        "timeline": timeline_documents(folded),
        "flags": sorted(folded.flags),
        "last_event_at": folded.last_event_at,
        **_instants(folded),
    }


def _instants(folded: Folded) -> dict[str, datetime | None]:
    """When it was picked up, first tried, and delivered for good; None while it was not."""
    ways = [leg for leg in folded.legs if leg.kind is LegKind.DELIVERY]
    # A delivery that was taken back is none.
    last = ways[-1].number if ways and ways[-1].state is ShipmentState.DELIVERED else None
    reached = [milestone for milestone in folded.milestones if folded.legs[milestone.leg - 1].kind is LegKind.DELIVERY]
    return {
        "picked_up_at": next((milestone.at for milestone in reached if milestone.name is MilestoneName.SHIPPED), None),
        "first_attempt_at": next((milestone.at for milestone in reached if milestone.name in ATTEMPTS), None),
        "delivered_at": next(
            (
                milestone.at
                for milestone in reached
                if milestone.name is MilestoneName.DELIVERED and milestone.leg == last
            ),
            None,
        ),
    }

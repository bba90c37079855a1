"""A parcel whose carrier nobody named gets one: from a scan of its number, or from staff."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from sqlalchemy import and_, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.tracking.carriers.names import carriers
from app.tracking.carriers.recognition import is_division, is_group
from app.tracking.ingest.identity import normalised_number
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import ReportedEvent
from app.tracking.states import CarrierSource

# What a recognised number is of is a strong guess; a scan knows. As the partial index says it.
UNSURE = and_(
    Shipment.number.is_not(None),
    or_(Shipment.carrier.is_(None), Shipment.carrier_source == CarrierSource.NUMBER),
    Shipment.finished_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class NamedByScan:
    """A parcel and the carrier whose scan named its number."""

    shipment_id: int
    carrier: str
    number: str


def of_divisions(session: Session, events: Sequence[ReportedEvent]) -> list[ReportedEvent]:
    """Scans told under a group's name («DHL») as those of the division that has the parcel, where it is one."""
    numbers = {normalised_number(event.number) for event in events if is_group(event.carrier)}
    divisions: dict[str, set[str]] = {}
    if numbers:
        columns = (Shipment.number, Shipment.carrier)
        shipped = select(*columns).where(Shipment.number.in_(numbers), Shipment.carrier.is_not(None))
        for number, carrier in session.execute(shipped):
            divisions.setdefault(number or "", set()).add(carrier or "")
    return [_under_division(event, divisions.get(normalised_number(event.number), set())) for event in events]


def _under_division(event: ReportedEvent, shipped: set[str]) -> ReportedEvent:
    within = [carrier for carrier in shipped if is_division(carrier, event.carrier)]
    return replace(event, carrier=within[0]) if len(within) == 1 and event.carrier not in shipped else event


def unsure_numbers(session: Session, numbers: Collection[str]) -> list[str]:
    """Which of these numbers are of parcels that a scan may give a carrier to."""
    if not numbers:
        return []
    return list(session.scalars(select(Shipment.number).where(Shipment.number.in_(numbers), UNSURE).distinct()))


def parcels_of_scans(session: Session, numbers: Sequence[str]) -> list[NamedByScan]:
    """The parcels to which scans of these numbers give a carrier.

    One carrier alone must have scanned the number, and no other order's parcel may be meant: else staff decide.
    """
    scanned = _scanned(session, numbers)
    of_numbers = (Shipment.number.in_(list(scanned)), Shipment.finished_at.is_(None))
    columns = (Shipment.id, Shipment.order_id, Shipment.carrier, Shipment.number, UNSURE.label("unsure"))
    rows = session.execute(select(*columns).where(*of_numbers).order_by(Shipment.id)).all()
    named = []
    for number, names in scanned.items():
        live = [row for row in rows if row.number == number]
        # Whoever was recognised and has scanned it was recognised rightly.
        unsure = [row for row in live if row.carrier not in names and row.unsure]
        meant = [row for row in live if row.carrier in names]
        if len(names) == 1 and len({row.order_id for row in [*unsure, *meant]}) == 1:
            named += [NamedByScan(row.id, name, number) for row in unsure for name in names]
    return named


def name_by_scans(session: Session, named: Sequence[NamedByScan], *, now: datetime) -> int:
    """Write the carriers; gives how many. The caller has locked the parcels, and has them folded."""
    for parcel in named:
        write_carrier(session, parcel.shipment_id, parcel.carrier, CarrierSource.SCAN, now=now)
    return len(named)


def write_carrier(session: Session, shipment_id: int, carrier: str, source: CarrierSource, *, now: datetime) -> None:
    """From now on this carrier is asked about the parcel: what another one answered says nothing of it."""
    anew = {
        "news_at": now,
        "next_poll_at": now,
        "polled_at": None,
        "asked_at": None,
        "alerts_due_at": None,
        "dirty_at": now,
    }
    none_yet = {"poll_failures": 0, "poll_failing_since": None, "poll_error": None}
    changes = {"carrier": carrier, "carrier_source": source, "version": Shipment.version + 1, **anew, **none_yet}
    statement = update(Shipment).where(Shipment.id == shipment_id).values(changes).returning(Shipment.id)
    if session.scalar(statement, execution_options={"synchronize_session": False}) is None:
        raise NotFound(f"shipment {shipment_id}")


def scanning_carriers(session: Session, number: str) -> list[str]:
    """The carriers of whom there are scans of this number."""
    return sorted(_scanned(session, [number]).get(number, ()))


def _scanned(session: Session, numbers: Sequence[str]) -> dict[str, set[str]]:
    """By number, the declared carriers that have scanned it."""
    declared = [name for name, one in carriers().items() if not one.many]
    pairs = list(product(declared, numbers))
    scans: dict[str, set[str]] = {}
    if pairs:
        of_pairs = tuple_(TrackingEvent.carrier, TrackingEvent.number).in_(pairs)
        for carrier, number in session.execute(
            select(TrackingEvent.carrier, TrackingEvent.number).where(of_pairs).distinct()
        ):
            scans.setdefault(number, set()).add(carrier)
    return scans

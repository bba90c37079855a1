"""What a carrier told, kept once: scans, estimate, and what its history no longer has. A hot path, hence Core."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, text, tuple_, update
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.events.kinds import EventKind
from app.events.log import append_all
from app.tracking.carriers.assigning import name_by_scans, of_divisions, parcels_of_scans, unsure_numbers
from app.tracking.estimate import Window
from app.tracking.fold.milestones import AnnouncedShipment, News, events_of
from app.tracking.ingest.erased import of_erased, without_the_erased
from app.tracking.ingest.identity import identity, normalised_number
from app.tracking.meanings.table import explain
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import ReportedEvent, TrackingReport
from app.tracking.states import FINISHED

FOLD = "fold_shipments"
PLACE = ("city", "region", "postcode", "country")

# In the order of the key: two batches with the same scans never wait for each other crosswise. What this source
# has told before is not written at all, so a repetition costs no row.
_INSERT = text(
    """
    insert into tracking_event (carrier, number, identity, status, code, description, occurred_raw, occurred_at, zone,
        time_quality, place, sequence, event_id, incident, blame, explained_by, sources, received_at)
    select carrier, number, decode(identity, 'hex'), status, code, description, occurred_raw, occurred_at, zone,
        time_quality, coalesce(place, '{}'), sequence, event_id, incident, blame, explained_by, array[:source], :now
    from jsonb_to_recordset(cast(:rows as jsonb)) as told(carrier text, number text, identity text, status text,
        code text, description text, occurred_raw text, occurred_at timestamptz, zone text, time_quality text,
        place jsonb, sequence bigint, event_id text, incident text, blame text, explained_by bigint)
    order by carrier, number, identity
    on conflict (carrier, number, identity) do update
        set sources = case when :source = any(tracking_event.sources) then tracking_event.sources
                      else array_append(tracking_event.sources, :source) end,
            missing_since = null, withdrawn_at = null
        where not :source = any(tracking_event.sources) or tracking_event.missing_since is not null
    returning encode(identity, 'hex'), xmax = 0
    """
)
# Locked by id before they are written, as everybody locks parcels.
_MARK = text(
    """
    update shipment set dirty_at = coalesce(dirty_at, :now), news_at = :now
    where id in (
        select shipment.id from shipment
        join unnest(cast(:carriers as text[]), cast(:numbers as text[])) as told(carrier, number)
            on shipment.number = told.number and shipment.carrier = told.carrier
        order by shipment.id for no key update of shipment)
    """
)
# E-06: a carrier's history may be short for a moment.
BELIEVED_AFTER = timedelta(hours=1)


def record_report(
    session: Session, report: TrackingReport, *, source: str, complete: bool = False, now: datetime
) -> list[bool]:
    """Keep a report's events and estimate; True for each event that was not known.

    ``complete`` says that it is the carrier's full history of the number: an event of ``source`` that it lacks twice,
    an hour apart or more, is withdrawn.
    """
    news = record_events(session, report.events, source=source, now=now)
    # An empty history is a carrier's trouble and takes nothing back.
    if complete and report.events:
        _miss(session, report, source=source, now=now)
    if report.signed_by and not of_erased(session, [report.number]):
        _sign(session, report)
    if report.estimate_until:
        begin = report.estimate_from or report.estimate_until
        record_estimate(session, report.carrier, report.number, begin, report.estimate_until, source=source, now=now)
    return news


def record_events(session: Session, events: Sequence[ReportedEvent], *, source: str, now: datetime) -> list[bool]:
    """Keep what is new, in the caller's transaction; True for each event that was not known.

    A second sighting adds ``source`` to the event. Shipments with these numbers are marked, and a job that folds
    them is deferred with the commit; events of numbers that no order has named wait for their order.
    """
    if not events:
        return []
    events = of_divisions(session, events)
    names = [identity(event).hex() for event in events]
    # After their identities: the same scan told again must be the same, whoever was erased between.
    events = without_the_erased(session, events)
    # Each identity once: a statement cannot change one row twice.
    rows = {name: _row(event, name) for event, name in zip(events, names, strict=True)}
    # After the identities: what a person says of a code makes it no other scan.
    explain(session, rows.values())
    kept_rows = session.execute(_INSERT, {"rows": json.dumps(list(rows.values())), "source": source, "now": now}).all()
    touched = {name for name, _ in kept_rows}
    scanned = {(rows[name]["carrier"], rows[name]["number"]) for name in touched}
    unsure = _lock_unsure(session, scanned)
    # Before any gets its carrier: a row that is written twice in one transaction locks its order as well.
    mark_dirty(session, scanned, now=now)
    if unsure and name_by_scans(session, parcels_of_scans(session, unsure), now=now):
        defer(session, FOLD, queueing_lock=FOLD)
    fresh = {name for name, is_new in kept_rows if is_new}
    return [_take(fresh, name) for name in names]


def _lock_unsure(session: Session, scanned: set[tuple[str, str]]) -> list[str]:
    """The numbers of parcels whose carrier nobody named, if any; all that is about to change is locked then, by id."""
    numbers = unsure_numbers(session, {number for _, number in scanned})
    if numbers:
        of_scans = tuple_(Shipment.carrier, Shipment.number).in_(sorted(scanned))
        chosen = select(Shipment.id).where(or_(of_scans, Shipment.number.in_(numbers))).order_by(Shipment.id)
        session.scalars(chosen.with_for_update(key_share=True)).all()
    return numbers


def mark_dirty(session: Session, numbers: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Have the shipments with these (carrier, number) folded again soon."""
    pairs = sorted(numbers)
    if not pairs:
        return
    facts = {"carriers": [carrier for carrier, _ in pairs], "numbers": [number for _, number in pairs], "now": now}
    if session.connection().execute(_MARK, facts).rowcount:
        defer(session, FOLD, queueing_lock=FOLD)


def _take(fresh: set[str], name: str) -> bool:
    """True once for each new identity: what a batch says twice is new only the first time."""
    if name in fresh:
        fresh.remove(name)
        return True
    return False


def _row(event: ReportedEvent, name: str) -> dict[str, Any]:
    place = event.place
    return {
        "carrier": event.carrier,
        "number": normalised_number(event.number),
        "identity": name,
        "status": event.status,
        "code": event.code,
        "description": event.description,
        "occurred_raw": event.occurred_raw,
        "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
        "zone": event.zone,
        "time_quality": event.time_quality,
        "place": {name: part for name in PLACE if (part := getattr(place, name, None))},
        "sequence": event.sequence,
        "event_id": event.event_id,
        "incident": event.incident,
        "blame": event.blame,
        "explained_by": None,
    }


def record_estimate(
    session: Session,
    carrier: str,
    number: str,
    begin: date,
    until: date,
    *,
    window: Window | None = None,
    source: str,
    now: datetime,
) -> int:
    """Keep the carrier's estimate for its live shipments, and tell of a later day; gives how many moved."""
    live = (
        select(Shipment)
        .where(Shipment.carrier == carrier, Shipment.number == normalised_number(number))
        .where(Shipment.finished_at.is_(None))
        .order_by(Shipment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    news: list[News] = []
    hours, moved = window.document() if window else None, 0
    for shipment in session.scalars(live):
        estimate = (shipment.estimate_from, shipment.estimate_until, shipment.estimate_window)
        if shipment.state in FINISHED or estimate == (begin, until, hours):
            continue
        news += _moved(shipment, begin, until, now=now)
        shipment.estimate_from, shipment.estimate_until, shipment.estimate_window = begin, until, hours
        shipment.estimate_source = source
        shipment.version += 1
        moved += 1
    session.flush()
    append_all(session, events_of(news))
    return moved


# Longer is no name.
LONGEST_NAME = 80


def _sign(session: Session, report: TrackingReport) -> None:
    """Keep who took it: of parcels alone that are with their customer, or will be by the fold of the same report."""
    name = " ".join((report.signed_by or "").split())[:LONGEST_NAME]
    same = (Shipment.carrier == report.carrier, Shipment.number == normalised_number(report.number))
    other = Shipment.signed_by.is_distinct_from(name)
    chosen = select(Shipment.id).where(*same, other, Shipment.direction == "outbound").order_by(Shipment.id)
    if name and (ids := session.scalars(chosen.with_for_update(key_share=True)).all()):
        signed = {"signed_by": name, "version": Shipment.version + 1}
        session.execute(update(Shipment).where(Shipment.id.in_(ids)).values(signed))


def _moved(shipment: Shipment, begin: date, until: date, *, now: datetime) -> list[News]:
    """One piece of news a change: late when the promise breaks for the first time, else that the day moved."""
    before = shipment.estimate_until or shipment.promise_until
    # Sooner than was told disappoints nobody.
    if before is None or until <= before:
        return []
    shipment.estimate_before = before
    facts: dict[str, Any] = {
        "leg": shipment.leg,
        "from": begin.isoformat(),
        "until": until.isoformat(),
        "before": before.isoformat(),
        "occurrence": until.isoformat(),
        "direction": shipment.direction,
    }
    breaks = shipment.promise_until is not None and until > shipment.promise_until and shipment.late_since is None
    if breaks:
        shipment.late_since = now
        facts |= {"reason": "carrier_later", "occurrence": ""}
    subject = AnnouncedShipment(
        shipment.order_id, shipment.id, shipment.direction, shipment.created_at, shipment.quiet, frozenset()
    )
    return [News(EventKind.SHIPMENT_LATE if breaks else EventKind.SHIPMENT_ESTIMATE_CHANGED, subject, facts, now)]


def _miss(session: Session, report: TrackingReport, *, source: str, now: datetime) -> None:
    """Events that this source told before and its full history lacks: noted the first time, withdrawn the second."""
    number = normalised_number(report.number)
    missing = (
        TrackingEvent.carrier == report.carrier,
        TrackingEvent.number == number,
        # What another source has told as well is not this one's to take back.
        TrackingEvent.sources == [source],
        TrackingEvent.identity.not_in(_identities(report)),
        TrackingEvent.withdrawn_at.is_(None),
    )
    long_enough = TrackingEvent.missing_since <= now - BELIEVED_AFTER
    gone = update(TrackingEvent).where(*missing, long_enough).values(withdrawn_at=now).returning(TrackingEvent.id)
    if session.scalars(gone).all():
        mark_dirty(session, [(report.carrier, number)], now=now)
    noticed = TrackingEvent.missing_since.is_(None)
    session.execute(update(TrackingEvent).where(*missing, noticed).values(missing_since=now))


def _identities(report: TrackingReport) -> Sequence[bytes]:
    return [identity(event) for event in report.events]

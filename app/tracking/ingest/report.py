"""A carrier's whole report of one number: events, estimate, and what its history no longer has."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.events.log import append_all
from app.tracking.estimate import Window
from app.tracking.fold.milestones import AnnouncedShipment, News, events_of
from app.tracking.ingest.identity import identity, normalised_number
from app.tracking.ingest.record import mark_dirty, record_events
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import TrackingReport
from app.tracking.states import FINISHED

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
    if report.estimate_until:
        begin = report.estimate_from or report.estimate_until
        record_estimate(session, report.carrier, report.number, begin, report.estimate_until, source=source, now=now)
    return news


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

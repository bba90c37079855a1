"""Understanding what came through the carriers' doors: raw bytes to events, or a hint to go and ask."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carriers.documents import Unreadable
from app.carriers.doors import DOORS
from app.carriers.parsing import UnknownCarrier, parse
from app.carriers.polling import ask_soon
from app.events import inbox
from app.events.models import InboxRow
from app.queue import defer
from app.tracking.models import Shipment
from app.tracking.ports import ReportedEvent, TrackingReport
from app.tracking.recording import record_events

JOB = "understand_carriers"


def understand(session: Session, *, limit: int, now: datetime) -> int:
    """Take in up to ``limit`` waiting deliveries, each in a savepoint of its own; gives how many were looked at.

    A delivery that cannot be read is dead at once, with the reason; one that fails is tried again, five times in all,
    and never holds up another.
    """
    rows = inbox.claim(session, "carriers", limit=limit, now=now)
    for row in rows:
        try:
            with session.begin_nested():
                take_in(session, row, now=now)
            inbox.done(row, now=now)
        except (Unreadable, UnknownCarrier) as error:
            inbox.dead(row, error=str(error), now=now)
        except Exception as error:  # poison: kept with its reason, tried again later
            inbox.failed(row, error=f"{type(error).__name__}: {error}", now=now)
            if row.state == "new":
                defer(session, JOB, at=row.next_try_at)
        session.flush()
    return len(rows)


def take_in(session: Session, row: InboxRow, *, now: datetime) -> None:
    """Record what a believed source says; of the others, only go and ask. Raises Unreadable."""
    door = DOORS[row.door.partition(":")[2]]
    reports = [report for report in parse(door.reads_as, row.body, now=now) if report.number]
    if not reports:
        raise Unreadable("The delivery names no tracking number.")
    if not door.believed:
        ask_soon(session, [report.number for report in reports], now=now)
        return
    events = as_shipped(session, reports)
    record_events(session, events, source=f"push:{door.source}", now=now)


def as_shipped(session: Session, reports: Sequence[TrackingReport]) -> list[ReportedEvent]:
    """The events under the carrier names that our shipments use: aggregators have names of their own."""
    numbers = {report.number for report in reports}
    ours: dict[str, set[str]] = {}
    for number, carrier in session.execute(
        select(Shipment.number, Shipment.carrier).where(Shipment.number.in_(numbers), Shipment.carrier.is_not(None))
    ):
        ours.setdefault(number or "", set()).add(carrier or "")
    return [
        replace(event, carrier=_ours(event.carrier, ours.get(report.number, set())))
        for report in reports
        for event in report.events
    ]


def _ours(told: str, known: set[str]) -> str:
    """The one carrier under which we know the number, else the name as told."""
    return next(iter(known)) if len(known) == 1 and told not in known else told

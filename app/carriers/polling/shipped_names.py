"""The carriers' names under which our shipments stand: aggregators and divisions have names of their own."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tracking.ports import TrackingReport
from app.tracking.records import ShipmentRecord


def as_shipped(session: Session, reports: Sequence[TrackingReport]) -> list[TrackingReport]:
    """The reports under the one carrier with which we know each number, else under the name as told."""
    numbers = {report.number for report in reports}
    known: dict[str, set[str]] = {}
    for number, carrier in session.execute(
        select(ShipmentRecord.number, ShipmentRecord.carrier).where(
            ShipmentRecord.number.in_(numbers), ShipmentRecord.carrier.is_not(None)
        )
    ):
        known.setdefault(number or "", set()).add(carrier or "")
    return [under(report, _ours(report.carrier, known.get(report.number, set()))) for report in reports]


def under(report: TrackingReport, carrier: str) -> TrackingReport:
    """The same report as one of ``carrier``."""
    events = tuple(replace(event, carrier=carrier) for event in report.events)
    return replace(report, carrier=carrier, events=events)


def _ours(told: str, known: set[str]) -> str:
    return next(iter(known)) if len(known) == 1 and told not in known else told

"""The carriers' names under which our shipments stand: aggregators and divisions have names of their own."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tracking.ports import TrackingReport
from app.tracking.records import ShipmentRecord
from app.tracking.states import CarrierSource


def as_shipped(session: Session, reports: Sequence[TrackingReport]) -> list[TrackingReport]:
    """The reports under the one carrier with which we know each number, else under the name as told."""
    numbers = {report.number for report in reports}
    shipped: dict[str, set[str]] = {}
    # A carrier that was only recognised by its number is no match for one that has scanned it.
    named = (ShipmentRecord.carrier.is_not(None), ShipmentRecord.carrier_source != CarrierSource.NUMBER)
    for number, carrier in session.execute(
        select(ShipmentRecord.number, ShipmentRecord.carrier).where(ShipmentRecord.number.in_(numbers), *named)
    ):
        shipped.setdefault(number or "", set()).add(carrier or "")
    return [under(report, _ours(report.carrier, shipped.get(report.number, set()))) for report in reports]


def under(report: TrackingReport, carrier: str) -> TrackingReport:
    """The same report as one of ``carrier``."""
    events = tuple(replace(event, carrier=carrier) for event in report.events)
    return replace(report, carrier=carrier, events=events)


def _ours(spoken: str, shipped: set[str]) -> str:
    # Two carriers with one number: nobody can say of which of them it speaks.
    return next(iter(shipped)) if len(shipped) == 1 and spoken not in shipped else spoken

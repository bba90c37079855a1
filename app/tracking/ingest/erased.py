"""Scans of parcels whose customers were erased: how far it is still counts, where it was and who took it does not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.personal import tombstones
from app.personal.tombstones import PARCEL
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import Place, ReportedEvent


def without_the_erased(session: Session, events: Sequence[ReportedEvent]) -> Sequence[ReportedEvent]:
    """The same scans, those of erased people's parcels without places and the carrier's own words."""
    gone = of_erased(session, (event.number for event in events))
    return [_bare(event) if normalised_number(event.number) in gone else event for event in events] if gone else events


def of_erased(session: Session, numbers: Iterable[str]) -> set[str]:
    """Which of these numbers are of erased people's parcels."""
    if not tombstones.enter(session):
        return set()
    gone = tombstones.erased(session, ((PARCEL, normalised_number(number)) for number in numbers))
    if gone:
        tombstones.meet(session)
    return {number for _, number in gone}


def _bare(event: ReportedEvent) -> ReportedEvent:
    return replace(event, description="", place=Place(country=event.place.country) if event.place else None)

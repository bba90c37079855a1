"""By which clock a scan is told: the place's, the destination's, or its own; and which of two readings of its day."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.core.i18n.zones import only_zone_of
from app.core.times import written
from app.core.times.reading import clock_of, in_zone
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import TimeQuality

# A wall clock that nobody could place is kept as if it stood in UTC.
UNPLACED = "UTC"
# What is told in UTC is an instant and no clock; rows of former releases name its distance.
_UNIVERSAL = frozenset({UNPLACED, "+00:00", "-00:00"})


def told_zone(zone: str | None, place: Place | None) -> str | None:
    """The zone in which a scan is told: its own, else the place's where that is sure; None for the destination's."""
    if zone is not None and zone not in _UNIVERSAL:
        return zone
    if place is None:
        return None
    return only_zone_of(place.country, postcode=place.postcode, region=place.region, city=place.city)


def shown_zone(zone: str | None, place: Place | None, at: datetime, home: str) -> str:
    """The zone by which people read a scan at ``at``; ``home`` is where its parcel goes.

    A clock that agrees with it takes its name: a day is headed once, and a distance is told of a strange clock only.
    """
    there = told_zone(zone, place) or home
    offsets = {at.astimezone(clock_of(name)).utcoffset() for name in (there, home)}
    return home if len(offsets) == 1 else there


def stage_clock(timeline: Sequence[Mapping[str, Any]], at: datetime, home: str) -> tuple[str, bool]:
    """By which zone a stage at ``at`` is told, and whether its time of day is known, from a shipment's timeline."""
    entries = [entry for entry in timeline if datetime.fromisoformat(entry["at"]) == at]
    if not entries:
        return home, True
    place = Place(city=entries[0]["city"], country=entries[0]["country"])
    return shown_zone(entries[0]["zone"], place, at, home), all(entry["exact"] for entry in entries)


def happened_at(event: ReportedEvent, destination: str) -> datetime | None:
    """The instant; where only the wall clock is known, that of the parcel's ``destination``."""
    at = event.occurred_at
    if at is None or not _unplaced(event):
        return at
    # Else a day at the destination would begin or end hours before or after the one that was written.
    return in_zone(at.replace(tzinfo=None), destination) or at


def swapped(event: ReportedEvent, destination: str) -> datetime | None:
    """The instant with day and month the other way round; None where the text can be read in one way only."""
    at = happened_at(event, destination)
    if at is None or event.time_quality is not TimeQuality.GUESSED:
        return None
    try:
        moment = written.read(event.occurred_raw)
    except written.UnreadableTime:
        return None
    if moment.month_first is None:
        return None
    there = clock_of(destination if _unplaced(event) or not event.zone else event.zone)
    day_first = at.astimezone(there).date() != moment.month_first
    local = moment.local(month_first=day_first)
    return local.replace(tzinfo=there).astimezone(UTC) if local else None


def _unplaced(event: ReportedEvent) -> bool:
    return event.zone == UNPLACED and event.time_quality is TimeQuality.GUESSED

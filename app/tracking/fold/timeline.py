"""The timeline of a shipment, newest first: near-repetitions as one line, what is no news kept for staff."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.tracking.clocks import told_zone
from app.tracking.fold.facts import Flag, Folded, Placed, TimelineEntry
from app.tracking.fold.legs import LegStep
from app.tracking.states import TimeQuality

# Carrier and aggregator tell one scan with times that are rounded differently.
SAME_SCAN = timedelta(seconds=60)
# It is read for every page: a carrier that repeats itself must not make the row grow without end.
LONGEST = 200
ONLY_THE_DAY = frozenset({Flag.UNDATED, Flag.FUTURE})
HIDDEN = frozenset({Flag.ECHO, Flag.OTHER_PERIOD, Flag.WITHDRAWN})


def lines(steps: Sequence[LegStep], aside: Sequence[Placed]) -> tuple[TimelineEntry, ...]:
    """Entries of the steps, and for staff of the events laid aside, newest first."""
    entries: list[TimelineEntry] = []
    for step in steps:
        entry = _entry(step.placed, step.leg)
        if not (entries and _same_scan(entries[-1], entry)):
            entries.append(entry)
    laid_aside = [_entry(placed, 0, aside=True) for placed in aside]
    return tuple(sorted((*reversed(entries), *laid_aside), key=lambda entry: entry.at, reverse=True))


def timeline_documents(folded: Folded) -> list[dict[str, Any]]:
    """What a customer may read of the scans, newest first, as the shipment's row keeps it."""
    entries = [entry for entry in folded.timeline if not entry.staff_only]
    return [_document(entry) for entry in entries[:LONGEST]]


def _document(entry: TimelineEntry) -> dict[str, Any]:
    """``exact`` is False where the time is a guess, so that only the day is shown."""
    event, place = entry.event, entry.event.place
    return {
        "at": entry.at.isoformat(),
        "exact": event.time_quality is not TimeQuality.GUESSED and not entry.flags & ONLY_THE_DAY,
        "zone": told_zone(event.zone, place),
        "state": event.status,
        "leg": entry.leg,
        "by": event.carrier,
        "words": event.description,
        "incident": event.incident,
        "city": (place.city or place.region) if place else None,
        "country": place.country if place else None,
    }


def _entry(placed: Placed, leg: int, *, aside: bool = False) -> TimelineEntry:
    return TimelineEntry(placed.at, leg, placed.event, placed.flags, aside or bool(placed.flags & HIDDEN))


def _same_scan(one: TimelineEntry, other: TimelineEntry) -> bool:
    """One scan told by two sources under different ids: same word of ours, same place, within a minute."""
    same_word = one.event.status is other.event.status and one.leg == other.leg and one.staff_only == other.staff_only
    cities = {
        entry.event.place.city.casefold() for entry in (one, other) if entry.event.place and entry.event.place.city
    }
    return same_word and len(cities) < 2 and other.at - one.at <= SAME_SCAN

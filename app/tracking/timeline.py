"""The timeline of a shipment, newest first: near-repetitions as one line, what is no news kept for staff."""

from collections.abc import Sequence
from datetime import timedelta

from app.tracking.facts import Entry, Flag, Placed
from app.tracking.legs import Step

SAME_SCAN = timedelta(seconds=60)
HIDDEN = frozenset({Flag.ECHO, Flag.OTHER_PERIOD, Flag.WITHDRAWN})


def lines(steps: Sequence[Step], aside: Sequence[Placed]) -> tuple[Entry, ...]:
    """Entries of the steps, and for staff of the events laid aside, newest first."""
    told: list[Entry] = []
    for step in steps:
        entry = _entry(step.placed, step.leg)
        if not (told and _same_scan(told[-1], entry)):
            told.append(entry)
    others = [_entry(placed, 0, aside=True) for placed in aside]
    return tuple(sorted((*reversed(told), *others), key=lambda entry: entry.at, reverse=True))


def _entry(placed: Placed, leg: int, *, aside: bool = False) -> Entry:
    return Entry(placed.at, leg, placed.event, placed.flags, aside or bool(placed.flags & HIDDEN))


def _same_scan(one: Entry, other: Entry) -> bool:
    """One scan told by two sources under different ids: same word of ours, same place, within a minute."""
    same_word = one.event.status is other.event.status and one.leg == other.leg and one.staff_only == other.staff_only
    cities = {
        entry.event.place.city.casefold() for entry in (one, other) if entry.event.place and entry.event.place.city
    }
    return same_word and len(cities) < 2 and other.at - one.at <= SAME_SCAN

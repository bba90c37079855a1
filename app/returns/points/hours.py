"""Opening hours as lists of points bring them, made one notation; and the time zone of a place."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

from app.core.hours.reading import LONGEST, read
from app.core.hours.tokens import tidy

Span = tuple[str, str]

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# The library says the zone of a place with a change of its hours; which one does not matter.
_ANY_TIME = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
# Lists write the end of a day as they can; the notation has 24:00 for it.
_END_OF_DAY = {"23:59": "24:00", "00:00": "24:00"}


def written(text: str) -> str:
    """Hours as they are kept: tidied where they are in OpenStreetMap's notation, else word for word, in full.

    Raises ValueError for a text that nobody could read on a page.
    """
    if len(text) > LONGEST:
        raise ValueError(f"opening hours are longer than {LONGEST} characters")
    return tidy(text) if read(text) else text


def from_days(days: Mapping[int, Iterable[Span]]) -> str:
    """Write a week, 1 = Monday to 7 = Sunday, each with its spans of ``HH:MM``, in the OpenStreetMap notation.

    A day that is not named is closed; 00:01 and 23:59 stand for midnight, as many lists have it; spans that overlap
    become one. Raises ValueError for a time that is none.
    """
    rules: list[str] = []
    for day in sorted(days):
        spans = ",".join(f"{start}-{end}" for start, end in _merged(days[day]))
        if spans:
            rules.append(f"{_DAYS[day - 1]} {spans}")
    return str(OpeningHours("; ".join(rules)).normalize()) if rules else "off"


# A point's place is asked for twice, and many points of a list share one.
@lru_cache(maxsize=1024)
def zone_at(latitude: float, longitude: float) -> str:
    """The IANA zone of a place. Loads a map of some 100 MB at the first call: for imports, not for pages."""
    hours = OpeningHours("00:00-12:00", coords=(latitude, longitude))
    # The library gives the zone that it looked up only with a moment that it computes.
    change = hours.next_change(_ANY_TIME)
    zone = change.tzinfo if change is not None else None
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def _merged(spans: Iterable[Span]) -> list[Span]:
    tidy_spans = sorted((_start(start), _end(end)) for start, end in spans if start and end)
    merged: list[Span] = []
    for start, end in tidy_spans:
        if end <= start:
            raise ValueError(f"opening hours end before they start: {start}-{end}")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _start(text: str) -> str:
    return "00:00" if text == "00:01" else _clock(text)


def _end(text: str) -> str:
    return _END_OF_DAY.get(text) or _clock(text)


def _clock(text: str) -> str:
    return time.fromisoformat(text.strip().zfill(5)).strftime("%H:%M")

"""Opening hours: any week as OpenStreetMap text, and from it whether a place is open now, until when, or when next."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State, UnknownCountryError  # type: ignore[attr-defined]

from app.returns.points.ports import Opening

Span = tuple[str, str]

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# A change farther ahead helps nobody who wants to go today: the place then counts as open or closed for good.
_FARTHEST_DAYS = 30
# The library says the zone of a place with a change of its hours; which one does not matter.
_ANY_TIME = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
# Lists write the end of a day as they can; the notation has 24:00 for it.
_END_OF_DAY = {"23:59": "24:00", "00:00": "24:00"}


def opening(expression: str | None, *, zone: str, country: str | None, now: datetime) -> Opening:
    """Evaluate hours in the OpenStreetMap notation at ``now`` (aware); unreadable hours count as unknown."""
    here = now.astimezone(ZoneInfo(zone))
    holiday = _holidays(zone, country).is_open(here) if country else False
    hours = _parsed(expression, zone, country) if expression else None
    if hours is None or hours.is_unknown(here):
        return Opening(None, None, holiday)
    change = hours.next_change(here)
    if change is not None and change - here > timedelta(days=_FARTHEST_DAYS):
        change = None
    return Opening(hours.is_open(here), change, holiday)


def week(expression: str, *, zone: str, country: str | None, first: date) -> list[tuple[date, list[tuple[time, time]]]]:
    """The seven days from ``first`` on with the spans in which the place is open; a span past midnight is split."""
    hours = _parsed(expression, zone, country)
    days: dict[date, list[tuple[time, time]]] = {first + timedelta(days=n): [] for n in range(7)}
    if hours is None:
        return list(days.items())
    # From the day before: a span that began then may reach past midnight.
    start = datetime.combine(first - timedelta(days=1), time.min, ZoneInfo(zone))
    end = datetime.combine(first + timedelta(days=7), time.min, ZoneInfo(zone))
    for opens, closes, state, _ in hours.intervals(start, end):
        if state == State.OPEN:
            _spread(days, opens, closes)
    return list(days.items())


def normal(expression: str) -> str:
    """Bring hours in the OpenStreetMap notation into their shortest form. Raises ValueError when they are not that."""
    try:
        return str(OpeningHours(expression).normalize())
    except ParserError as error:
        raise ValueError(f"opening hours are not in the OpenStreetMap notation: {expression!r}") from error


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
    return normal("; ".join(rules)) if rules else "off"


def zone_at(latitude: float, longitude: float) -> str:
    """The IANA zone of a place. Loads a map of some 100 MB at the first call: for imports, not for pages."""
    hours = OpeningHours("00:00-12:00", coords=(latitude, longitude))
    # The library gives the zone that it looked up only with a moment that it computes.
    change = hours.next_change(_ANY_TIME)
    zone = change.tzinfo if change is not None else None
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def _spread(days: dict[date, list[tuple[time, time]]], opens: datetime, closes: datetime) -> None:
    """Write one span into the days that it touches; 00:00 at its end is the day's midnight."""
    day = opens.date()
    while datetime.combine(day, time.min, opens.tzinfo) < closes:
        if day in days:
            from_time = opens.time() if day == opens.date() else time.min
            days[day].append((from_time, closes.time() if day == closes.date() else time.min))
        day += timedelta(days=1)


def _merged(spans: Iterable[Span]) -> list[Span]:
    tidy = sorted((_start(start), _end(end)) for start, end in spans if start and end)
    merged: list[Span] = []
    for start, end in tidy:
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


# A network's points share few texts, and a search reads some thirty: none is parsed twice.
@lru_cache(maxsize=4096)
def _parsed(expression: str, zone: str, country: str | None) -> OpeningHours | None:
    try:
        # Country and zone are given: by itself the library would look them up on its large map.
        return OpeningHours(
            expression, timezone=ZoneInfo(zone), country=country, auto_country=False, auto_timezone=False
        )
    except UnknownCountryError:
        # A country whose holidays the library does not know has opening hours all the same.
        return _parsed(expression, zone, None)
    except ParserError:
        return None


@lru_cache(maxsize=256)
def _holidays(zone: str, country: str) -> OpeningHours:
    return _parsed("PH", zone, country) or OpeningHours("off", timezone=ZoneInfo(zone))

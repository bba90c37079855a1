"""Points in words: how far, open until when, what they take, and the coming week's hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext

from app.core.i18n.words import clock_time, moment, number, short_day
from app.returns.points.hours import week
from app.returns.points.ports import NearPoint, Opening

# Where road signs count in miles.
_MILES = frozenset({"US", "GB"})
_METRES_A_MILE = 1609.344


@dataclass(frozen=True, slots=True)
class PointCard:
    """One point as the list shows it; ``number`` is that of its pin on the map, ``week`` rows of (day, hours)."""

    id: int
    number: int
    name: str
    kind: str
    address: str
    distance: str
    hours: str
    open: bool | None
    takes: tuple[str, ...]
    week: tuple[tuple[str, str], ...]


def cards(points: Sequence[NearPoint], *, now: datetime) -> list[PointCard]:
    """The points in words, in their order, for ``returns/_points.html``."""
    return [
        PointCard(
            id=point.id,
            number=number_on_map,
            name=point.name,
            kind=kind(point),
            address=f"{point.line1}, {point.postcode} {point.city}",
            distance=distance(point.metres, point.country),
            hours=hours_now(point, now),
            open=point.opening.open,
            takes=tuple(takes(point)),
            week=tuple(week_of(point, now)),
        )
        for number_on_map, point in enumerate(points, 1)
    ]


def distance(metres: int, country: str) -> str:
    """«350 m», «1,2 km», and in countries that count so "0.7 mi"."""
    if country in _MILES:
        return gettext("%(miles)s mi", miles=number(round(max(0.1, metres / _METRES_A_MILE), 1)))
    # From here on it would be rounded to «1000 m».
    if metres < 950:
        # Coordinates are no better than some ten metres: «0 m» would look like a mistake.
        return gettext("%(metres)s m", metres=number(max(10, round(metres, -1))))
    km = round(metres / 1000, 1) if metres < 9_950 else round(metres / 1000)
    return gettext("%(km)s km", km=number(km))


def hours_now(point: NearPoint, now: datetime) -> str:
    """«Open until 19:00», «Closed, opens tomorrow at 09:00»; on a public holiday with the doubt said."""
    words = _hours(point.opening, point.time_zone, now)
    if point.opening.holiday and point.opening.open is not None:
        return gettext("%(hours)s. Public holiday: check before you go", hours=words)
    return words


def takes(point: NearPoint) -> list[str]:
    """What the point takes, one phrase each."""
    phrases = {
        "label": gettext("Parcels with a label"),
        "code": gettext("A code on your phone, no printer needed"),
        "unpacked": gettext("Items without a box"),
    }
    return [phrase for word, phrase in phrases.items() if word in point.accepts]


def kind(point: NearPoint) -> str:
    """What sort of place it is."""
    kinds = {
        "locker": gettext("Parcel locker"),
        "post_office": gettext("Post office"),
        "store": gettext("Our own shop"),
    }
    return kinds.get(point.kind) or gettext("Parcel shop")


def week_of(point: NearPoint, now: datetime) -> list[tuple[str, str]]:
    """The next seven days with their hours, the place's own days; empty when no hours are known."""
    if point.opening.open is None or point.opening_hours is None:
        return []
    today = now.astimezone(ZoneInfo(point.time_zone)).date()
    days = week(point.opening_hours, zone=point.time_zone, country=point.country, first=today)
    return [(short_day(day), _spans(spans)) for day, spans in days]


def _spans(spans: Sequence[tuple[time, time]]) -> str:
    if not spans:
        return gettext("Closed")
    if list(spans) == [(time.min, time.min)]:
        return gettext("All day")
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in spans)


def _clock(value: time) -> str:
    return clock_time(datetime.combine(date.min, value))


def _hours(opening: Opening, zone: str, now: datetime) -> str:
    if opening.open is None:
        return gettext("Opening hours not known")
    if opening.until is None:
        return gettext("Open day and night") if opening.open else gettext("Closed until further notice")
    if not opening.open:
        return gettext("Closed, opens %(moment)s", moment=moment(opening.until, zone=zone, now=now))
    here = ZoneInfo(zone)
    if now.astimezone(here).date() == opening.until.astimezone(here).date():
        return gettext("Open until %(time)s", time=clock_time(opening.until, zone=zone))
    return gettext("Open until %(moment)s", moment=moment(opening.until, zone=zone, now=now))

"""Points in words: how far, open until when, what they take, and the coming week's hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext

from app.core.hours.opening import Opening, week_of_hours
from app.core.hours.rules import State
from app.core.hours.timeline import Stretch
from app.core.i18n.words import clock_time, moment, number, short_day
from app.returns.points.ports import NearPoint
from app.returns.points.queries import place_of

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
            address=address(point),
            distance=distance_to(point),
            hours=hours_now(point, now),
            open=point.opening.open,
            takes=tuple(takes(point)),
            week=tuple(week_of(point, now)),
        )
        for number_on_map, point in enumerate(points, 1)
    ]


def address(point: NearPoint) -> str:
    """Street, postcode and town, as far as the place has them."""
    town = " ".join(part for part in (point.postcode, point.city) if part)
    return ", ".join(part for part in (point.line1, town) if part)


def distance_to(point: NearPoint) -> str:
    """How far it is; of a point that stands for its postcode only roughly."""
    if not point.approximate:
        return distance(point.metres, point.country)
    # Nearer than a kilometre nobody can say.
    return gettext("about %(distance)s", distance=distance(max(1_000, point.metres), point.country))


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
    """«Open until 19:00», «Closed, opens tomorrow at 09:00»; on a public holiday with the doubt said.

    Where nobody can say whether it is open, the hours as somebody wrote them.
    """
    opening = point.opening
    words = _hours(opening, point.time_zone, now)
    if opening.open is None or (opening.vague and not opening.open):
        # What is not certain is left to the reader, word for word.
        if point.opening_hours and not opening.since:
            written = gettext("Opening hours: %(hours)s", hours=point.opening_hours)
            return written if opening.open is None else f"{words}. {written}"
        return words
    if opening.holiday:
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
    """The next seven days with their hours, the place's own days; empty when they are not understood."""
    if point.opening_hours is None:
        return []
    today = now.astimezone(ZoneInfo(point.time_zone)).date()
    days = week_of_hours(point.opening_hours, place_of(point), today)
    return [(short_day(day), _stretches(stretches)) for day, stretches in days]


def _stretches(stretches: Sequence[Stretch]) -> str:
    phrases: list[str] = []
    end = None
    for stretch in stretches:
        if stretch.open_end and stretch.begin == end:
            phrases[-1] = gettext("%(hours)s, perhaps longer", hours=phrases[-1])
        # What is left of yesterday's open end says nothing of today.
        elif not stretch.open_end or stretch.begin.date() == stretch.day:
            phrases.append(_stretch(stretch))
        end = stretch.end
    return ", ".join(phrases) or gettext("Closed")


def _stretch(stretch: Stretch) -> str:
    if stretch.open_end:
        return gettext("from %(time)s, end not known", time=clock_time(stretch.begin))
    span = f"{clock_time(stretch.begin)}–{clock_time(stretch.end)}"
    if stretch.end - stretch.begin == timedelta(days=1):
        span = gettext("All day")
    if stretch.state is State.OPEN:
        return f"{span} ({stretch.comment})" if stretch.comment else span
    doubt = stretch.comment or gettext("not certain")
    return f"{span}: {doubt}"


def _hours(opening: Opening, zone: str, now: datetime) -> str:
    if opening.since is not None:
        opened = moment(opening.since, zone=zone, now=now)
        return gettext("Opened %(moment)s, closing time not known", moment=opened)
    if opening.open is None:
        return gettext("Opening hours not known")
    if opening.until is None:
        if opening.vague:
            return gettext("Closed now")
        return gettext("Open day and night") if opening.open else gettext("Closed until further notice")
    if not opening.open:
        return gettext("Closed, opens %(moment)s", moment=moment(opening.until, zone=zone, now=now))
    words = _until(opening.until, zone, now)
    return gettext("%(hours)s, perhaps longer", hours=words) if opening.vague else words


def _until(closes: datetime, zone: str, now: datetime) -> str:
    here = ZoneInfo(zone)
    if now.astimezone(here).date() == closes.astimezone(here).date():
        return gettext("Open until %(time)s", time=clock_time(closes, zone=zone))
    return gettext("Open until %(moment)s", moment=moment(closes, zone=zone, now=now))

"""Points in words: how far, open until when, what they take, and the coming week's hours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.core.hours.words import today_words, week_rows
from app.core.i18n.words import country_name, number
from app.returns.points.chosen import address_words, directions_to, kind_words
from app.returns.points.ports import NearPoint, SearchOrigin
from app.returns.points.queries import place_of

# Lists write each word of a town's name with a capital.
_LITTLE = re.compile(r"(?<=[^\W\d_] )(De|Del|Do|Da|Dos|Das|Y|En)(?: (La|Las|Los|El|Els|Les|L'))?(?= |[A-Z]|$)")
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
    week: tuple[tuple[str, str], ...]
    latitude: float
    longitude: float
    directions: str | None


def cards(
    points: Sequence[NearPoint], *, exact: bool = True, directions_url: str = "", now: datetime
) -> list[PointCard]:
    """The points in words, in their order, for ``returns/_points.html``; ``exact``: from the reader's own location."""
    return [
        PointCard(
            id=point.id,
            number=number_on_map,
            name=point.name,
            kind=kind_words(point.kind),
            address=address_words(point.line1, point.postcode, point.city),
            distance=distance_to(point, exact=exact),
            hours=today_words(point.opening_hours, place_of(point), now=now) or gettext("Opening hours not known"),
            open=point.opening.open,
            week=tuple(week_rows(point.opening_hours, place_of(point), now=now)),
            latitude=point.latitude,
            longitude=point.longitude,
            directions=directions_to(
                {"latitude": point.latitude, "longitude": point.longitude, "approximate": point.approximate},
                directions_url,
            ),
        )
        for number_on_map, point in enumerate(points, 1)
    ]


def distance_to(point: NearPoint, *, exact: bool) -> str:
    """How far it is: only roughly from the middle of a postcode or a town, or of a point that stands for its own."""
    if exact and not point.approximate:
        return distance(point.metres, point.country)
    # Nearer than a kilometre nobody can say where the point itself may be anywhere in its postcode.
    least = 1_000 if point.approximate else 100
    return gettext("about %(distance)s", distance=distance(max(least, round(point.metres, -2)), point.country))


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


def town_words(name: str) -> str:
    """«Torrejón de la Calzada» for «Torrejón De La Calzada»."""
    return _LITTLE.sub(lambda little: little.group().lower(), name)


def place_words(place: SearchOrigin) -> str:
    """«28013 Madrid», «Villanueva (Toledo)», «London (United Kingdom)»."""
    name = " ".join(part for part in (place.postcode, town_words(place.name)) if part) or gettext("your location")
    apart = (country_name(place.country) if place.country else "") or (
        place.region if place.region != place.name and not place.postcode else ""
    )
    return f"{name} ({apart})" if apart else name

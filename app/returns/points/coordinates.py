"""Degrees as lists write them, and whether they can lie in their country: pure, but for a map handed in."""

import re
from collections.abc import Callable
from enum import StrEnum
from itertools import product

from babel.core import get_global

ZoneAt = Callable[[float, float], str]
"""The IANA zone of a place by its latitude and longitude."""


class Axis(StrEnum):
    """Which of the two numbers of a place."""

    LATITUDE = "latitude"
    LONGITUDE = "longitude"


LIMITS = {Axis.LATITUDE: 90, Axis.LONGITUDE: 180}
_LETTERS = {"N": (Axis.LATITUDE, 1), "S": (Axis.LATITUDE, -1), "E": (Axis.LONGITUDE, 1), "W": (Axis.LONGITUDE, -1)}
_NUMBER = r"(\d+(?:[.,]\d+)?(?:E[+-]?\d+)?)"
_SIGNS = str.maketrans(
    dict.fromkeys("−‐‑–—", "-") | dict.fromkeys("º˚", "°") | dict.fromkeys("′’‘´`", "'") | dict.fromkeys("″”“¨", '"')
)
_DECIMAL = re.compile(rf"([NSEWO]?) ?([+-]?) ?{_NUMBER} ?°? ?([NSEWO]?)")
_SEXAGESIMAL = re.compile(rf"([NSEWO]?) ?([+-]?)(\d+) ?[°D: ] ?{_NUMBER} ?(?:['M:]|'?(?= |$|[NSEWO]))"
                          rf" ?(?:{_NUMBER} ?(?:\"|''|S)?)? ?([NSEWO]?)")  # fmt: skip
# No land lies this near to where the equator meets Greenwich's meridian: who writes it knows no coordinates.
_NULL_ISLAND = 1.0
# Borders of the map of zones are good to some hundred metres; a point this near to its country may well be in it.
_NEAR = 0.25
# By which country's lists points of its parts elsewhere may go.
_PARTS = {
    "AU": "CC CX NF", "CN": "HK MO TW", "DK": "FO GL", "ES": "EA IC", "FI": "AX",
    "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT", "GB": "GG GI IM JE", "NL": "AW BQ CW SX", "NO": "SJ",
    "US": "AS GU MP PR UM VI",
}  # fmt: skip


def degrees(text: str, axis: Axis) -> float:
    """Read degrees: with a decimal point or comma, or with minutes and seconds, with a sign or a letter.

    Raises ValueError with what is wrong and how to write it.
    """
    tidy = " ".join(text.translate(_SIGNS).upper().split())
    match = _DECIMAL.fullmatch(tidy)
    if match:
        before, sign, number, after = match.groups()
        value = _number(number)
    else:
        match = _SEXAGESIMAL.fullmatch(tidy)
        # «40 25» alone may as well be 40.25.
        if match is None or not (re.search("[°D':]", tidy) or match[1] or match[6]):
            raise ValueError(f"«{text}» is no number of degrees. {_cure(axis)}")
        before, sign, whole, minutes, seconds, after = match.groups()
        value = _summed(text, float(whole), _number(minutes), _number(seconds or "0"))
    value *= _direction(text, axis, before or after, sign)
    if before and after:
        raise ValueError(f"«{text}» names two directions. {_cure(axis)}")
    if not abs(value) <= LIMITS[axis]:
        lost = " A decimal point seems to be lost." if "." not in tidy and "," not in tidy else ""
        raise ValueError(f"«{text}» is not between -{LIMITS[axis]} and {LIMITS[axis]}.{lost} {_cure(axis)}")
    return value


def misplaced(country: str, latitude: float, longitude: float, zone_at: ZoneAt) -> str | None:
    """Why a point cannot lie where it is said to, and what to do; None where it may, be it an island or a border."""
    if abs(latitude) < _NULL_ISLAND and abs(longitude) < _NULL_ISLAND:
        return "lies in the sea off Africa, where nothing is: leave both empty where they are not known"
    if _may_lie_in(country, latitude, longitude, zone_at):
        return None
    if 0 in (latitude, longitude):
        name = Axis.LATITUDE if latitude == 0 else Axis.LONGITUDE
        return f"the {name} is 0, which lies outside {country}: leave both empty where they are not known"
    if _lies_in(country, longitude, latitude, zone_at):
        return f"latitude and longitude look swapped: {latitude}, {longitude} lies outside {country}, so exchange them"
    for north, east in ((latitude, -longitude), (-latitude, longitude), (-latitude, -longitude)):
        if _lies_in(country, north, east, zone_at):
            outside = f"{latitude}, {longitude} lies outside {country}, {north}, {east} in it"
            return f"a minus looks lost or added: {outside}, so correct the sign"
    return None


def _may_lie_in(country: str, latitude: float, longitude: float, zone_at: ZoneAt) -> bool:
    steps = (0.0, -_NEAR, _NEAR)
    return any(_lies_in(country, latitude + north, longitude + east, zone_at) for north, east in product(steps, steps))


def _lies_in(country: str, latitude: float, longitude: float, zone_at: ZoneAt) -> bool:
    """Whether the place is on the country's clock, or on that of a part of it elsewhere."""
    if abs(latitude) > LIMITS[Axis.LATITUDE] or abs(longitude) > LIMITS[Axis.LONGITUDE]:
        return False
    there = get_global("zone_territories").get(zone_at(latitude, longitude))
    return there is not None and (there == country or there in _PARTS.get(country, "").split())


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _summed(text: str, whole: float, minutes: float, seconds: float) -> float:
    if minutes >= 60 or seconds >= 60:
        raise ValueError(f"«{text}» has minutes or seconds of 60 or more")
    return whole + minutes / 60 + seconds / 3600


def _direction(text: str, axis: Axis, letter: str, sign: str) -> int:
    """1 to the north and east, -1 to the south and west."""
    if not letter:
        return -1 if sign == "-" else 1
    if letter == "O":
        raise ValueError(f"«{text}»: O is west in some languages and east in others. {_cure(axis)}")
    named, direction = _LETTERS[letter]
    if named is not axis:
        raise ValueError(f"«{text}» is a {named}: latitude and longitude look swapped")
    if sign:
        raise ValueError(f"«{text}» has both a sign and a letter. {_cure(axis)}")
    return direction


def _cure(axis: Axis) -> str:
    example = "40.4168 or 40°25′N" if axis is Axis.LATITUDE else "-3.7038 or 3°42′W"
    return f"Write it as {example}."

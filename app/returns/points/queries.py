"""Finding drop-off points: the nearest to a place, and the place that a postcode or a town means."""

from collections.abc import Sequence
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import ARRAY, Row, Select, Text, bindparam, func, select, text
from sqlalchemy.orm import Session

from app.core.hours.calendars import region_of
from app.core.hours.opening import opening_at
from app.core.hours.timeline import Site
from app.returns.points.models import DropOffPoint, PostalPlace
from app.returns.points.place_text import postcodes, towns
from app.returns.points.ports import Accepts, NearPoint, SearchOrigin

# The Earth's mean radius (IUGG).
EARTH_KM = 6371.0088
# Nobody takes a parcel farther; it also bounds how many rows a search in an empty region reads.
FARTHEST_KM = 100.0
_KM_A_DEGREE = radians(1) * EARTH_KM

# Columns instead of entities, and statements built once: a search reads some thirty rows, and would take twice as long.
_COLUMNS = tuple(
    getattr(DropOffPoint, name) for name in NearPoint.__dataclass_fields__ if name not in ("metres", "opening")
)
_BY_DEGREES = (
    select(*_COLUMNS)
    .where(DropOffPoint.active, DropOffPoint.latitude.is_not(None))
    .order_by(DropOffPoint.location.op("<->")(func.point(bindparam("longitude"), bindparam("latitude"))))
    .limit(bindparam("count"))
)
_ANY = _BY_DEGREES.where(DropOffPoint.accepts != text("'{}'::text[]"))
_TAKING = _BY_DEGREES.where(DropOffPoint.accepts.contains(bindparam("accepts", type_=ARRAY(Text))))


def nearest(
    session: Session,
    *,
    latitude: float,
    longitude: float,
    accepts: Accepts | None = None,
    limit: int = 10,
    now: datetime,
) -> list[NearPoint]:
    """The ``limit`` nearest points in use within 100 km, nearest first, ties by their own ids.

    ``accepts`` leaves only points that take a return in this form; without it, any that take returns at all.
    """
    statement, form = (_ANY, {}) if accepts is None else (_TAKING, {"accepts": [accepts.value]})
    here = {"latitude": latitude, "longitude": longitude}
    # A circle in degrees holds 1/cos(latitude) as many points as the one in kilometres inside it; twice that suffices.
    count = int(limit * 2 / max(0.05, cos(radians(latitude)))) + 4
    while True:
        rows = session.execute(statement, {**here, **form, "count": count}).all()
        ranked = sorted((_km(latitude, longitude, row), row.external_id, row) for row in rows)[:limit]
        if len(rows) < count or _settled(latitude, longitude, rows[-1], ranked[-1][0]):
            return [_near(row, km, now) for km, _, row in ranked if km <= FARTHEST_KM]
        # By four, so that a sparse region takes few rounds.
        count *= 4


def find_point(session: Session, point_id: int, *, origin: SearchOrigin, now: datetime) -> NearPoint | None:
    """One point in use by its id, with its distance from ``origin``; None when there is no such point any more."""
    usable = (DropOffPoint.active, DropOffPoint.latitude.is_not(None))
    row = session.execute(select(*_COLUMNS).where(DropOffPoint.id == point_id, *usable)).one_or_none()
    return _near(row, _km(origin.latitude, origin.longitude, row), now) if row else None


def resolve_place(session: Session, text: str, country: str) -> SearchOrigin | None:
    """Where a postcode, «postcode town», address or town lies; None when nothing by that name is known.

    Asks the imported postcodes first, then the points themselves; several rows of one postcode give their middle.
    """
    codes, names = postcodes(text, country), towns(text, country)
    for statement in _searches(country, codes, names):
        place = session.execute(statement).one_or_none()
        if place and place.latitude is not None:
            return SearchOrigin(place.latitude, place.longitude, place.name)
    return None


def _settled(latitude: float, longitude: float, last: Row[Any], worst_km: float) -> bool:
    """Whether no row behind ``last`` can be nearer than ``worst_km``.

    A degree of longitude shrinks towards the poles, so the order in degrees is not the order in kilometres; but
    ``d`` degrees are at least ``d · cos(latitude + d)`` of a degree of latitude (1 % is left for the sphere's bend).
    """
    away = sqrt((last.latitude - latitude) ** 2 + (last.longitude - longitude) ** 2)
    poleward = min(90.0, abs(latitude) + away)
    return bool(away * _KM_A_DEGREE * cos(radians(poleward)) * 0.99 >= min(worst_km, FARTHEST_KM))


def _km(latitude: float, longitude: float, row: Row[Any]) -> float:
    """Great-circle distance on a sphere of the Earth's mean radius."""
    north, east = radians(row.latitude - latitude), radians(row.longitude - longitude)
    part = sin(north / 2) ** 2 + cos(radians(latitude)) * cos(radians(row.latitude)) * sin(east / 2) ** 2
    # Rounding may lift the root of antipodes just above 1, where asin is not defined.
    return 2 * EARTH_KM * asin(min(1.0, sqrt(part)))


def _near(row: Row[Any], km: float, now: datetime) -> NearPoint:
    facts = {**row._mapping, "accepts": tuple(row.accepts)}
    hours = opening_at(row.opening_hours, place_of(row), now=now)
    return NearPoint(**facts, metres=round(km * 1000), opening=hours)


def place_of(point: NearPoint | Row[Any]) -> Site:
    """What a point's hours depend on beside their text."""
    region = region_of(point.country, point.postcode, None)
    return Site(point.time_zone, point.country, region, point.latitude, point.longitude)


def _searches(country: str, codes: Sequence[str], names: Sequence[str]) -> list[Select[Any]]:
    """What to ask, one after the other, until one knows; of towns of one name the one with the most rows counts."""
    place, point = PostalPlace, DropOffPoint
    area = func.left(point.postcode, 2)
    searches = [_middle(place, place.place).where(place.country == country, place.postcode == code) for code in codes]
    # What stands in the middle of its postcode says nothing new of where that is.
    sure = (point.country == country, ~point.approximate)
    searches += [_middle(point, point.city).where(*sure, point.postcode == code) for code in codes]
    searches += [
        _most(_middle(place, place.place).where(place.country == country, place.folded == name), place.region)
        for name in names
    ]
    searches += [_most(_middle(point, point.city).where(*sure, point.city_folded == name), area) for name in names]
    return searches


def _middle(table: Any, name: Any) -> Select[Any]:
    return select(
        func.avg(table.latitude).label("latitude"),
        func.avg(table.longitude).label("longitude"),
        func.min(name).label("name"),
    )


def _most(statement: Select[Any], area: Any) -> Select[Any]:
    # Towns of one name lie in several provinces: the middle of all of them would lie in none.
    return statement.group_by(area).order_by(func.count().desc(), area).limit(1)

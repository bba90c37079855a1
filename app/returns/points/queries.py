"""Finding drop-off points: the nearest of a network to a place, and one by its id."""

from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import ARRAY, Row, Text, bindparam, func, select, text
from sqlalchemy.orm import Session

from app.core.hours.calendars import region_of
from app.core.hours.opening import opening_at
from app.core.hours.timeline import Site
from app.returns.points.models import DropOffPoint
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
    .where(DropOffPoint.active, DropOffPoint.latitude.is_not(None), DropOffPoint.network == bindparam("network"))
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
    network: str,
    accepts: Accepts | None = None,
    limit: int = 10,
    now: datetime,
) -> list[NearPoint]:
    """The ``limit`` nearest points of a network in use within 100 km, nearest first, ties by their own ids.

    ``accepts`` leaves only points that take a return in this form; without it, any that take returns at all.
    """
    statement, form = (_ANY, {}) if accepts is None else (_TAKING, {"accepts": [accepts.value]})
    here = {"latitude": latitude, "longitude": longitude, "network": network}
    # A circle in degrees holds 1/cos(latitude) as many points as the one in kilometres inside it; twice that suffices.
    count = int(limit * 2 / max(0.05, cos(radians(latitude)))) + 4
    while True:
        rows = session.execute(statement, {**here, **form, "count": count}).all()
        ranked = sorted((_km(latitude, longitude, row), row.external_id, row) for row in rows)[:limit]
        if len(rows) < count or _settled(latitude, longitude, rows[-1], ranked[-1][0]):
            return [_near(row, km, now) for km, _, row in ranked if km <= FARTHEST_KM]
        # By four, so that a sparse region takes few rounds.
        count *= 4


def find_point(
    session: Session, point_id: int, *, origin: SearchOrigin, network: str, now: datetime
) -> NearPoint | None:
    """One of the network's points in use by its id, with its distance from ``origin``; None when it is not any more."""
    usable = (DropOffPoint.active, DropOffPoint.latitude.is_not(None), DropOffPoint.network == network)
    row = session.execute(select(*_COLUMNS).where(DropOffPoint.id == point_id, *usable)).one_or_none()
    return _near(row, _km(origin.latitude, origin.longitude, row), now) if row else None


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

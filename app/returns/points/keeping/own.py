"""Points that the shop types itself: read as a line of its own list is, changed, taken out of use and brought back."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Fault, Invalid, NotFound
from app.core.hours.reading import read
from app.core.hours.words import is_notation
from app.core.i18n.zones import UTC, zone_of
from app.returns.points.coordinates import ZoneAt, misplaced
from app.returns.points.files import own_point
from app.returns.points.models import DropOffPoint
from app.returns.points.place_text import folded
from app.returns.points.placing import place_points
from app.returns.points.ports import PointRow, Refusal
from app.returns.records import DropOffPointRecord

FIELDS = ("network", "kind", "name", "line1", "postcode", "city", "country", "latitude", "longitude", "opening_hours",
          "accepts", "time_zone")  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Days on which a place is shut, behind its week: «; 2026 Dec 24 off».
_CLOSED = re.compile(rf"; (\d{{4}}) ({'|'.join(_MONTHS)}) (\d\d) off")
MOST_CLOSED = 60


@dataclass(frozen=True, slots=True)
class TypedPoint:
    """A point that was typed, as its row in the list says it; ``hours`` of its week, ``closed`` the days it is shut."""

    id: int
    hours: str
    closed: tuple[date, ...]
    record: DropOffPointRecord


def save(
    session: Session,
    typed: Mapping[str, Any],
    *,
    closed: Sequence[date] = (),
    external_id: str | None = None,
    zone_at: ZoneAt | None = None,
    by: str,
    now: datetime,
) -> DropOffPoint:
    """Write a point as it was typed, a new one without ``external_id``. Raises Invalid with a fault for each field.

    ``zone_at`` tells the zone of coordinates and whether they lie in the country; it loads a large map, so that a page
    goes by the country and the postcode instead.
    """
    external_id = external_id or f"own-{secrets.token_hex(4)}"
    row = _read({**typed, "id": external_id}, closed, zone_at)
    point = session.scalar(
        select(DropOffPoint)
        .where(DropOffPoint.network == row.network, DropOffPoint.external_id == row.external_id)
        .with_for_update()
    )
    facts = _facts(row, zone_at, by=by, now=now)
    if point is None:
        point = DropOffPoint(**facts)
        session.add(point)
    else:
        for name, value in facts.items():
            setattr(point, name, value)
    session.flush()
    if row.latitude is None:
        place_points(session, [row.network])
        session.refresh(point)
    return point


def set_active(session: Session, point_id: int, active: bool) -> DropOffPoint:
    """Take a typed point out of use, or bring it back; returns keep what they know of it. Raises NotFound."""
    chosen = select(DropOffPoint).where(DropOffPoint.id == point_id, DropOffPoint.made_by.is_not(None))
    point = session.scalar(chosen.with_for_update())
    if point is None:
        raise NotFound("There is no point of your own with this number.")
    point.active = active
    return point


def typed_points(session: Session) -> list[TypedPoint]:
    """The shop's own points, those in use first."""
    rows = (
        select(DropOffPointRecord)
        .where(DropOffPointRecord.made_by.is_not(None))
        .order_by(DropOffPointRecord.active.desc(), DropOffPointRecord.name, DropOffPointRecord.id)
    )
    return [_typed(row) for row in session.scalars(rows, execution_options={"populate_existing": True})]


def typed_point(session: Session, point_id: int) -> TypedPoint:
    """One of them. Raises NotFound."""
    row = session.get(DropOffPointRecord, point_id, populate_existing=True)
    if row is None or row.made_by is None:
        raise NotFound("There is no point of your own with this number.")
    return _typed(row)


def by_key(session: Session, network: str, external_id: str) -> DropOffPointRecord:
    """A point by its network and its id there. Raises NotFound."""
    chosen = select(DropOffPointRecord).where(
        DropOffPointRecord.network == network, DropOffPointRecord.external_id == external_id
    )
    row = session.scalar(chosen, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound("There is no such point.")
    return row


def with_closed(hours: str, closed: Sequence[date]) -> str:
    """Hours of a week with the days on which the place is shut behind them."""
    days = "".join(f"; {day.year} {_MONTHS[day.month - 1]} {day.day:02} off" for day in sorted(set(closed)))
    return f"{hours}{days}" if hours else ""


def parted(hours: str | None) -> tuple[str, tuple[date, ...]]:
    """The hours of the week, and the days behind them on which the place is shut."""
    days = [date(int(year), _MONTHS.index(month) + 1, int(day)) for year, month, day in _CLOSED.findall(hours or "")]
    return _CLOSED.sub("", hours or ""), tuple(days)


def _read(typed: Mapping[str, Any], closed: Sequence[date], zone_at: ZoneAt | None) -> PointRow:
    hours = " ".join(str(typed.get("opening_hours") or "").split())
    faults = []
    # What people type here is meant for the notation: other words would never be open or closed.
    if hours and (not read(hours) or not is_notation(hours)):
        faults.append(Fault("opening_hours", "is not in OpenStreetMap's notation, such as Mo-Fr 09:00-14:00"))
    if closed and not hours:
        faults.append(Fault("closed", "days on which it is shut need the hours of the other days"))
    if len(closed) > MOST_CLOSED:
        faults.append(Fault("closed", f"at most {MOST_CLOSED} days"))
    row = own_point({**typed, "opening_hours": with_closed(hours, closed)})
    if isinstance(row, Refusal):
        faults += [Fault(fault.column, fault.reason) for fault in row.faults]
    elif row.latitude is not None and row.longitude is not None and zone_at is not None:
        reason = misplaced(row.country, row.latitude, row.longitude, zone_at)
        faults += [Fault("latitude", reason)] if reason else []
    if faults or isinstance(row, Refusal):
        raise Invalid(faults)
    return row


def _facts(row: PointRow, zone_at: ZoneAt | None, *, by: str, now: datetime) -> dict[str, Any]:
    placed = row.latitude is not None and row.longitude is not None
    zone = row.time_zone
    if zone is None and zone_at is not None and row.latitude is not None and row.longitude is not None:
        zone = zone_at(row.latitude, row.longitude)
    return {
        "network": row.network,
        "external_id": row.external_id,
        "kind": row.kind.value,
        "name": row.name,
        "line1": row.line1,
        "postcode": row.postcode,
        "city": row.city,
        "city_folded": folded(row.city),
        "country": row.country,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "approximate": not placed,
        "time_zone": zone or zone_of(row.country, postcode=row.postcode) or UTC,
        "opening_hours": row.opening_hours,
        "accepts": sorted(row.accepts),
        "active": True,
        "imported_at": now,
        "made_by": by,
    }


def _typed(row: DropOffPointRecord) -> TypedPoint:
    hours, closed = parted(row.opening_hours)
    return TypedPoint(row.id, hours, closed, row)

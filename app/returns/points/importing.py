"""Bringing points and postcodes into the database: the same file twice changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from app.core.hours.reading import read
from app.core.hours.words import is_notation
from app.core.i18n.zones import UTC, zone_of
from app.core.tables.bulk import insert_rows, parameters
from app.returns.points.coordinates import ZoneAt, misplaced
from app.returns.points.models import DropOffPoint, PostalPlace
from app.returns.points.place_text import folded
from app.returns.points.placing import Placements, place_points
from app.returns.points.ports import ColumnFault, PlaceRow, PointRow, Refusal

# Memory stays flat however long a country's list is.
BATCH = 1_000
_POINT_KEY = ("network", "external_id")
_PLACE_KEY = ("country", "postcode", "place")
Item = TypeVar("Item")


def _upsert_places() -> Insert:
    """A country has tens of thousands of them: a thousand go as one value."""
    attributes = [column.key for column in PostalPlace.__mapper__.columns]
    statement = insert_rows(PostalPlace, attributes)
    changes = {name: statement.excluded[name] for name in attributes if name not in _PLACE_KEY}
    return statement.on_conflict_do_update(index_elements=_PLACE_KEY, set_=changes)


_PLACES = _upsert_places()


@dataclass(slots=True)
class PointsImported:
    """What an import did: rows taken, lines refused and why, points that are no longer in their network's list.

    ``remarks``: what was taken, but is not understood; ``placed``: how it stands with points that have no coordinates.
    """

    taken: int = 0
    retired: int = 0
    networks: set[str] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[ColumnFault] = field(default_factory=list)
    placed: Placements = field(default_factory=Placements)


def import_points(
    session: Session,
    rows: Iterable[PointRow | Refusal],
    *,
    zone_at: ZoneAt,
    whole: bool = False,
    now: datetime,
) -> PointsImported:
    """Write points by (network, id), last one wins; ``whole`` retires a network's points that the list lacks.

    ``zone_at`` gives the time zone of a place: for points whose row names none, and to tell which lie elsewhere.
    """
    outcome = PointsImported()
    checked = (_checked(row, zone_at, outcome) for row in rows)
    for batch in _batches(_accepted(checked, outcome)):
        # By key: PostgreSQL refuses to write a row twice in one statement, and lists do repeat themselves.
        values = {(row.network, row.external_id): _point(row, zone_at, now) for row in batch}
        _upsert(session, DropOffPoint, list(values.values()), _POINT_KEY)
        outcome.networks |= {row.network for row in batch}
    if whole:
        outcome.retired = _retire(session, outcome.networks, now)
    outcome.placed = place_points(session, outcome.networks)
    return outcome


def import_places(session: Session, rows: Iterable[PlaceRow | Refusal]) -> PointsImported:
    """Write postcodes by (country, postcode, place); points that waited for theirs find their place."""
    outcome = PointsImported()
    for batch in _batches(_accepted(rows, outcome)):
        values = {(row.country, row.postcode, row.place): _place(row) for row in batch}
        session.execute(_PLACES, parameters(PostalPlace, list(values.values())))
    outcome.placed = place_points(session)
    return outcome


def _checked(row: PointRow | Refusal, zone_at: ZoneAt, outcome: PointsImported) -> PointRow | Refusal:
    """A point as it is, or refused where it cannot lie in its country."""
    if isinstance(row, Refusal):
        return row
    if row.latitude is not None and row.longitude is not None:
        reason = misplaced(row.country, row.latitude, row.longitude, zone_at)
        if reason:
            return Refusal((ColumnFault(row.line, "latitude, longitude", reason),))
    if row.opening_hours and read(row.opening_hours) is None:
        fate = "a faulty one is not shown" if is_notation(row.opening_hours) else "shown as it is"
        reason = f"«{row.opening_hours}» is not in OpenStreetMap's notation: {fate}, never as open or closed"
        outcome.remarks.append(ColumnFault(row.line, "opening_hours", reason))
    return row


def _accepted(rows: Iterable[Item | Refusal], outcome: PointsImported) -> Iterator[Item]:
    for row in rows:
        if isinstance(row, Refusal):
            outcome.refusals.append(row)
        else:
            outcome.taken += 1
            yield row


def _batches(rows: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _point(row: PointRow, zone_at: ZoneAt, now: datetime) -> dict[str, Any]:
    facts = asdict(row)
    del facts["line"]
    return {
        **facts,
        "kind": row.kind.value,
        "accepts": sorted(row.accepts),
        "time_zone": row.time_zone or _zone(row, zone_at),
        "approximate": row.latitude is None,
        "city_folded": folded(row.city),
        "active": True,
        "imported_at": now,
    }


def _zone(row: PointRow, zone_at: ZoneAt) -> str:
    if row.latitude is None or row.longitude is None:
        return zone_of(row.country, postcode=row.postcode) or UTC
    return zone_at(row.latitude, row.longitude)


def _place(row: PlaceRow) -> dict[str, Any]:
    # Spelt out: asdict would copy every value of hundreds of thousands.
    return {
        "country": row.country,
        "postcode": row.postcode,
        "place": row.place,
        "folded": folded(row.place),
        "region": row.region,
        "latitude": row.latitude,
        "longitude": row.longitude,
    }


def _upsert(
    session: Session,
    table: type[DropOffPoint] | type[PostalPlace],
    values: Sequence[dict[str, Any]],
    key: tuple[str, ...],
) -> None:
    statement = insert(table)
    changes = {name: statement.excluded[name] for name in values[0] if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changes), values)


def remove_points(session: Session, rows: Iterable[PointRow], *, count: bool = False) -> int:
    """Delete points that are as these rows made them, by name and address; gives how many, or would be (``count``)."""
    keys = [(row.network, row.external_id, row.name, row.line1) for row in rows]
    columns = (DropOffPoint.network, DropOffPoint.external_id, DropOffPoint.name, DropOffPoint.line1)
    same = tuple_(*columns).in_(keys) & DropOffPoint.made_by.is_(None)
    if count:
        return session.scalar(select(func.count(DropOffPoint.id)).where(same)) or 0
    return len(session.scalars(delete(DropOffPoint).where(same).returning(DropOffPoint.id)).all())


def _retire(session: Session, networks: set[str], now: datetime) -> int:
    """Take out of use what this import did not touch; returns keep what they know of such a point."""
    statement = (
        # Not deleted: returns on their way still name such a point, and a later list may bring it back.
        update(DropOffPoint)
        .where(DropOffPoint.network.in_(networks))
        # What was typed here is in no list of the network's.
        .where(DropOffPoint.imported_at < now, DropOffPoint.active, DropOffPoint.made_by.is_(None))
        .values(active=False)
        .returning(DropOffPoint.id)
    )
    return len(session.scalars(statement).all())

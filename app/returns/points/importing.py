"""Bringing points and postcodes into the database: the same file twice changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.returns.points.models import DropOffPoint, PostalPlace
from app.returns.points.place_text import folded
from app.returns.points.ports import PlaceRow, PointRow, Refusal

# Memory stays flat however long a country's list is.
BATCH = 1_000
_POINT_KEY = ("network", "external_id")
_PLACE_KEY = ("country", "postcode", "place")
Item = TypeVar("Item")


@dataclass(slots=True)
class PointsImported:
    """What an import did: rows taken, lines refused and why, points that are no longer in their network's list."""

    taken: int = 0
    retired: int = 0
    networks: set[str] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)


def import_points(
    session: Session,
    rows: Iterable[PointRow | Refusal],
    *,
    zone_at: Callable[[float, float], str],
    whole: bool = False,
    now: datetime,
) -> PointsImported:
    """Write points by (network, id), last one wins; ``whole`` retires a network's points that the list lacks.

    ``zone_at`` gives the time zone of a place whose row names none.
    """
    outcome = PointsImported()
    for batch in _batches(_accepted(rows, outcome)):
        # By key: PostgreSQL refuses to write a row twice in one statement, and lists do repeat themselves.
        values = {(row.network, row.external_id): _point(row, zone_at, now) for row in batch}
        _upsert(session, DropOffPoint, list(values.values()), _POINT_KEY)
        outcome.networks |= {row.network for row in batch}
    if whole:
        outcome.retired = _retire(session, outcome.networks, now)
    return outcome


def import_places(session: Session, rows: Iterable[PlaceRow | Refusal]) -> PointsImported:
    """Write postcodes by (country, postcode, place)."""
    outcome = PointsImported()
    for batch in _batches(_accepted(rows, outcome)):
        values = {(row.country, row.postcode, row.place): _place(row) for row in batch}
        _upsert(session, PostalPlace, list(values.values()), _PLACE_KEY)
    return outcome


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


def _point(row: PointRow, zone_at: Callable[[float, float], str], now: datetime) -> dict[str, Any]:
    return {
        **asdict(row),
        "kind": row.kind.value,
        "accepts": sorted(row.accepts),
        "time_zone": row.time_zone or zone_at(row.latitude, row.longitude),
        "city_folded": folded(row.city),
        "active": True,
        "imported_at": now,
    }


def _place(row: PlaceRow) -> dict[str, Any]:
    return {**asdict(row), "folded": folded(row.place)}


def _upsert(
    session: Session,
    table: type[DropOffPoint] | type[PostalPlace],
    values: Sequence[dict[str, Any]],
    key: tuple[str, ...],
) -> None:
    statement = insert(table)
    changes = {name: statement.excluded[name] for name in values[0] if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changes), values)


def _retire(session: Session, networks: set[str], now: datetime) -> int:
    """Take out of use what this import did not touch; returns keep what they know of such a point."""
    statement = (
        # Not deleted: returns on their way still name such a point, and a later list may bring it back.
        update(DropOffPoint)
        .where(DropOffPoint.network.in_(networks))
        .where(DropOffPoint.imported_at < now, DropOffPoint.active)
        .values(active=False)
        .returning(DropOffPoint.id)
    )
    return len(session.scalars(statement).all())

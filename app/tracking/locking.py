"""Locking the parcels that an order's document may touch, and those of others who share a number with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.core.tables.bulk import any_of
from app.tracking.ingest.record import FOLD
from app.tracking.models import Shipment

Number = tuple[str, str]

# The keys come sorted, and are locked in that order, in one statement.
_HOLD = text("select pg_advisory_xact_lock(key) from unnest(cast(:keys as bigint[])) as key")
_LOCK = text(
    """
    select id, order_id, direction, external_id, carrier, number from shipment
    where id in (
        select id from shipment where order_id = any(cast(:order_ids as bigint[]))
        union
        select shipment.id from shipment
        join unnest(cast(:carriers as text[]), cast(:numbers as text[])) as named(carrier, number)
            on shipment.number = named.number and shipment.carrier = named.carrier)
    order by id for no key update
    """
)


@dataclass(frozen=True, slots=True)
class LockedShipments:
    """Shipments that were there before and are locked: the orders' own, and those of others that share a number."""

    own: Sequence[Any] = ()
    sharers: Sequence[int] = ()


def hold(session: Session, numbers: Iterable[Number], *, order_ids: Sequence[int]) -> LockedShipments:
    """Lock these numbers, and then the shipments of these orders and of all who share a number.

    ``order_ids`` are orders that were there before.
    Their orders' rows are locked already. Numbers come first, because a row that another order is just making cannot
    be locked: the second of two new orders waits here until the first is there to be seen. Both are taken in one
    order, numbers by key and rows by id, so that two orders in one parcel never wait for each other crosswise.
    """
    pairs = set(numbers) | (_had(session, order_ids) if order_ids else set())
    if not pairs and not order_ids:
        return LockedShipments()
    session.execute(_HOLD, {"keys": sorted(map(_key, pairs))})
    carriers, parcels = zip(*pairs, strict=True) if pairs else ((), ())
    locked = session.execute(
        _LOCK, {"order_ids": list(order_ids), "carriers": list(carriers), "numbers": list(parcels)}
    ).all()
    own = set(order_ids)
    sharers = [row.id for row in locked if row.order_id not in own]
    return LockedShipments([row for row in locked if row.order_id in own], sharers)


def warn(session: Session, sharers: Sequence[int], *, now: datetime) -> None:
    """Have the live ones of these shipments, which the caller has locked, folded again: they say what is so now."""
    if not sharers:
        return
    # One that waits already keeps its place in the queue.
    live = (Shipment.id.in_(sharers), Shipment.finished_at.is_(None), Shipment.dirty_at.is_(None))
    statement = update(Shipment).where(*live).values(dirty_at=now).returning(Shipment.id)
    if session.scalars(statement, execution_options={"synchronize_session": False}).all():
        defer(session, FOLD, queueing_lock=FOLD)


def _had(session: Session, order_ids: Sequence[int]) -> set[Number]:
    """The numbers that these orders' shipments have so far: who shared one that is left must say so no more."""
    named = select(Shipment.carrier, Shipment.number).where(any_of(Shipment.order_id, order_ids))
    return {(carrier, number) for carrier, number in session.execute(named) if carrier and number}


def _key(number: Number) -> int:
    """A number as PostgreSQL's advisory locks want it; two that fell together would only wait for each other."""
    return int.from_bytes(sha256("\x1f".join(number).encode()).digest()[:8], signed=True)

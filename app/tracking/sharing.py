"""Orders that travel in one parcel: whoever names a number holds it, so that of two told at once one sees both."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, text, tuple_, union, update
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.orders.document.document import OrderDocument
from app.tracking.identity import normalised_number
from app.tracking.models import Shipment
from app.tracking.recording import FOLD

Number = tuple[str, str]

_HOLD = text("select pg_advisory_xact_lock(key) from unnest(cast(:keys as bigint[])) as key")


def numbers_in(document: OrderDocument) -> set[Number]:
    """The (carrier, number) pairs that a document names."""
    return {
        (told.carrier, normalised_number(told.tracking_number))
        for told in document.shipments
        if told.carrier and told.tracking_number
    }


def hold(session: Session, numbers: Iterable[Number], *, order_ids: Sequence[int]) -> list[int]:
    """Lock these numbers, and then the shipments of these orders and of all who share a number; gives the sharers' ids.

    ``order_ids`` are orders that were there before.
    Their orders' rows are locked already. Numbers come first, because a row that another order is just making cannot
    be locked: the second of two new orders waits here until the first is there to be seen. Both are taken in one
    order, numbers by key and rows by id, so that two orders in one parcel never wait for each other crosswise.
    """
    theirs = Shipment.order_id.in_(order_ids)
    held = set(numbers) | (_had(session, order_ids) if order_ids else set())
    if not held and not order_ids:
        return []
    session.execute(_HOLD, {"keys": sorted(map(_key, held))})
    named = select(Shipment.id).where(tuple_(Shipment.carrier, Shipment.number).in_(held))
    ids = union(select(Shipment.id).where(theirs), named)
    rows = select(Shipment.id, Shipment.order_id).where(Shipment.id.in_(ids)).order_by(Shipment.id)
    locked = session.execute(rows.with_for_update(key_share=True)).all()
    return [row.id for row in locked if row.order_id not in set(order_ids)]


def warn(session: Session, sharers: Sequence[int], *, now: datetime) -> None:
    """Have the live ones of these shipments, which the caller has locked, folded again: they say what is so now."""
    if not sharers:
        return
    live = (Shipment.id.in_(sharers), Shipment.finished_at.is_(None), Shipment.dirty_at.is_(None))
    statement = update(Shipment).where(*live).values(dirty_at=now).returning(Shipment.id)
    if session.scalars(statement, execution_options={"synchronize_session": False}).all():
        defer(session, FOLD, queueing_lock=FOLD)


def _had(session: Session, order_ids: Sequence[int]) -> set[Number]:
    """The numbers that these orders' shipments have so far: who shared one that is left must say so no more."""
    mine = select(Shipment.carrier, Shipment.number).where(Shipment.order_id.in_(order_ids))
    return {(carrier, number) for carrier, number in session.execute(mine) if carrier and number}


def _key(number: Number) -> int:
    """A number as PostgreSQL's advisory locks want it; two that fell together would only wait for each other."""
    return int.from_bytes(sha256("\x1f".join(number).encode()).digest()[:8], signed=True)

"""What tracking does for others: take in events, fold shipments, look for late ones."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.events import stumbles
from app.tracking.fold.facts import Folded
from app.tracking.fold.job import FOLD, claim_dirty, fold_locked
from app.tracking.ingest.record import record_estimate, record_events, record_report
from app.tracking.models import Shipment
from app.tracking.watch import look_for_late, retire

__all__ = [
    "fold_dirty",
    "fold_shipment",
    "look_for_late",
    "record_estimate",
    "record_events",
    "record_report",
    "release",
    "retire",
]


def fold_dirty(session: Session, *, limit: int = 200, now: datetime) -> int:
    """Fold the shipments that wait, at most ``limit``; gives how many. The caller comes again after a full batch."""
    ids = claim_dirty(session, limit=limit, now=now)
    # Each in a savepoint: one that cannot be folded takes no other with it.
    stumbles.each(session, FOLD, ids, lambda some: fold_locked(session, some, now=now), now=now)
    return len(ids)


def fold_shipment(session: Session, shipment_id: int, *, now: datetime) -> Folded | None:
    """Fold one shipment under its row's lock; None when it cannot be folded. Raises NotFound."""
    # Without the key: scans' and lines' rows that refer to it can be written meanwhile.
    row = select(Shipment.id).where(Shipment.id == shipment_id).with_for_update(key_share=True)
    if session.scalar(row) is None:
        raise NotFound(f"shipment {shipment_id}")
    return fold_locked(session, [shipment_id], now=now).get(shipment_id)


def release(session: Session, shipment_id: int, *, now: datetime) -> Folded | None:
    """Staff found that events under suspicion are this parcel's own. Raises NotFound."""
    released = update(Shipment).where(Shipment.id == shipment_id).values(released=True).returning(Shipment.id)
    if session.scalar(released) is None:
        raise NotFound(f"shipment {shipment_id}")
    return fold_shipment(session, shipment_id, now=now)

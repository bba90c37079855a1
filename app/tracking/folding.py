"""Folding on the database: rows of events in, the shipment's row and its news out. Batches, by Core (E-13)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.events import stumbles
from app.tracking.announcements import AnnouncedShipment, News, announce, key_of, milestone_documents, news_of
from app.tracking.facts import Folded, LegKind, MilestoneName
from app.tracking.fold import fold
from app.tracking.loading import to_fold
from app.tracking.models import Shipment
from app.tracking.states import FINISHED, ShipmentState
from app.tracking.timeline import timeline_documents

ATTEMPTS = frozenset({MilestoneName.DELIVERY_FAILED, MilestoneName.DELIVERED, MilestoneName.READY_FOR_PICKUP})
FOLD = "fold_shipments"

_WRITE = update(Shipment.__table__).where(Shipment.id == bindparam("shipment_id"))  # type: ignore[arg-type]


def claim_dirty(session: Session, *, limit: int, now: datetime) -> list[int]:
    """Shipments that wait to be folded, the longest waiting first, locked; other workers skip them."""
    waiting = (
        select(Shipment.id)
        .where(Shipment.dirty_at.is_not(None), stumbles.ready(FOLD, Shipment.id, now=now))
        .order_by(Shipment.dirty_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(session.scalars(waiting))


def fold_locked(session: Session, ids: Sequence[int], *, now: datetime) -> dict[int, Folded]:
    """Fold these shipments, whose rows the caller has locked; write what changed and tell the news."""
    changes: list[dict[str, Any]] = []
    news: list[News] = []
    done: dict[int, Folded] = {}
    for row, events, facts in to_fold(session, ids):
        folded = fold(events, facts)
        change, told = _outcome(row, folded, now=now)
        changes.append(change)
        news.extend(told)
        done[row.id] = folded
    if changes:
        session.connection().execute(_WRITE, changes)
    announce(session, news)
    return done


def _outcome(row: Any, folded: Folded, *, now: datetime) -> tuple[dict[str, Any], list[News]]:
    """The row's new columns, and what is to be told."""
    first_time = row.version == 1
    finished = folded.state in FINISHED
    quiet = finished and row.created_at == now if first_time else row.quiet
    subject = AnnouncedShipment(
        row.order_id, row.id, row.direction, row.created_at, quiet and first_time, frozenset(row.told)
    )
    change = {
        "shipment_id": row.id,
        "quiet": quiet,
        "finished_at": (row.finished_at or folded.since or now) if finished else None,
        "dirty_at": None,
        "version": row.version + 1,
        "told": sorted({*row.told, *map(key_of, folded.milestones)}),
        **columns(folded),
    }
    return change, news_of(subject, folded)


def columns(folded: Folded) -> dict[str, Any]:
    """What the shipment's row keeps of a fold."""
    return {
        "state": folded.state,
        "state_since": folded.since,
        "leg": folded.legs[-1].number if folded.legs else 1,
        "milestones": milestone_documents(folded.milestones),
        "timeline": timeline_documents(folded),
        "flags": sorted(folded.flags),
        "last_event_at": folded.last_event_at,
        **_instants(folded),
    }


def _instants(folded: Folded) -> dict[str, datetime | None]:
    """When it was picked up, first tried, and delivered for good; None while it was not."""
    ways = [leg for leg in folded.legs if leg.kind is LegKind.DELIVERY]
    last = ways[-1].number if ways and ways[-1].state is ShipmentState.DELIVERED else None
    reached = [one for one in folded.milestones if folded.legs[one.leg - 1].kind is LegKind.DELIVERY]
    return {
        "picked_up_at": next((one.at for one in reached if one.name is MilestoneName.SHIPPED), None),
        "first_attempt_at": next((one.at for one in reached if one.name in ATTEMPTS), None),
        "delivered_at": next(
            (one.at for one in reached if one.name is MilestoneName.DELIVERED and one.leg == last), None
        ),
    }

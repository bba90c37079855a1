"""What only time shows: parcels that are late or silent, and those that are watched no longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.events import stumbles
from app.events.kinds import EventKind
from app.events.log import append_all
from app.orders.records import OrderRecord
from app.tracking.estimate import MOVING, SILENCE_AT_HOME, UNDERWAY, WATCHED, Outlook, lateness
from app.tracking.fold.facts import abroad
from app.tracking.fold.milestones import AnnouncedShipment, News, events_of
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState

PAGE = 500
# A small unit: nobody waits for the locks of more parcels than these (the house's joints).
AT_ONCE = 20
LOOK = "look_for_late"
# The shop itself has finished or stopped these: a carrier's delay is no news.
NOT_OURS_TO_HURRY = ("completed", "cancelled", "on_hold")

_COLUMNS = (
    Shipment.id,
    Shipment.order_id,
    Shipment.direction,
    Shipment.leg,
    Shipment.state,
    Shipment.state_since,
    Shipment.zone,
    Shipment.promise_from,
    Shipment.promise_until,
    Shipment.estimate_from,
    Shipment.estimate_until,
    Shipment.last_event_at,
    Shipment.origin,
    Shipment.pickup_point,
    Shipment.quiet,
    Shipment.created_at,
    OrderRecord.ship_to,
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: how many became late, and the parcel after which to look on; None at the end."""

    late: int
    after: int | None


def look_for_late(session: Session, *, now: datetime, after: int = 0) -> Looked:
    """Mark the next parcels that have become late, each once, and tell of it. For the clock, which commits and goes on.

    They are read without a lock and looked at again under it: what was delivered meanwhile is not late, and what
    somebody is folding at this moment is left for the next round.
    """
    rows = session.execute(_candidates(now).where(Shipment.id > after).order_by(Shipment.id).limit(PAGE)).all()
    late = [row.id for row in rows if lateness(outlook_of(row), now)][:AT_ONCE]
    marked: list[int] = []
    stumbles.each(session, LOOK, late, lambda some: marked.append(_mark(session, some, now=now)), now=now)
    count = sum(marked)
    if len(late) == AT_ONCE:
        return Looked(count, after=late[-1])
    return Looked(count, after=rows[-1].id if len(rows) == PAGE else None)


def retire(session: Session, *, now: datetime) -> int:
    """Stop asking about parcels of which nothing was heard for ninety days; gives how many. A scan wakes them again.

    At most twenty; the caller commits and comes again while there are as many.
    """
    last_news = func.coalesce(Shipment.news_at, Shipment.created_at)
    silent = select(Shipment.id).where(Shipment.finished_at.is_(None), last_news < now - WATCHED)
    # Whoever holds a row has news of it.
    ids = session.scalars(silent.order_by(Shipment.id).limit(AT_ONCE).with_for_update(skip_locked=True, key_share=True))
    gone = {"finished_at": now, "next_poll_at": None, "version": Shipment.version + 1}
    statement = update(Shipment).where(Shipment.id.in_(ids.all())).values(gone).returning(Shipment.id)
    return len(session.scalars(statement, execution_options={"synchronize_session": False}).all())


def outlook_of(row: Any) -> Outlook:
    """What is known of a shipment's arrival, from a row with its columns and the order's ``ship_to``."""
    return Outlook(
        state=ShipmentState(row.state),
        zone=row.zone,
        promise_from=row.promise_from,
        promise_until=row.promise_until,
        told_from=row.estimate_from,
        told_until=row.estimate_until,
        state_since=row.state_since,
        last_event_at=row.last_event_at,
        international=abroad(row.origin, row.ship_to, row.pickup_point),
    )


def _candidates(now: datetime) -> Select[Any]:
    """Live parcels that may be late: a day either way is left for the zones to decide."""
    possible = or_(
        Shipment.promise_until <= (now + timedelta(days=1)).date(),
        Shipment.estimate_until > Shipment.promise_until,
        and_(Shipment.state.in_(MOVING), Shipment.last_event_at < now - SILENCE_AT_HOME),
    )
    return (
        select(*_COLUMNS)
        .join(OrderRecord, OrderRecord.id == Shipment.order_id)
        .where(Shipment.finished_at.is_(None), Shipment.late_since.is_(None), Shipment.direction == "outbound")
        .where(stumbles.ready(LOOK, Shipment.id, now=now))
        .where(Shipment.state.in_(UNDERWAY), OrderRecord.status.not_in(NOT_OURS_TO_HURRY), possible)
    )


def _mark(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Mark those of these parcels that are late still, now that their rows are locked."""
    still = _candidates(now).where(Shipment.id.in_(ids)).order_by(Shipment.id)
    rows = session.execute(still.with_for_update(of=Shipment, skip_locked=True, key_share=True)).all()
    late = [(row, reason) for row in rows if (reason := lateness(outlook_of(row), now))]
    # With a new version, by which open pages see that something changed.
    marked = {"late_since": now, "version": Shipment.version + 1}
    session.execute(
        update(Shipment).where(Shipment.id.in_([row.id for row, _ in late])).values(marked),
        execution_options={"synchronize_session": False},
    )
    append_all(session, events_of(_news(row, reason, now) for row, reason in late))
    return len(late)


def _news(row: Any, reason: str, now: datetime) -> News:
    facts: dict[str, Any] = {"leg": row.leg, "reason": reason, "direction": row.direction}
    if row.promise_until and row.estimate_until and row.estimate_until > row.promise_until:
        facts["until"] = row.estimate_until.isoformat()
    if row.quiet:
        facts["quiet"] = True
    subject = AnnouncedShipment(row.order_id, row.id, row.direction, row.created_at, row.quiet, frozenset())
    return News(EventKind.SHIPMENT_LATE, subject, facts, now)

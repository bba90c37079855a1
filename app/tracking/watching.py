"""What only time shows: parcels that are late or silent, and those that are watched no longer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.events.kinds import Kind
from app.orders.models import Order
from app.tracking.announcements import News, Subject, announce
from app.tracking.estimate import MOVING, SILENCE_AT_HOME, UNDERWAY, WATCHED, Outlook, lateness
from app.tracking.facts import abroad
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState

PAGE = 500
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
    Order.ship_to,
)


def look_for_late(session: Session, *, now: datetime) -> int:
    """Mark the parcels that have become late, each once, and tell of it; gives how many. For the clock."""
    found = 0
    for rows in _candidates(session, now):
        late = [(row, reason) for row in rows if (reason := lateness(outlook_of(row), now))]
        if late:
            ids = [row.id for row, _ in late]
            session.execute(
                update(Shipment).where(Shipment.id.in_(ids)).values(late_since=now, version=Shipment.version + 1),
                execution_options={"synchronize_session": False},
            )
            announce(session, [_news(row, reason, now) for row, reason in late])
        found += len(late)
    return found


def retire(session: Session, *, now: datetime) -> int:
    """Stop asking about parcels of which nothing was heard for ninety days; gives how many. A scan wakes them again."""
    last_news = func.coalesce(Shipment.news_at, Shipment.created_at)
    statement = (
        update(Shipment)
        .where(Shipment.finished_at.is_(None), last_news < now - WATCHED)
        .values(finished_at=now, next_poll_at=None, version=Shipment.version + 1)
        .returning(Shipment.id)
    )
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


def _candidates(session: Session, now: datetime) -> Iterator[list[Any]]:
    """Live parcels, a page at a time, that may be late: a day either way is left for the zones to decide."""
    after = 0
    possible = or_(
        Shipment.promise_until <= (now + timedelta(days=1)).date(),
        Shipment.estimate_until > Shipment.promise_until,
        and_(Shipment.state.in_(MOVING), Shipment.last_event_at < now - SILENCE_AT_HOME),
    )
    statement = (
        select(*_COLUMNS)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.finished_at.is_(None), Shipment.late_since.is_(None), Shipment.direction == "outbound")
        .where(Shipment.state.in_(UNDERWAY), Order.status.not_in(NOT_OURS_TO_HURRY), possible)
        .order_by(Shipment.id)
        .limit(PAGE)
    )
    while rows := session.execute(statement.where(Shipment.id > after)).all():
        yield list(rows)
        after = rows[-1].id


def _news(row: Any, reason: str, now: datetime) -> News:
    facts: dict[str, Any] = {"leg": row.leg, "reason": reason, "direction": row.direction}
    if row.promise_until and row.estimate_until and row.estimate_until > row.promise_until:
        facts["until"] = row.estimate_until.isoformat()
    if row.quiet:
        facts["quiet"] = True
    subject = Subject(row.order_id, row.id, row.direction, row.created_at, row.quiet, frozenset())
    return News(Kind.SHIPMENT_LATE, subject, facts, now)

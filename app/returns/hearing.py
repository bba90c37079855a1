"""What a return learns from its parcel, handed over or on its way, and from its order: less was paid for it."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import Kind, Listener
from app.events.log import claim, postpone, settle
from app.events.models import DomainEvent
from app.returns.arrivals import hand_over, reckon_order
from app.returns.models import Return

log = structlog.get_logger()
_MOVED = frozenset({Kind.SHIPMENT_SHIPPED, Kind.SHIPMENT_DELIVERED})


def hear(session: Session, *, limit: int, now: datetime) -> int:
    """Hear what befell parcels and orders; gives how many events were heard. Those of no return pass unnoticed."""
    events = claim(session, Listener.RETURNS, limit=limit, now=now)
    settle(session, Listener.RETURNS, [event.id for event in events if _heard(session, event, now=now)])
    return len(events)


def _heard(session: Session, event: DomainEvent, *, now: datetime) -> bool:
    """One event, apart from the others: what fails is tried again later and holds nobody up."""
    try:
        with session.begin_nested():
            _take(session, event, now=now)
    except Exception as error:
        log.exception("an event cannot be heard", event_id=event.id)
        postpone(session, Listener.RETURNS, event.id, error=repr(error), now=now)
        return False
    return True


def _take(session: Session, event: DomainEvent, *, now: datetime) -> None:
    if event.kind == Kind.ORDER_REDUCED and event.order_id is not None:
        reckon_order(session, event.order_id, now=now)
    if event.kind not in _MOVED or event.shipment_id is None:
        return
    return_id = session.scalar(select(Return.id).where(Return.shipment_id == event.shipment_id))
    if return_id is not None:
        hand_over(session, return_id, at=event.happened_at, now=now)

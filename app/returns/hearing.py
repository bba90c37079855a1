"""What a return learns from its parcel: handed over, on its way."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import Kind, Listener
from app.events.log import append, claim, postpone, settle
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Return
from app.returns.order_facts import policy_of
from app.returns.refunds import settle_due
from app.returns.states import Goods, Happening, move

log = structlog.get_logger()
_MOVED = frozenset({Kind.SHIPMENT_SHIPPED, Kind.SHIPMENT_DELIVERED})


def hear(session: Session, *, limit: int, now: datetime) -> int:
    """Hear what befell parcels; gives how many events were heard. Parcels that are no return's pass unnoticed."""
    events = claim(session, Listener.RETURNS, limit=limit, now=now)
    settle(session, Listener.RETURNS, [event.id for event in events if _heard(session, event, now=now)])
    return len(events)


def _heard(session: Session, event: DomainEvent, *, now: datetime) -> bool:
    """One event, apart from the others: what fails is tried again later and holds nobody up."""
    if event.kind not in _MOVED or event.shipment_id is None:
        return True
    try:
        with session.begin_nested():
            _moved(session, event, now=now)
    except Exception as error:
        log.exception("an event cannot be heard", event_id=event.id)
        postpone(session, Listener.RETURNS, event.id, error=repr(error), now=now)
        return False
    return True


def _moved(session: Session, event: DomainEvent, *, now: datetime) -> None:
    statement = select(Return).where(Return.shipment_id == event.shipment_id).with_for_update(of=Return)
    found = session.scalar(statement)
    if found is not None:
        hand_over(session, found, at=event.happened_at, now=now)


def hand_over(session: Session, found: Return, *, at: datetime, now: datetime) -> None:
    """The carrier has the parcel. The first scan counts; later ones change nothing."""
    before = Goods(found.goods)
    found.goods = move(before, Happening.HANDED_OVER)
    found.handed_over_at = found.handed_over_at or at
    if found.goods == before:
        return
    found.changed_at = now
    append(
        session,
        Kind.RETURN_ON_ITS_WAY,
        order_id=found.order_id,
        return_id=found.id,
        shipment_id=found.shipment_id,
        payload={"ref": found.ref},
        now=now,
    )
    if policy_of(session.get_one(Order, found.order_id)).refund_without_receipt:
        settle_due(session, found.id, now=now, handed_over=True)

"""What a return learns from its parcel, handed over or on its way, and from its order: less was paid for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind, Listener
from app.events.log import Handle, work
from app.events.models import DomainEvent
from app.returns.arrivals import hand_over, reckon_order
from app.returns.models import Return

_MOVED = frozenset({EventKind.SHIPMENT_SHIPPED, EventKind.SHIPMENT_DELIVERED})


def hear(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Hear what befell parcels and orders; gives how many events were heard. Those of no return pass unnoticed."""

    def prepare(session: Session, _events: Sequence[DomainEvent]) -> Handle:
        return lambda event: _take(session, event, now=now)

    return work(session, Listener.RETURNS, ids, prepare, now=now)


def _take(session: Session, event: DomainEvent, *, now: datetime) -> None:
    if event.kind == EventKind.ORDER_REDUCED and event.order_id is not None:
        reckon_order(session, event.order_id, now=now)
    if event.kind not in _MOVED or event.shipment_id is None:
        return
    return_id = session.scalar(select(Return.id).where(Return.shipment_id == event.shipment_id))
    if return_id is not None:
        hand_over(session, return_id, at=event.happened_at, now=now)

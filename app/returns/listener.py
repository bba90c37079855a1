"""What a return learns from its parcel, handed over or on its way, and from its order: less is left of its money."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind, Listener
from app.events.log import Handle, work
from app.events.records import DomainEventRecord
from app.returns.decisions import is_free
from app.returns.models import Return
from app.returns.moves import Locked, carry, lock_return, take
from app.returns.pickups import came_otherwise
from app.returns.refunds.pay import Cause, settle
from app.returns.refunds.promises import reckon_order
from app.returns.states import Decision, Happening, ReturnAction

REDUCED, GIVEN_BACK = Cause("order_reduced", "oms"), Cause("given_back_elsewhere", "oms")


def hand_over(session: Session, return_id: int, *, at: datetime, now: datetime) -> None:
    """The carrier has the parcel since ``at``. The first scan counts; later ones change nothing.

    A return that had expired is approved again; one that was cancelled or rejected goes to a person.
    Raises NotFound.
    """
    locked = lock_return(session, return_id)
    return_ = locked.return_
    return_.handed_over_at = return_.handed_over_at or at
    if carry(session, return_, Happening.HANDED_OVER, now=now):
        arrive(session, locked, now=now)
        settle(session, locked, now=now)


def arrive(session: Session, locked: Locked, *, now: datetime) -> None:
    """Let the goods' coming decide what nobody has decided, or what was decided when nobody expected them."""
    return_ = locked.return_
    before = Decision(return_.decision)
    came_otherwise(session, locked, at=return_.handed_over_at or now, now=now)
    if before is Decision.EXPIRED and is_free(session, locked):
        take(session, return_, ReturnAction.ARRIVE, now=now, why="arrived_late")
    elif before in (Decision.EXPIRED, Decision.CANCELLED, Decision.REJECTED):
        doubt(session, return_, why=f"after_{before}", now=now)


def doubt(session: Session, return_: Return, *, why: str, now: datetime) -> None:
    """Have a person look at the return again; ``why`` is a word for the reason."""
    take(session, return_, ReturnAction.DOUBT, now=now, why=why)


# Delivered counts as handed over too: a parcel whose first scan is its delivery would else be awaited for ever.
_MOVED = frozenset({EventKind.SHIPMENT_SHIPPED, EventKind.SHIPMENT_DELIVERED})


def handle_events(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Hear what befell parcels and orders; gives how many events were heard. Those of no return pass unnoticed."""

    def prepare(session: Session, _events: Sequence[DomainEventRecord]) -> Handle:
        return lambda event: _take(session, event, now=now)

    return work(session, Listener.RETURNS, ids, prepare, now=now)


def _take(session: Session, event: DomainEventRecord, *, now: datetime) -> None:
    if event.kind == EventKind.ORDER_REDUCED and event.order_id is not None:
        reckon_order(session, event.order_id, GIVEN_BACK if "given_back" in event.payload else REDUCED, now=now)
    if event.kind not in _MOVED or event.shipment_id is None:
        return
    return_id = session.scalar(select(Return.id).where(Return.shipment_id == event.shipment_id))
    if return_id is not None:
        hand_over(session, return_id, at=event.happened_at, now=now)

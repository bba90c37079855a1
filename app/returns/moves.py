"""The only place where a return or a refund changes state: by its table, and never without its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.core.errors import Conflict, NotFound
from app.core.tokens import new_ref
from app.events.kinds import EventKind
from app.events.log import append
from app.orders.records import OrderRecord
from app.orders.services import lock_order
from app.returns.models import Receipt, Refund, Return
from app.returns.states import (
    Decision,
    GoodsState,
    Happening,
    RefundAction,
    RefundState,
    ReturnAction,
    decide,
    move,
    settle_by,
)
from app.tracking.parcels import lock_parcels

DECISION_EVENTS: dict[Decision, EventKind] = {
    Decision.REQUESTED: EventKind.RETURN_REQUESTED,
    Decision.NEEDS_REVIEW: EventKind.RETURN_NEEDS_REVIEW,
    Decision.APPROVED: EventKind.RETURN_APPROVED,
    Decision.REJECTED: EventKind.RETURN_REJECTED,
    Decision.CANCELLED: EventKind.RETURN_CANCELLED,
    Decision.EXPIRED: EventKind.RETURN_EXPIRED,
}
"""The event of every decision."""

GOODS_EVENTS: dict[GoodsState, EventKind] = {
    GoodsState.IN_TRANSIT: EventKind.RETURN_ON_ITS_WAY,
    GoodsState.PARTLY_RECEIVED: EventKind.RETURN_RECEIVED,
    GoodsState.RECEIVED: EventKind.RETURN_RECEIVED,
    GoodsState.INSPECTED: EventKind.RETURN_RECEIVED,
    GoodsState.SENT_BACK: EventKind.RETURN_SENT_BACK,
}
"""The event of everything that befalls goods; a receipt that is taken back is told by one of the same kind."""

REFUND_EVENTS: dict[RefundState, EventKind] = {
    RefundState.DUE: EventKind.REFUND_DUE,
    RefundState.PAID: EventKind.REFUND_PAID,
    RefundState.VOID: EventKind.REFUND_VOIDED,
}
"""The event of every state of a refund."""


def begin(session: Session, order: OrderRecord, *, origin: str, now: datetime, **facts: Any) -> Return:
    """Make a return of an order: requested, its goods awaited. ``facts`` are further columns and ``lines``."""
    return_ = Return(
        ref=new_ref(),
        order_id=order.id,
        decision=Decision.REQUESTED,
        goods=GoodsState.AWAITING,
        currency=order.currency,
        adjustments=[],
        requested_at=now,
        changed_at=now,
        **facts,
    )
    session.add(return_)
    # The event names the return by its id, which only the database gives.
    session.flush()
    amount = {"amount": int(return_.quote["total"]), "currency": return_.currency}
    tell(session, DECISION_EVENTS[Decision.REQUESTED], return_, now=now, origin=origin, **amount)
    return return_


def take(
    session: Session,
    return_: Return,
    action: ReturnAction,
    *,
    by: str | None = None,
    reason: str | None = None,
    now: datetime,
    **facts: Any,
) -> bool:
    """Apply an action and tell what follows with ``facts``; False when it changes nothing.

    ``by`` is who decided, None for what merely happened: then the last decision's name and reason stay.
    Raises Conflict when the state does not allow it.
    """
    before, goods = Decision(return_.decision), GoodsState(return_.goods)
    after = decide(before, action, goods)
    if after is None:
        raise Conflict(f"A return that is {before} with goods {goods} does not allow to {action} it.")
    if after is before:
        return False
    return_.decision, return_.changed_at = after, now
    if by is not None:
        return_.decided_at, return_.decided_by, return_.decision_reason = now, by, reason
    tell(session, DECISION_EVENTS[after], return_, now=now, **facts)
    return True


def carry(session: Session, return_: Return, happening: Happening, *, now: datetime, **facts: Any) -> bool:
    """Move the goods and tell it with ``facts``; False when it changes nothing. Raises Conflict."""
    before = GoodsState(return_.goods)
    after = move(before, happening, Decision(return_.decision))
    if after is None:
        raise Conflict(f"Goods that are {before} in a return that is {return_.decision} cannot be {happening}.")
    if after is before:
        return False
    return_.goods, return_.changed_at = after, now
    tell(session, GOODS_EVENTS[after], return_, now=now, **facts)
    return True


def place(return_: Return, happening: Happening | None, *, now: datetime) -> None:
    """Put the goods where all standing receipts say they are; a correction may move them back. The receipt tells it."""
    start = GoodsState.IN_TRANSIT if return_.handed_over_at else GoodsState.AWAITING
    after = move(start, happening) if happening is not None else start
    return_.goods, return_.changed_at = after or start, now


def owe(session: Session, return_: Return, refund: Refund, *, now: datetime) -> None:
    """Keep a new refund, and tell that it is due."""
    refund.state = RefundState.DUE
    return_.refunds.append(refund)
    return_.changed_at = now
    # As above: the event names the refund by its id.
    session.flush()
    facts = {"due_on": refund.due_on.isoformat(), "replaces": refund.replaces}
    tell_money(session, REFUND_EVENTS[RefundState.DUE], return_, refund, now=now, **facts)


def settle_refund(
    session: Session, return_: Return, refund: Refund, action: RefundAction, *, now: datetime, **facts: Any
) -> None:
    """Pay or void a refund that is due, and tell it with ``facts``. Raises Conflict when it is not due."""
    after = settle_by(RefundState(refund.state), action)
    if after is None or after == refund.state:
        raise Conflict(f"A refund that is {refund.state} does not allow to {action} it.")
    refund.state, return_.changed_at = after, now
    tell_money(session, REFUND_EVENTS[after], return_, refund, now=now, **facts)


def tell(session: Session, kind: EventKind, return_: Return, *, now: datetime, **facts: Any) -> None:
    """Append an event of a return."""
    append(
        session,
        kind,
        order_id=return_.order_id,
        return_id=return_.id,
        shipment_id=return_.shipment_id,
        payload={"ref": return_.ref, **facts},
        now=now,
    )


def tell_money(
    session: Session, kind: EventKind, return_: Return, refund: Refund, *, now: datetime, **facts: Any
) -> None:
    """Append an event of a refund."""
    amount = {"amount": refund.amount, "currency": refund.currency}
    tell(session, kind, return_, now=now, refund_id=refund.id, refund=refund.idempotency_key, **amount, **facts)


@dataclass(frozen=True, slots=True)
class Locked:
    """A return with its order, as they are now and stay until the transaction ends."""

    order: OrderRecord
    return_: Return


def lock_return(session: Session, return_id: int) -> Locked:
    """Lock all that a service on a return may change. Raises NotFound.

    The order comes first because the money and the units of all its returns hang on it: two returns of one order wait
    for each other here, before either holds anything that the other wants. Folding holds a parcel without its order,
    so the parcel comes next. All rows are read anew: what this session knew of them may be old.
    """
    locked = lock_returns(session, [return_id])
    if not locked:
        raise NotFound(f"There is no return {return_id}.")
    return locked[0]


def lock_returns(session: Session, return_ids: Sequence[int]) -> list[Locked]:
    """The same for several, in the order of their ids: all orders by id, then all parcels, returns and refunds."""
    chosen = Return.id.in_(return_ids)
    # By id, as every service locks orders: two batches that share two orders never take them crosswise.
    orders = sorted(set(session.scalars(select(Return.order_id).where(chosen))))
    locked_orders = {order_id: lock_order(session, order_id) for order_id in orders}
    if not locked_orders:
        return []
    lock_parcels(session, select(Return.shipment_id).where(chosen))
    # Without it the session would hand out rows as it read them before it waited for the locks.
    fresh = {"populate_existing": True}
    receipts = selectinload(Return.receipts).selectinload(Receipt.lines)
    statement = select(Return).where(chosen).options(selectinload(Return.lines), receipts).order_by(Return.id)
    returns = session.scalars(statement.with_for_update(of=Return).execution_options(**fresh)).all()
    # By a statement of their own: refunds are locked too, and after the returns, as everywhere.
    money = select(Refund).where(Refund.return_id.in_(return_ids)).order_by(Refund.id).with_for_update()
    refunds = session.scalars(money.execution_options(**fresh)).all()
    # Set as loaded: an assignment would first read the old refunds, and count as a change of the return.
    for return_ in returns:
        set_committed_value(return_, "refunds", [refund for refund in refunds if refund.return_id == return_.id])
    return [Locked(locked_orders[return_.order_id], return_) for return_ in returns]


def lock_refund(session: Session, refund_id: int) -> tuple[Locked, Refund]:
    """The same for a refund. Raises NotFound."""
    # Read without a lock: a refund never changes its return, and the order's lock has to come first.
    return_id = session.scalar(select(Refund.return_id).where(Refund.id == refund_id))
    if return_id is None:
        raise NotFound(f"There is no refund {refund_id}.")
    locked = lock_return(session, return_id)
    return locked, session.get_one(Refund, refund_id)

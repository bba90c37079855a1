"""Locks on what a return touches, always in one order: the order, its parcel, the return, its refunds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.core.errors import NotFound
from app.orders.models import Order
from app.returns.models import Receipt, Refund, Return
from app.returns.order_facts import load_order
from app.tracking.models import Shipment


@dataclass(frozen=True, slots=True)
class Locked:
    """A return with its order, as they are now and stay until the transaction ends."""

    order: Order
    found: Return


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
    wanted = Return.id.in_(return_ids)
    orders = sorted(set(session.scalars(select(Return.order_id).where(wanted))))
    held = {order_id: load_order(session, order_id, lock=True) for order_id in orders}
    if not held:
        return []
    parcels = select(Shipment.id).where(Shipment.id.in_(select(Return.shipment_id).where(wanted)))
    session.execute(parcels.order_by(Shipment.id).with_for_update())
    anew = {"populate_existing": True}
    receipts = selectinload(Return.receipts).selectinload(Receipt.lines)
    whole = select(Return).where(wanted).options(selectinload(Return.lines), receipts).order_by(Return.id)
    found = session.scalars(whole.with_for_update(of=Return).execution_options(**anew)).all()
    owed = select(Refund).where(Refund.return_id.in_(return_ids)).order_by(Refund.id).with_for_update()
    refunds = session.scalars(owed.execution_options(**anew)).all()
    for one in found:
        set_committed_value(one, "refunds", [refund for refund in refunds if refund.return_id == one.id])
    return [Locked(held[one.order_id], one) for one in found]


def lock_refund(session: Session, refund_id: int) -> tuple[Locked, Refund]:
    """The same for a refund. Raises NotFound."""
    return_id = session.scalar(select(Refund.return_id).where(Refund.id == refund_id))
    if return_id is None:
        raise NotFound(f"There is no refund {refund_id}.")
    locked = lock_return(session, return_id)
    return locked, session.get_one(Refund, refund_id)

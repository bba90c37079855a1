"""What orders do for other rooms: give themselves whole, and hold still while what hangs on them changes."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.errors import NotFound
from app.orders.models import Order
from app.orders.records import OrderRecord


def whole_order(session: Session, order_id: int) -> OrderRecord:
    """The order with all lines that it ever had, and its brand. Raises NotFound."""
    whole = selectinload(OrderRecord.all_lines), joinedload(OrderRecord.brand)
    order = session.scalar(select(OrderRecord).where(OrderRecord.id == order_id).options(*whole))
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order


def lock_order(session: Session, order_id: int) -> OrderRecord:
    """The order as it is now, whole; it stays so, and all who lock it wait, until the commit. Raises NotFound."""
    # Before anything else: parcels, returns and refunds are locked after their order, so that nobody waits crosswise.
    # First the lock, then the reading: what was read before could be old by now.
    session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
    return whole_order(session, order_id)


def lock_free_orders(session: Session, chosen: Select[int], *, limit: int) -> set[int]:
    """Lock those of the chosen ids that nobody holds, by id and at most ``limit``; the others are left for later."""
    free = select(Order.id).where(Order.id.in_(chosen)).order_by(Order.id).limit(limit)
    return set(session.scalars(free.with_for_update(skip_locked=True)))

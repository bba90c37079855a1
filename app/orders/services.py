"""What orders do for other rooms: hold still. Whoever changes what hangs on an order locks it before anything else."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.orders.queries import whole_order
from app.orders.records import OrderRecord


def lock_order(session: Session, order_id: int) -> OrderRecord:
    """The order as it is now, whole; it stays so, and all who lock it wait, until the commit. Raises NotFound."""
    # First the lock, then the reading: what was read before could be old by now.
    session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
    return whole_order(session, order_id)


def lock_free_orders(session: Session, chosen: Select[int], *, limit: int) -> set[int]:
    """Lock those of the chosen ids that nobody holds, by id and at most ``limit``; the others are left for later."""
    free = select(Order.id).where(Order.id.in_(chosen)).order_by(Order.id).limit(limit)
    return set(session.scalars(free.with_for_update(skip_locked=True)))

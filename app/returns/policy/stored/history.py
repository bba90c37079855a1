"""What a customer ordered and sent back before, for policies with a rule that asks."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.orders.records import OrderContactRecord, OrderLineRecord, OrderRecord
from app.returns.elsewhere.own import holding
from app.returns.models import Return, ReturnLine
from app.returns.policy.facts import CustomerHistory, OrderUnits

MOST_ORDERS = 1000


def customer_history(
    session: Session, order: OrderRecord, *, now: datetime, before: int | None = None
) -> CustomerHistory | None:
    """Orders and returns at this brand under the address of who ordered; None for an order without an address.

    ``before`` leaves out the return of this id and later ones. Returns that were cancelled or rejected do not count.
    """
    email = next((contact.email_folded for contact in order.contacts if contact.email_folded), None)
    if email is None:
        return None
    placed = _orders(session, order, email)
    statement = (
        select(Return.id, Return.order_id, Return.requested_at, func.sum(ReturnLine.quantity))
        .join(ReturnLine, ReturnLine.return_id == Return.id)
        .where(Return.order_id.in_(list(placed)), holding(), Return.requested_at <= now)
        .group_by(Return.id)
    )
    if before is not None:
        statement = statement.where(Return.id < before)
    moments: list[datetime] = []
    back: dict[int, int] = {}
    for _return_id, order_id, requested_at, units in session.execute(statement):
        moments.append(requested_at)
        back[order_id] = back.get(order_id, 0) + int(units)
    return CustomerHistory(
        all(at >= order.placed_at for at, _ in placed.values()),
        tuple(moments),
        tuple(OrderUnits(at, units, back.get(order_id, 0)) for order_id, (at, units) in placed.items()),
    )


def _orders(session: Session, order: OrderRecord, email: str) -> dict[int, tuple[datetime, int]]:
    """When each order of this address was placed, and how many units it had: the newest of very many."""
    ids = select(OrderContactRecord.order_id).where(
        OrderContactRecord.email_folded == email, OrderContactRecord.position == 0
    )
    statement = (
        select(OrderRecord.id, OrderRecord.placed_at, func.sum(OrderLineRecord.quantity))
        .join(OrderLineRecord, OrderLineRecord.order_id == OrderRecord.id)
        .where(OrderRecord.id.in_(ids), OrderRecord.brand_key == order.brand_key)
        .group_by(OrderRecord.id, OrderRecord.placed_at)
        .order_by(OrderRecord.placed_at.desc())
        .limit(MOST_ORDERS)
    )
    return {order_id: (placed_at, int(units or 0)) for order_id, placed_at, units in session.execute(statement)}

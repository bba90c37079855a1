"""The demo shop's own orders: each of their documents says so; what the shop itself tells of one makes it its own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.orders.records import OrderContactRecord, OrderRecord

# In ``extra``, which is written anew with every document.
MARK = "paradero_demo"


def marked(extra: Mapping[str, Any]) -> bool:
    """Whether an order with these further facts is the demo's own."""
    return extra.get(MARK) is True


def is_demos() -> ColumnElement[bool]:
    """The same as a condition."""
    demos: ColumnElement[bool] = OrderRecord.extra[MARK].astext == "true"
    return demos


def is_real() -> ColumnElement[bool]:
    """Whether an order is the shop's own, as a condition."""
    return is_demos().is_not(True)


def real_and_demo(session: Session) -> tuple[bool, bool]:
    """Whether there are orders of the shop's own, and of the demo's."""
    row = session.execute(select(exists().where(is_real()), exists().where(is_demos()))).one()
    return row[0], row[1]


def demos_alone(session: Session, address: str) -> bool:
    """Whether this e-mail address or number stands on orders of the demo and on no other."""
    reached = (OrderContactRecord.email_folded == address) | (OrderContactRecord.phone_e164 == address)
    extras = select(OrderRecord.extra).join(OrderContactRecord, OrderContactRecord.order_id == OrderRecord.id)
    # Of many orders some tell enough: an address of the demo's is on no more of the shop's own.
    stood_on = session.scalars(extras.where(reached).order_by(OrderRecord.id.desc()).limit(100)).all()
    return bool(stood_on) and all(marked(extra) for extra in stood_on)

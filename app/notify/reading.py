"""Reads what a batch of messages may speak of out of the database, a statement a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.db import Model
from app.notify.models import BrandMessages, Message
from app.orders.models import Brand, Order
from app.returns.models import Refund, Return, Withdrawal
from app.tracking.models import Shipment

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Known:
    """The rows behind some messages, by id."""

    orders: dict[int, Order] = field(default_factory=dict)
    shipments: dict[int, Shipment] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    refunds: dict[int, Refund] = field(default_factory=dict)
    withdrawals: dict[int, Withdrawal] = field(default_factory=dict)
    brands: dict[str, Brand] = field(default_factory=dict)
    wishes: dict[str, BrandMessages] = field(default_factory=dict)

    def parcels_of(self, order_id: int) -> list[Shipment]:
        """The outbound parcels of an order, in their order."""
        mine = [one for one in self.shipments.values() if one.order_id == order_id and one.direction == "outbound"]
        return sorted(mine, key=lambda one: (one.position, one.id))


def read(session: Session, messages: Sequence[Message]) -> Known:
    """Everything that these messages may speak of."""
    orders = {m.order_id for m in messages if m.order_id} | {i for m in messages for i in m.facts.get("order_ids", ())}
    found = Known(
        orders=_by_id(session, select_orders(orders)) if orders else {},
        shipments=_shipments(session, orders),
        returns=_returns(session, {m.return_id for m in messages if m.return_id}),
        refunds=_plain(session, Refund, {m.facts["refund_id"] for m in messages if m.facts.get("refund_id")}),
        withdrawals=_plain(
            session, Withdrawal, {m.facts["withdrawal_id"] for m in messages if m.facts.get("withdrawal_id")}
        ),
    )
    keys = {m.brand_key for m in messages}
    for brand in session.scalars(select(Brand).where(Brand.key.in_(keys))):
        found.brands[brand.key] = brand
    for wish in session.scalars(select(BrandMessages).where(BrandMessages.brand_key.in_(keys))):
        found.wishes[wish.brand_key] = wish
    return found


def select_orders(ids: Iterable[int]):  # type: ignore[no-untyped-def]
    """Orders with their lines and contacts."""
    return select(Order).where(Order.id.in_(ids)).options(selectinload(Order.lines), selectinload(Order.contacts))


def _shipments(session: Session, orders: set[int]) -> dict[int, Shipment]:
    if not orders:
        return {}
    return _by_id(session, select(Shipment).where(Shipment.order_id.in_(orders)).options(selectinload(Shipment.lines)))


def _returns(session: Session, ids: set[int]) -> dict[int, Return]:
    return _by_id(session, select(Return).where(Return.id.in_(ids)).options(selectinload(Return.lines))) if ids else {}


def _plain(session: Session, model: type[Row], ids: set[int]) -> dict[int, Row]:
    return _by_id(session, select(model).where(model.id.in_(ids))) if ids else {}  # type: ignore[attr-defined]


def _by_id(session: Session, statement) -> dict[int, Row]:  # type: ignore[no-untyped-def]
    return {row.id: row for row in session.scalars(statement)}

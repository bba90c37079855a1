"""Figures of returns: how many units came back, for which reasons, of which products, and for how much."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Subquery, cast, func, select
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.metrics.scope import group_key, narrowed, order_cuts
from app.orders.models import Order, OrderLine
from app.returns.models import Return, ReturnLine
from app.returns.policy.order_facts import holding
from app.tracking.models import Shipment

ALLOWED = frozenset(
    {
        GroupBy.NONE,
        GroupBy.DAY,
        GroupBy.WEEK,
        GroupBy.MONTH,
        GroupBy.REASON,
        GroupBy.PRODUCT,
        GroupBy.CHANNEL,
        GroupBy.COUNTRY,
        GroupBy.REGION,
    }
)


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One group: returns and units asked for, the amount quoted in minor units of ``currency``."""

    group: str
    currency: str
    returns: int
    units: int
    received: int
    quoted: int


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product: units sold in the orders of the period, and units of these that were sent back."""

    sku: str
    title: str
    sold: int
    returned: int

    @property
    def rate(self) -> float:
        """Units sent back for each unit sold."""
        return self.returned / self.sold if self.sold else 0.0


def returns(session: Session, question: FiguresQuestion, *, zone: str) -> list[ReturnRow]:
    """Returns asked for on the days of the question, by the shop's calendar; those that hold no units left out."""
    begin, end = question.bounds(zone)
    day = cast(func.timezone(zone, Return.requested_at), DATE)
    cuts: dict[GroupBy, Any] = {**order_cuts(), GroupBy.REASON: ReturnLine.reason, GroupBy.PRODUCT: OrderLine.sku}
    key = group_key(question, day, cuts).label("key")
    statement = (
        select(
            key,
            Return.currency,
            func.count(Return.id.distinct()),
            func.sum(ReturnLine.quantity),
            func.sum(ReturnLine.quantity).filter(Return.received_at.is_not(None)),
            func.sum(ReturnLine.refund),
        )
        .join(ReturnLine, ReturnLine.return_id == Return.id)
        .join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
        .join(Order, Order.id == Return.order_id)
        .outerjoin(Shipment, Shipment.id == Return.shipment_id)
        .where(Return.requested_at >= begin, Return.requested_at < end, holding())
        .group_by(key, Return.currency)
        .order_by(key)
    )
    return [_row(*row) for row in session.execute(narrowed(statement, question))]


def products(session: Session, question: FiguresQuestion, *, zone: str, limit: int = 20) -> list[ProductRow]:
    """The products of orders placed in the period that come back most, those with the highest rate first."""
    back = _sent_back()
    sold, returned = func.sum(OrderLine.quantity), func.coalesce(func.sum(back.c.units), 0)
    statement = (
        _sold(question, zone, back, OrderLine.sku, func.max(OrderLine.title), sold, returned)
        .group_by(OrderLine.sku)
        .having(returned > 0)
        .order_by((returned * 1.0 / func.greatest(sold, 1)).desc(), returned.desc(), OrderLine.sku)
        .limit(limit)
    )
    found = session.execute(statement)
    return [ProductRow(sku, title, int(many), int(gone)) for sku, title, many, gone in found]


def cohort(session: Session, question: FiguresQuestion, *, zone: str) -> tuple[int, int]:
    """Units sold in the orders placed in the period, and units of these that were sent back, whenever that was."""
    back = _sent_back()
    sold, returned = func.sum(OrderLine.quantity), func.sum(back.c.units)
    many, gone = session.execute(_sold(question, zone, back, sold, returned)).one()
    return int(many or 0), int(gone or 0)


def _sold(question: FiguresQuestion, zone: str, back: Any, *columns: Any) -> Any:
    """Lines of orders placed in the period, cancelled ones left out, with what came back of each."""
    begin, end = question.bounds(zone)
    statement = (
        select(*columns)
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(back, back.c.order_line_id == OrderLine.id)
        .where(Order.placed_at >= begin, Order.placed_at < end, Order.status != "cancelled")
    )
    return narrowed(statement, replace(question, carrier=None))


def _sent_back() -> Subquery:
    return (
        select(ReturnLine.order_line_id, func.sum(ReturnLine.quantity).label("units"))
        .join(Return, Return.id == ReturnLine.return_id)
        .where(holding())
        .group_by(ReturnLine.order_line_id)
        .subquery()
    )


def _row(group: str, currency: str, returns: int, units: int, received: int | None, quoted: int) -> ReturnRow:
    """Sums come as decimals, and none as nothing."""
    return ReturnRow(group, currency, returns, int(units), int(received or 0), int(quoted))

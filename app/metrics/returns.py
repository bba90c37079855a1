"""Figures of returns: how many units came back, for which reasons, of which products, and for how much."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Subquery, cast, func, select
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.metrics.scope import group_key, narrowed, order_cuts
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.elsewhere.own import holding
from app.returns.records import ReturnLineRecord, ReturnRecord
from app.tracking.records import ShipmentRecord

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
    day = cast(func.timezone(zone, ReturnRecord.requested_at), DATE)
    cuts: dict[GroupBy, Any] = {
        **order_cuts(),
        GroupBy.REASON: ReturnLineRecord.reason,
        GroupBy.PRODUCT: OrderLineRecord.sku,
    }
    key = group_key(question, day, cuts).label("key")
    statement = (
        select(
            key,
            ReturnRecord.currency,
            func.count(ReturnRecord.id.distinct()),
            func.sum(ReturnLineRecord.quantity),
            func.sum(ReturnLineRecord.quantity).filter(ReturnRecord.received_at.is_not(None)),
            func.sum(ReturnLineRecord.refund),
        )
        .join(ReturnLineRecord, ReturnLineRecord.return_id == ReturnRecord.id)
        .join(OrderLineRecord, OrderLineRecord.id == ReturnLineRecord.order_line_id)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        # A return without a label has no parcel, and is one all the same.
        .outerjoin(ShipmentRecord, ShipmentRecord.id == ReturnRecord.shipment_id)
        .where(ReturnRecord.requested_at >= begin, ReturnRecord.requested_at < end, holding())
        .group_by(key, ReturnRecord.currency)
        .order_by(key)
    )
    return [_row(*row) for row in session.execute(narrowed(statement, question))]


def products(session: Session, question: FiguresQuestion, *, zone: str, limit: int = 20) -> list[ProductRow]:
    """The products of orders placed in the period that come back most, those with the highest rate first."""
    back = _sent_back()
    sold, returned = func.sum(OrderLineRecord.quantity), func.coalesce(func.sum(back.c.units), 0)
    statement = (
        _sold(question, zone, back, OrderLineRecord.sku, func.max(OrderLineRecord.title), sold, returned)
        .group_by(OrderLineRecord.sku)
        .having(returned > 0)
        # A line that the shop took out of the order counts nothing as sold.
        .order_by((returned * 1.0 / func.greatest(sold, 1)).desc(), returned.desc(), OrderLineRecord.sku)
        .limit(limit)
    )
    rows = session.execute(statement)
    return [ProductRow(sku, title, int(many), int(gone)) for sku, title, many, gone in rows]


def cohort(session: Session, question: FiguresQuestion, *, zone: str) -> tuple[int, int]:
    """Units sold in the orders placed in the period, and units of these that were sent back, whenever that was."""
    back = _sent_back()
    sold, returned = func.sum(OrderLineRecord.quantity), func.sum(back.c.units)
    many, gone = session.execute(_sold(question, zone, back, sold, returned)).one()
    return int(many or 0), int(gone or 0)


def _sold(question: FiguresQuestion, zone: str, back: Any, *columns: Any) -> Any:
    """Lines of orders placed in the period, cancelled ones left out, with what came back of each."""
    begin, end = question.bounds(zone)
    statement = (
        select(*columns)
        .select_from(OrderLineRecord)
        .join(OrderRecord, OrderRecord.id == OrderLineRecord.order_id)
        .outerjoin(back, back.c.order_line_id == OrderLineRecord.id)
        .where(OrderRecord.placed_at >= begin, OrderRecord.placed_at < end, OrderRecord.status != "cancelled")
    )
    # A carrier narrows what comes back; what was sold may have left in parcels of several.
    return narrowed(statement, replace(question, carrier=None))


def _sent_back() -> Subquery:
    return (
        select(ReturnLineRecord.order_line_id, func.sum(ReturnLineRecord.quantity).label("units"))
        .join(ReturnRecord, ReturnRecord.id == ReturnLineRecord.return_id)
        .where(holding())
        .group_by(ReturnLineRecord.order_line_id)
        .subquery()
    )


def _row(group: str, currency: str, returns: int, units: int, received: int | None, quoted: int) -> ReturnRow:
    """Sums come as decimals, and none as nothing."""
    return ReturnRow(group, currency, returns, int(units), int(received or 0), int(quoted))

"""Figures of delivery: how many arrived, how many on time by which measure, and how long they took."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, Float, cast, func, literal, select
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.metrics.scope import group_key, narrowed, order_cuts
from app.orders.records import OrderRecord
from app.tracking.fold.facts import Flag
from app.tracking.records import ShipmentRecord

ALLOWED = frozenset(
    {
        GroupBy.NONE,
        GroupBy.DAY,
        GroupBy.WEEK,
        GroupBy.MONTH,
        GroupBy.CARRIER,
        GroupBy.COUNTRY,
        GroupBy.REGION,
        GroupBy.CHANNEL,
    }
)
# The columns p10, p50 and p90 of docs/metrics.md.
QUANTILES = (0.1, 0.5, 0.9)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One group. Shares are of ``promised`` shipments; days are decimal days, None where nothing was measured.

    ``odd`` counts shipments whose dates contradict each other; what contradicts is in no duration.
    """

    group: str
    delivered: int
    promised: int
    on_time: int
    on_time_first_attempt: int
    on_time_to_the_instant: int
    order_to_door: tuple[float | None, float | None, float | None]
    carrier_to_door: tuple[float | None, float | None, float | None]
    odd: int

    @property
    def on_time_share(self) -> float | None:
        """On time by the calendar day of the destination."""
        return self.on_time / self.promised if self.promised else None

    @property
    def first_attempt_share(self) -> float | None:
        """The first attempt was on time by the calendar day of the destination."""
        return self.on_time_first_attempt / self.promised if self.promised else None

    @property
    def to_the_instant_share(self) -> float | None:
        """Delivered before the promised day began."""
        return self.on_time_to_the_instant / self.promised if self.promised else None


def delivery(session: Session, question: FiguresQuestion) -> list[DeliveryRow]:
    """Outbound shipments delivered on the days asked for, each by the calendar of its destination."""
    base = _delivered(question).subquery()
    seconds = func.extract("epoch", base.c.delivered_at - base.c.placed_at)
    carried = func.extract("epoch", base.c.delivered_at - base.c.picked_up_at)
    # Seconds that passed, not the difference of wall clocks: that is an hour off across a change to summer time.
    in_order, handed = base.c.delivered_at >= base.c.placed_at, base.c.delivered_at >= base.c.picked_up_at
    # Where no carrier told of an attempt that failed, the delivery was the first.
    attempt = func.coalesce(base.c.attempted_on, base.c.delivered_on)
    statement = (
        select(
            base.c.key,
            func.count(),
            func.count(base.c.promised),
            func.count().filter(base.c.delivered_on <= base.c.promised),
            func.count().filter(attempt <= base.c.promised),
            # A time against a date, as other systems compare them: kept so that their figures can be held against ours.
            func.count().filter(base.c.delivered_local <= base.c.promised),
            _quantiles(seconds / 86400.0).filter(in_order),
            _quantiles(carried / 86400.0).filter(handed),
            # A parcel that was never scanned in hand contradicts nothing.
            func.count().filter(~in_order | ~func.coalesce(handed, True) | base.c.odd),
        )
        .group_by(base.c.key)
        .order_by(base.c.key)
    )
    return [_row(row) for row in session.execute(statement)]


def _delivered(question: FiguresQuestion) -> Any:
    local = func.timezone(ShipmentRecord.zone, ShipmentRecord.delivered_at)
    day = cast(local, DATE)
    begin, end = question.bounds("UTC")
    statement = (
        select(
            group_key(question, day, {**order_cuts(), GroupBy.CARRIER: ShipmentRecord.carrier}).label("key"),
            ShipmentRecord.delivered_at,
            ShipmentRecord.picked_up_at,
            OrderRecord.placed_at,
            local.label("delivered_local"),
            day.label("delivered_on"),
            cast(func.timezone(ShipmentRecord.zone, ShipmentRecord.first_attempt_at), DATE).label("attempted_on"),
            func.coalesce(ShipmentRecord.promise_until, OrderRecord.promise_until).label("promised"),
            (literal(Flag.LATE_PICKUP.value) == func.any(ShipmentRecord.flags)).label("odd"),
        )
        .join(OrderRecord, OrderRecord.id == ShipmentRecord.order_id)
        .where(ShipmentRecord.direction == "outbound", ShipmentRecord.state == "delivered")
        # The index narrows to a day more on either side; the calendar of each destination decides.
        .where(ShipmentRecord.delivered_at >= begin - _DAY, ShipmentRecord.delivered_at < end + _DAY)
        .where(day >= question.first, day <= question.last)
    )
    return narrowed(statement, question)


def _quantiles(value: Any) -> Any:
    return func.percentile_cont(cast(list(QUANTILES), ARRAY(Float))).within_group(value)


def _row(row: Any) -> DeliveryRow:
    nothing = (None, None, None)
    key, delivered, promised, on_time, attempted, instant, order_to_door, carrier_to_door, odd = row
    return DeliveryRow(
        key,
        delivered,
        promised,
        on_time,
        attempted,
        instant,
        tuple(order_to_door or nothing),
        tuple(carrier_to_door or nothing),
        odd,
    )

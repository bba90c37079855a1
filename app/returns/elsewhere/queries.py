"""What pages show of money and units given back in the shop's own system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.orders.records import OrderLineRecord, OrderRecord
from app.orders.services import whole_order
from app.returns.elsewhere.ledger import LineElsewhere, given_back_elsewhere
from app.returns.elsewhere.matching import Match, Verdict
from app.returns.records import RefundElsewhereRecord, RefundRecord, ReturnElsewhereRecord


@dataclass(frozen=True, slots=True)
class RefundShownElsewhere:
    """A refund of the shop's system with whose it is, and what of ours it is or may be: one, or some together."""

    row: RefundElsewhereRecord
    match: Match
    readings: Sequence[Sequence[RefundRecord]]

    @property
    def verdict(self) -> Verdict:
        """Whose it is as things stand."""
        return self.match.verdict

    @staticmethod
    def keys(reading: Sequence[RefundRecord]) -> str:
        """The ids of refunds of ours, as people read them."""
        return " + ".join(refund.idempotency_key for refund in reading)


@dataclass(frozen=True, slots=True)
class OrderElsewhere:
    """All that was given back of an order in the shop's system."""

    order: OrderRecord
    refunds: Sequence[RefundShownElsewhere]
    returns: Sequence[ReturnElsewhereRecord]
    lines: Sequence[tuple[OrderLineRecord, LineElsewhere]]
    untold: int = 0

    @property
    def titles(self) -> Mapping[str, str]:
        """The lines' titles by the shop's id."""
        return {line.line_id: line.title for line in self.order.all_lines}

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.refunds or self.returns or self.lines or self.untold)


def order_elsewhere(session: Session, order_id: int) -> OrderElsewhere:
    """What the console shows of an order. Raises NotFound."""
    order = whole_order(session, order_id)
    there = given_back_elsewhere(session, order)
    rows = {
        row.external_id: row
        for row in session.scalars(select(RefundElsewhereRecord).where(RefundElsewhereRecord.order_id == order_id))
    }
    ours = {one.id: one for one in session.scalars(select(RefundRecord).where(RefundRecord.order_id == order_id))}
    refunds = [
        RefundShownElsewhere(
            rows[match.refund.external_id],
            match,
            [[ours[one] for one in reading if one in ours] for reading in _of(match)],
        )
        for match in there.refunds
        if match.refund.external_id in rows
    ]
    of_returns = select(ReturnElsewhereRecord).where(ReturnElsewhereRecord.order_id == order_id)
    returns = session.scalars(of_returns.order_by(ReturnElsewhereRecord.id)).all()
    lines = [(line, there.lines[line.id]) for line in order.all_lines if line.id in there.lines]
    lines = [pair for pair in lines if pair[1].units or pair[1].count.counted]
    return OrderElsewhere(order, refunds, returns, lines, there.untold)


def refunds_elsewhere(session: Session, order_id: int) -> list[tuple[int, str, datetime, str]]:
    """(amount, currency, moment, zone) of what was certainly given back elsewhere, for the order's own page."""
    statement = (
        select(RefundElsewhereRecord, BrandRecord.time_zone)
        .join(OrderRecord, OrderRecord.id == RefundElsewhereRecord.order_id)
        .join(BrandRecord, BrandRecord.key == OrderRecord.brand_key)
        .where(RefundElsewhereRecord.order_id == order_id, RefundElsewhereRecord.verdict == Verdict.ELSEWHERE)
        .where(RefundElsewhereRecord.amount > 0)
        .order_by(RefundElsewhereRecord.id)
    )
    return [(row.amount, row.currency, row.made_at or row.told_at, zone) for row, zone in session.execute(statement)]


def _of(match: Match) -> Sequence[Sequence[int]]:
    return match.readings or ((match.refund_ids,) if match.refund_ids else ())

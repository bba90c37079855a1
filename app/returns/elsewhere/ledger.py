"""What was given back in the shop's own system, as it is told and as it was kept: for whoever reckons with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.intake.paid import taken_off_in_doubt
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.elsewhere.counting import (
    SPEAKING,
    OwnUnits,
    UnitCount,
    UnitsOfReturns,
    elsewhere,
    follow,
    units_of_returns,
)
from app.returns.elsewhere.matching import Judgement, Match, RefundThere, Verdict, match_refunds
from app.returns.elsewhere.models import RefundElsewhere, ReturnElsewhere, UnitsElsewhere
from app.returns.elsewhere.own import OwnLine, own_lines, own_refunds


@dataclass(frozen=True, slots=True)
class LineElsewhere:
    """A line's units that came back elsewhere, and how they come about; ``correction`` is a person's."""

    units: int
    count: UnitCount
    own: OwnUnits
    returns: UnitsOfReturns
    exchanged: int
    correction: int


@dataclass(frozen=True, slots=True)
class GivenBackElsewhere:
    """What the shop's own system gave back of an order: refunds with whose they are, and units by order line.

    ``untold`` is money that left its paid amount without a refund, as if for ours that are due.
    """

    refunds: tuple[Match, ...] = ()
    lines: Mapping[int, LineElsewhere] = field(default_factory=dict)
    untold: int = 0

    @property
    def amount(self) -> int:
        """Money that is certainly beside ours, in minor units."""
        return sum(match.counts for match in self.refunds if match.verdict is not Verdict.UNSURE)

    @property
    def doubtful(self) -> int:
        """Money that may be beside ours, or one of ours."""
        return self.untold + sum(match.counts for match in self.refunds if match.verdict is Verdict.UNSURE)

    @property
    def most(self) -> int:
        """Money that nothing new may be promised of."""
        return self.amount + self.doubtful

    def units(self, order_line_id: int) -> int:
        """Units of a line that came back, or are to come back, elsewhere."""
        line = self.lines.get(order_line_id)
        return line.units if line else 0

    def doubts_about(self, refund_id: int) -> list[Match]:
        """Refunds there that may be this one of ours."""
        return [match for match in self.refunds if refund_id in match.candidates]


NOTHING = GivenBackElsewhere()


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of an order: refunds and returns by the shop's id, units by order line."""

    refunds: Mapping[str, RefundElsewhere]
    returns: Mapping[str, ReturnElsewhere]
    units: Mapping[int, UnitsElsewhere]

    def until(self, moment: datetime) -> "Kept":
        """What was kept of it by then."""
        return Kept(
            {name: row for name, row in self.refunds.items() if row.told_at <= moment},
            {name: row for name, row in self.returns.items() if row.told_at <= moment},
            {line: row for line, row in self.units.items() if row.changed_at <= moment},
        )


def kept_of(session: Session, order_id: int, *, lock: bool = False) -> Kept:
    """What was kept of an order; ``lock`` for who changes it, after the order itself."""
    # Read anew: who waited for the order's lock may hold rows as they were before it.
    fresh = {"populate_existing": True}
    of_refunds = select(RefundElsewhere).where(RefundElsewhere.order_id == order_id).order_by(RefundElsewhere.id)
    of_returns = select(ReturnElsewhere).where(ReturnElsewhere.order_id == order_id).order_by(ReturnElsewhere.id)
    of_units = select(UnitsElsewhere).where(UnitsElsewhere.order_id == order_id)
    if lock:
        of_refunds, of_returns = of_refunds.with_for_update(), of_returns.with_for_update()
        of_units = of_units.order_by(UnitsElsewhere.order_line_id).with_for_update()
    refunds = session.scalars(of_refunds.execution_options(**fresh))
    returns = session.scalars(of_returns.execution_options(**fresh))
    units = session.scalars(of_units.execution_options(**fresh))
    return Kept(
        {row.external_id: row for row in refunds},
        {row.external_id: row for row in returns},
        {row.order_line_id: row for row in units},
    )


def given_back_elsewhere(session: Session, order: OrderRecord, *, as_of: datetime | None = None) -> GivenBackElsewhere:
    """What was given back elsewhere of an order; ``as_of`` is what was kept of it by then.

    What the order's row tells and nobody has kept yet counts too: nothing is given back twice for want of a note.
    """
    ledger = kept_of(session, order.id)
    if as_of is not None:
        # When money went untold nobody knows: the order's row says what is so now.
        return replace(reckoned(session, order, ledger.until(as_of), refunds=[], returns=[]), untold=0)
    return reckoned(session, order, ledger, refunds=order.refunds, returns=order.returns)


def reckoned(
    session: Session,
    order: OrderRecord,
    ledger: Kept,
    *,
    refunds: Sequence[Mapping[str, Any]],
    returns: Sequence[Mapping[str, Any]],
) -> GivenBackElsewhere:
    """What follows from what is told beside what was kept."""
    there = _refunds_there(refunds, ledger, order.currency)
    taken_off = taken_off_in_doubt(order)
    here = own_refunds(session, order.id, order.currency) if there or taken_off else []
    matches = match_refunds(there, here, {name: _judgement(row) for name, row in ledger.refunds.items()})
    paid = sum(refund.amount for refund in here if refund.state == "paid")
    untold = max(0, taken_off - paid - sum(match.counts for match in matches))
    return GivenBackElsewhere(matches, _lines(session, order, ledger, _returns_there(returns, ledger)), untold)


def _refunds_there(stated: Sequence[Mapping[str, Any]], ledger: Kept, currency: str) -> list[RefundThere]:
    """As told now, then those that are told no more: systems forget, and money is not there again for that."""
    now = {one["id"]: RefundThere(one["id"], one["amount"], _moment(one["at"]), one["key"]) for one in stated}
    before = [
        RefundThere(row.external_id, row.amount, row.made_at, row.key)
        for row in ledger.refunds.values()
        # Amounts of a currency that the order was in before cannot be held against what was paid.
        if row.external_id not in now and row.currency == currency
    ]
    return [*now.values(), *before]


def _returns_there(stated: Sequence[Mapping[str, Any]], ledger: Kept) -> list[Mapping[str, Any]]:
    ids = {one["id"] for one in stated}
    before = [
        {"id": row.external_id, "status": row.stage, "key": row.key, "lines": row.lines}
        for row in ledger.returns.values()
        if row.external_id not in ids
    ]
    return [*stated, *before]


def _lines(
    session: Session, order: OrderRecord, ledger: Kept, returns: Sequence[Mapping[str, Any]]
) -> dict[int, LineElsewhere]:
    speaking = {line["line"] for one in returns if one["status"] in SPEAKING for line in one["lines"]}
    exchanged = {line.for_line for line in order.all_lines if line.origin == "exchange" and line.quantity}
    lines = [
        line
        for line in order.all_lines
        if line.returned or line.id in ledger.units or line.line_id in speaking | exchanged
    ]
    own = own_lines(session, order.id) if lines else {}
    return {
        line.id: _line(order, line, own.get(line.id, OwnLine()), ledger.units.get(line.id), returns) for line in lines
    }


def _line(
    order: OrderRecord,
    line: OrderLineRecord,
    own: OwnLine,
    row: UnitsElsewhere | None,
    returns: Sequence[Mapping[str, Any]],
) -> LineElsewhere:
    before = UnitCount(row.counted, row.elsewhere) if row else UnitCount()
    of_returns = units_of_returns(returns, line.line_id, own.by_return)
    # A count that was left out reads as 0: only a note, which sees the document, lets it fall.
    count = follow(before, max(line.returned, before.counted), own_received=max(own.received, of_returns.ours_received))
    exchanged = sum(
        other.quantity for other in order.all_lines if other.origin == "exchange" and other.for_line == line.line_id
    )
    correction = row.correction if row else 0
    units = elsewhere(count, of_returns, exchanged=exchanged, own=own.units, correction=correction)
    return LineElsewhere(units, count, own.units, of_returns, exchanged, correction)


def _judgement(row: RefundElsewhere) -> Judgement:
    ours = () if row.refund_id is None else (row.refund_id, *row.further_ids)
    return Judgement(Verdict(row.verdict), ours, by_person=row.decided_by is not None)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

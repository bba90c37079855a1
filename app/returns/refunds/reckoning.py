"""What a return is worth as things stand, out of its own rows: promised, changed by people, arrived, due and paid."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.core.i18n.words import local_day
from app.orders.records import OrderRecord
from app.returns.policy.decision import refund_date
from app.returns.policy.money import ONCE, AmountPart, PartKind
from app.returns.policy.order_facts import policy_of
from app.returns.receiving.facts import Disposition
from app.returns.records import AnyRefund, AnyReturn
from app.returns.states import HERE, LIVE, Decision, GoodsState, RefundState, pays
from app.returns.withdrawal.period import add_working_days


@dataclass(frozen=True, slots=True)
class LineBack:
    """A returned line: what was announced, what it was quoted at in all, what has arrived."""

    line_id: str
    quantity: int
    refund: int
    received: int

    @property
    def missing(self) -> int:
        """Units that have not come."""
        return max(0, self.quantity - self.received)

    @property
    def held_back(self) -> int:
        """The part of the quote that waits for the missing units."""
        # Cut so that the odd cent waits with what is missing: what is paid now is never too much.
        return self.refund - self.refund * (self.quantity - self.missing) // self.quantity


def standing_parts(
    quoted: Sequence[AmountPart], lines: Sequence[LineBack], *, by_hand: Sequence[AmountPart] = ()
) -> tuple[AmountPart, ...]:
    """What the return is worth in all with what has come of it, part by part; ``by_hand`` is what people changed.

    Delivery and fees of the order wait until everything is there.
    """
    parts = list(quoted)
    parts += [
        AmountPart(PartKind.NOT_RECEIVED, -line.held_back, line.line_id, line.missing) for line in lines if line.missing
    ]
    if any(line.missing for line in lines):
        parts += [AmountPart(ONCE[part.kind], -part.amount) for part in quoted if part.kind in ONCE]
    return (*parts, *by_hand)


def due_parts(
    quoted: Sequence[AmountPart],
    lines: Sequence[LineBack],
    *,
    settled: int,
    most: int,
    by_hand: Sequence[AmountPart] = (),
) -> tuple[AmountPart, ...]:
    """Parts whose sum is due now: never negative, never above ``most``.

    Nothing when nothing has come, unless a person said an amount all the same.
    """
    if lines and not by_hand and not any(line.received for line in lines):
        return ()
    parts = list(standing_parts(quoted, lines, by_hand=by_hand))
    if settled:
        parts.append(AmountPart(PartKind.SETTLED_BEFORE, -settled))
    total = sum(part.amount for part in parts)
    allowed = min(max(total, 0), max(most, 0))
    if total != allowed:
        # A part of its own, so that the parts still add up to what is paid.
        parts.append(AmountPart(PartKind.LIMIT, allowed - total))
    return tuple(parts)


def standing_refunds(refunds: Sequence[AnyRefund]) -> list[AnyRefund]:
    """Those of a return's refunds that are due or paid."""
    return [refund for refund in refunds if refund.state != RefundState.VOID]


def settled(return_: AnyReturn) -> int:
    """What is due or paid, in minor units."""
    return sum(refund.amount for refund in return_.refunds if refund.state != RefundState.VOID)


def paid(return_: AnyReturn) -> int:
    """What is paid."""
    return sum(refund.amount for refund in return_.refunds if refund.state == RefundState.PAID)


def promised_amount(return_: AnyReturn) -> int:
    """What the whole return is worth once everything has come: the quote with what people changed about it."""
    changed = int(return_.quote["total"]) + sum(int(adjustment["amount"]) for adjustment in return_.adjustments)
    return min(max(0, changed), ceiling(return_))


def told_amount(return_: AnyReturn) -> int:
    """The amount to name to a customer now: what is due or paid once something was booked, before that the promise."""
    booked = GoodsState(return_.goods) in HERE and Decision(return_.decision) is Decision.APPROVED
    return settled(return_) if booked or settled(return_) else promised_amount(return_)


def owed(return_: AnyReturn) -> int:
    """What is due and not paid yet."""
    return sum(refund.amount for refund in return_.refunds if refund.state == RefundState.DUE)


def handed_on(return_: AnyReturn, *, today: date) -> date:
    """The first day on which a return that waits can be handed over: as quoted, or today once that has passed."""
    quoted_day = return_.quote.get("handed_on")
    return max(date.fromisoformat(quoted_day), today) if quoted_day else today


def refund_by(order: OrderRecord, return_: AnyReturn, *, today: date, delivered_at: datetime | None = None) -> date:
    """The working day by which the money is sent back, from what is known by now: pages and mails say this one.

    The latest day of what is due; else counted from the arrival (``delivered_at`` is the carrier's word of it), from
    the hand-over, or from the first day on which it can still be handed over.
    """
    due = [refund.due_on for refund in return_.refunds if refund.state == RefundState.DUE]
    if due:
        return max(due)
    policy, country, zone = policy_of(order), (order.ship_to or {}).get("country"), order.brand.time_zone
    arrived_at = return_.received_at or delivered_at
    if arrived_at:
        return add_working_days(local_day(arrived_at, zone), policy.inspection_days, country)
    if return_.handed_over_at:
        return refund_date(policy, local_day(return_.handed_over_at, zone), country)
    quoted_day, earliest = return_.quote.get("refund_on"), handed_on(return_, today=today)
    if quoted_day and return_.quote.get("handed_on") == earliest.isoformat():
        return date.fromisoformat(quoted_day)
    return refund_date(policy, earliest, country)


def spoken_for(return_: AnyReturn) -> int:
    """What of the order's money no other return may promise."""
    # Once all has come nothing more is paid by itself: what is settled is all that it takes.
    over = pays(Decision(return_.decision), GoodsState(return_.goods)) and return_.goods in (
        GoodsState.RECEIVED,
        GoodsState.INSPECTED,
    )
    if over or Decision(return_.decision) not in LIVE:
        return settled(return_)
    return max(settled(return_), promised_amount(return_))


def ceiling(return_: AnyReturn) -> int:
    """The most that the return pays in all by itself: the quote, or the largest total that a person set.

    What was paid for goods that were missing is not paid again when they turn up. Where the order's money leaves less
    by now, it is no more than that.
    """
    most = max(int(return_.quote["total"]), 0, *(int(adjustment["total"]) for adjustment in return_.adjustments))
    return most if return_.cap is None else min(most, return_.cap)


def quoted(return_: AnyReturn) -> list[AmountPart]:
    """The parts of the kept quote."""
    return [
        AmountPart(PartKind(part["kind"]), part["amount"], part["line"], part["quantity"])
        for part in return_.quote["parts"]
    ]


def by_hand(return_: AnyReturn) -> list[AmountPart]:
    """What people changed about the amount, a part each."""
    return [AmountPart(PartKind.BY_HAND, adjustment["amount"]) for adjustment in return_.adjustments]


def arrived(return_: AnyReturn) -> Mapping[int, int]:
    """Units that were booked as here, by order line; corrected receipts do not count."""
    return _booked(return_, missing=False)


def lines_back(order: OrderRecord, return_: AnyReturn, *, everything: bool = False) -> list[LineBack]:
    """The return's lines with what came of each, never more than was announced.

    Where the policy pays for the hand-over alone, all of it but what is known to be missing. ``everything`` takes all
    of it as arrived.
    """
    names = {line.id: line.line_id for line in order.all_lines}
    unseen = policy_of(order).refund_without_receipt and return_.handed_over_at is not None
    here, missing = arrived(return_), _booked(return_, missing=True)
    back = []
    for line in return_.lines:
        came = min(here.get(line.order_line_id, 0), line.quantity)
        if unseen:
            came = max(came, line.quantity - missing.get(line.order_line_id, 0))
        received = line.quantity if everything else came
        back.append(LineBack(names[line.order_line_id], line.quantity, line.refund, received))
    return back


def _booked(return_: AnyReturn, *, missing: bool) -> Mapping[int, int]:
    units: Counter[int] = Counter()
    for receipt in return_.receipts:
        for line in receipt.lines if receipt.voided_at is None else ():
            if line.order_line_id is not None and (line.disposition == Disposition.MISSING) is missing:
                units[line.order_line_id] += line.quantity
    return units

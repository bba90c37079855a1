"""What a return would be worth and whether the policy lets it: the one account that customer, staff and API see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.evaluation import Eligibility, evaluate
from app.returns.facts import PolicyOrder
from app.returns.judgement import Judgement, ReturnRequest, judge, return_fee
from app.returns.money import Breakdown, OrderPaid, PartKind, breakdown
from app.returns.order_facts import order_facts, policy_of
from app.returns.order_money import order_paid, promised
from app.returns.policy import Method, Policy
from app.returns.promises import RefundPromise, promise
from app.returns.reasons import is_conformity


@dataclass(frozen=True, slots=True)
class QuoteBasis:
    """An order with everything a quote rests on, read once."""

    order: Order
    facts: PolicyOrder
    paid: OrderPaid
    policy: Policy
    eligibility: Eligibility
    shipping_gone: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """A request with its judgement, its money and its dates."""

    request: ReturnRequest
    judgement: Judgement
    breakdown: Breakdown
    promise: RefundPromise

    @property
    def total(self) -> int:
        """The refund in minor units."""
        return self.breakdown.total


def read_basis(
    session: Session, order: Order, *, now: datetime, policy: Policy | None = None, before: int | None = None
) -> QuoteBasis:
    """Read what rules and money need of an order; with a ``policy`` to try, and as it was ``before`` a return's id."""
    facts, policy = order_facts(session, order, before=before), policy or policy_of(order)
    return QuoteBasis(
        order,
        facts,
        order_paid(session, order, before=before),
        policy,
        evaluate(facts, policy, now=now),
        promised(session, order.id, before=before).with_shipping,
        now,
    )


def make_quote(basis: QuoteBasis, request: ReturnRequest) -> Quote:
    """Weigh and price a request."""
    worth = breakdown(basis.paid, request.quantities).total
    fee = return_fee(request, basis.policy, worth=worth, currency=basis.order.currency)
    money = breakdown(basis.paid, request.quantities, fee=fee, with_shipping=refunds_shipping(basis, request))
    dates = promise(
        basis.policy,
        today=basis.facts.day(basis.now),
        country=basis.facts.country,
        handed_on=request.pickup_on if request.method is Method.PICKUP else None,
    )
    return Quote(request, judge(request, basis.eligibility, total=money.total), money, dates)


def refunds_shipping(basis: QuoteBasis, request: ReturnRequest) -> bool:
    """Outbound shipping comes back once, when all that was bought has gone back in the law's period or was faulty."""
    if basis.shipping_gone or not _takes_all(basis, request):
        return False
    today = basis.facts.day(basis.now)
    answers = [basis.eligibility.line(line.line_id) for line in request.lines]
    in_time = all(answer is not None and answer.legal_until and today <= answer.legal_until for answer in answers)
    return in_time or all(line.door is not None and is_conformity(line.door) for line in request.lines)


def quote_document(quote: Quote) -> dict[str, Any]:
    """The quote as it is kept with the return: what was promised, part by part."""
    return quote_parts(quote.breakdown) | promise_document(quote.promise)


def quote_parts(money: Breakdown) -> dict[str, Any]:
    """The money of a kept quote."""
    return {
        "total": money.total,
        "currency": money.currency,
        "parts": [
            {"kind": part.kind, "amount": part.amount, "line": part.line_id, "quantity": part.quantity}
            for part in money.parts
        ],
    }


def promise_document(dates: RefundPromise) -> dict[str, str]:
    """The dates of a kept quote."""
    return {"refund_on": dates.refund_on.isoformat(), "handed_on": dates.handed_on.isoformat()}


def line_refund(money: Breakdown, line_id: str) -> int:
    """What one line's parts add up to."""
    return sum(part.amount for part in money.parts if part.line_id == line_id and part.kind is not PartKind.RETURN_FEE)


def _takes_all(basis: QuoteBasis, request: ReturnRequest) -> bool:
    chosen = request.quantities
    return all(line.returned + chosen.get(line.line_id, 0) >= line.quantity for line in basis.facts.lines)

"""What a return would be worth and whether the policy lets it: the one account that customer, staff and API see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.models import Return
from app.returns.policy.decision import (
    RefundPromise,
    RequestEvaluation,
    ReturnRequest,
    evaluate_request,
    promise,
    return_fee,
)
from app.returns.policy.eligibility import Eligibility, evaluate
from app.returns.policy.facts import PolicyOrder
from app.returns.policy.money import Breakdown, LinePaid, OrderPaid, PartKind, breakdown, spread
from app.returns.policy.order_facts import holding, order_facts, policy_of, returned_units
from app.returns.policy.policy import Method, Policy
from app.returns.policy.reasons import is_conformity
from app.returns.refunds.reckoning import spoken_for
from app.returns.states import LIVE


@dataclass(frozen=True, slots=True)
class Promised:
    """What standing returns have promised or paid, and whether the outbound shipping is among it."""

    amount: int
    with_shipping: bool


def order_paid(session: Session, order: OrderRecord, *, before: int | None = None) -> OrderPaid:
    """The order's money, with what earlier returns (than the one of id ``before``) have already taken from it."""
    totals = order.totals
    own = sum(line.discount for line in order.lines)
    on_top = tax_is_on_top(totals)
    taxes = _line_taxes(order.lines, totals["tax"]) if on_top else [0] * len(order.lines)
    gone = returned_units(session, order.id, before=before)
    # No more units can be gone than the line has: the shop may have taken some out after they were returned.
    lines = tuple(
        LinePaid(
            line.line_id, line.quantity, line.unit_price, line.discount, tax, min(gone.get(line.id, 0), line.quantity)
        )
        for line, tax in zip(order.lines, taxes, strict=True)
    )
    return OrderPaid(
        order.currency,
        lines,
        totals["shipping"],
        order.paid,
        discount=max(0, totals["discount"] - own),
        tax_on_top=on_top,
        shipping_tax=totals["tax"] - sum(taxes) if on_top else 0,
        refunded=promised(session, order.id, before=before).amount,
    )


def promised(session: Session, order_id: int, *, before: int | None = None, without: int | None = None) -> Promised:
    """Money spoken for by the order's returns; ``without`` leaves out one, ``before`` that and later ones."""
    statement = select(Return).where(Return.order_id == order_id, holding()).options(selectinload(Return.refunds))
    if before is not None:
        statement = statement.where(Return.id < before)
    if without is not None:
        statement = statement.where(Return.id != without)
    returns = session.scalars(statement).all()
    live = [return_ for return_ in returns if return_.decision in LIVE]
    shipping = any(part["kind"] == PartKind.SHIPPING for return_ in live for part in return_.quote["parts"])
    return Promised(sum(spoken_for(return_) for return_ in returns), shipping)


def tax_is_on_top(totals: dict[str, int]) -> bool:
    """True where what was paid only adds up with the tax beside the prices."""
    # Shops do not say whether their prices hold the tax: what was paid tells.
    without = totals["items"] - totals["discount"] + totals["shipping"]
    return totals["tax"] > 0 and abs(totals["paid"] - without - totals["tax"]) < abs(totals["paid"] - without)


def _line_taxes(lines: list[OrderLineRecord], tax: int) -> list[int]:
    """Each line's tax for all its units. Shops give it per unit, per line or not at all: the first that fits counts."""
    per_unit = [line.tax * line.quantity for line in lines]
    per_line = [line.tax for line in lines]
    shares = spread(tax, [line.quantity * line.unit_price - line.discount for line in lines])
    # From half of the order's tax to all of it: what the lines leave over is the tax on shipping.
    return next((taxes for taxes in (per_unit, per_line) if tax <= 2 * sum(taxes) <= 2 * tax), shares)


@dataclass(frozen=True, slots=True)
class QuoteBasis:
    """An order with everything a quote rests on, read once."""

    order: OrderRecord
    facts: PolicyOrder
    paid: OrderPaid
    policy: Policy
    eligibility: Eligibility
    shipping_gone: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """A request with its evaluation, its money and its dates."""

    request: ReturnRequest
    evaluation: RequestEvaluation
    breakdown: Breakdown
    promise: RefundPromise

    @property
    def total(self) -> int:
        """The refund in minor units."""
        return self.breakdown.total


def read_basis(
    session: Session, order: OrderRecord, *, now: datetime, policy: Policy | None = None, before: int | None = None
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
    # The fee hangs on what the goods are worth, so that they are priced without it first.
    worth = breakdown(basis.paid, request.quantities).total
    fee = return_fee(request, basis.policy, worth=worth, currency=basis.order.currency)
    money = breakdown(basis.paid, request.quantities, fee=fee, with_shipping=refunds_shipping(basis, request))
    dates = promise(
        basis.policy,
        today=basis.facts.day(basis.now),
        country=basis.facts.country,
        handed_on=request.pickup_on if request.method is Method.PICKUP else None,
    )
    return Quote(request, evaluate_request(request, basis.eligibility, total=money.total), money, dates)


def refunds_shipping(basis: QuoteBasis, request: ReturnRequest) -> bool:
    """Outbound shipping comes back once, when all that was bought has gone back in the law's period or was faulty."""
    if basis.shipping_gone or not _takes_all(basis, request):
        return False
    today = basis.facts.day(basis.now)
    answers = [basis.eligibility.line(line.line_id) for line in request.lines]
    # Within the law's period the standard delivery comes back too (Directive 2011/83, article 13).
    in_time = all(answer is not None and answer.legal_until and today <= answer.legal_until for answer in answers)
    return in_time or all(line.group is not None and is_conformity(line.group) for line in request.lines)


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

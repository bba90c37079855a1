"""What a return would be worth and whether the policy lets it: the one account that customer, staff and API see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.elsewhere.ledger import GivenBackElsewhere, given_back_elsewhere
from app.returns.elsewhere.own import given_back, holding, returned_units
from app.returns.models import Return
from app.returns.policy.charges import Charges, order_money
from app.returns.policy.decision import (
    RefundPromise,
    RequestEvaluation,
    ReturnRequest,
    evaluate_request,
    promise,
    return_fee,
)
from app.returns.policy.eligibility import Eligibility, evaluate
from app.returns.policy.facts import GOODS, PolicyOrder
from app.returns.policy.money import ONCE, Breakdown, LinePaid, OrderPaid, PartKind, breakdown
from app.returns.policy.order_facts import order_facts, policy_of
from app.returns.policy.policy import Method, Policy
from app.returns.policy.reasons import is_conformity
from app.returns.policy.stored.bought import BoughtUnder, bought_under
from app.returns.policy.stored.history import customer_history
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.refunds.reckoning import spoken_for
from app.returns.states import LIVE


@dataclass(frozen=True, slots=True)
class Promised:
    """What standing returns have promised or paid, and whether what comes back once for the whole order is among it."""

    amount: int
    with_shipping: bool


def order_paid(
    session: Session,
    order: OrderRecord,
    elsewhere: GivenBackElsewhere | None = None,
    *,
    before: int | None = None,
) -> OrderPaid:
    """The order's money, with what earlier returns (than the one of id ``before``) have already taken from it."""
    there = elsewhere or given_back_elsewhere(session, order)
    here = returned_units(session, order.id, before=before)
    lines = [line for line in order.all_lines if line.ordered]
    charges = Charges(
        order.currency,
        tuple(_line_paid(line, here.get(line.id, 0) + there.units(line.id)) for line in lines),
        order.totals,
        order.paid,
        order.prices_include_tax,
        given_back=sum(refund["amount"] for refund in order.refunds) or sum(given_back(session, order.id).paid),
    )
    taken = promised(session, order.id, before=before).amount
    return order_money(charges, refunded=taken, elsewhere=there.most)


def _line_paid(line: OrderLineRecord, gone: int) -> LinePaid:
    ordered, unit_price = line.ordered, line.unit_price
    if line.quantity_text and line.total is not None and ordered:
        # 2.5 m are three pieces here, which cost what the metres did: that is no discount.
        unit_price = (line.total + line.discount) // ordered
    return LinePaid(
        line.line_id,
        ordered,
        unit_price,
        line.discount,
        line.tax,
        # No more units can be gone than the line has: the shop may have taken some out after they were returned.
        min(gone, line.quantity),
        line.total,
        line.cancelled,
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
    shipping = any(part["kind"] in ONCE for return_ in live for part in return_.quote["parts"])
    return Promised(sum(spoken_for(return_) for return_ in returns), shipping)


@dataclass(frozen=True, slots=True)
class QuoteBasis:
    """An order with all that a quote rests on, read once; ``bought_under`` is the version of the policy it goes by."""

    order: OrderRecord
    facts: PolicyOrder
    paid: OrderPaid
    policy: Policy
    eligibility: Eligibility
    shipping_gone: bool
    now: datetime
    bought_under: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """A request with its evaluation, its money and its dates."""

    request: ReturnRequest
    evaluation: RequestEvaluation
    breakdown: Breakdown
    promise: RefundPromise
    bought_under: int = 0

    @property
    def total(self) -> int:
        """The refund in minor units."""
        return self.breakdown.total


def read_basis(
    session: Session, order: OrderRecord, *, now: datetime, policy: Policy | None = None, before: int | None = None
) -> QuoteBasis:
    """Read what rules and money need of an order; with a ``policy`` to try, and as it was ``before`` a return's id."""
    elsewhere = given_back_elsewhere(session, order, as_of=None if before is None else now)
    facts = order_facts(session, order, elsewhere, before=before)
    # A policy to try is asked alone: what it would have answered had it been in force all along.
    bought = BoughtUnder(0, None) if policy else bought_under(session, order)
    policy = policy or policy_of(order)
    reasons = reasons_of(order.brand)
    # What was asked for then had a reason of the list, though it may be retired by now.
    reasons = reasons if before is None else reasons.as_it_was()
    if policy.asks_history or (bought.policy and bought.policy.asks_history):
        facts = replace(facts, history=customer_history(session, order, now=now, before=before))
    return QuoteBasis(
        order,
        facts,
        order_paid(session, order, elsewhere, before=before),
        policy,
        evaluate(facts, policy, now=now, earlier=bought.policy, reasons=reasons),
        promised(session, order.id, before=before).with_shipping,
        now,
        bought.number,
    )


def make_quote(basis: QuoteBasis, request: ReturnRequest) -> Quote:
    """Weigh and price a request."""
    # The fee hangs on what the goods are worth, so that they are priced without it first.
    worth = breakdown(basis.paid, request.quantities).total
    fee = return_fee(request, basis.eligibility, worth=worth)
    money = breakdown(basis.paid, request.quantities, fee=fee, with_shipping=refunds_shipping(basis, request))
    dates = promise(
        basis.policy,
        today=basis.facts.day(basis.now),
        country=basis.facts.country,
        handed_on=request.pickup_on if request.method is Method.PICKUP else None,
    )
    evaluation = evaluate_request(request, basis.eligibility, total=money.total, worth=worth)
    return Quote(request, evaluation, money, dates, basis.bought_under)


def refunds_shipping(basis: QuoteBasis, request: ReturnRequest) -> bool:
    """Delivery and fees come back once, when all that was bought has gone back in the law's period or was faulty."""
    if basis.shipping_gone or not takes_all(basis, request.quantities):
        return False
    today = basis.facts.day(basis.now)
    answers = [basis.eligibility.line(line.line_id) for line in request.lines]
    # Within the law's period all that was paid comes back, the standard delivery too (Directive 2011/83, article 13).
    in_time = all(answer is not None and answer.legal_until and today <= answer.legal_until for answer in answers)
    groups = [basis.eligibility.reasons.group_of(line.reason) for line in request.lines]
    return in_time or all(group is not None and is_conformity(group) for group in groups)


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


def takes_all(basis: QuoteBasis, chosen: Mapping[str, int]) -> bool:
    """Whether with these units all goods of the order have gone back."""
    # What travels in no parcel cannot go back in one: the delivery was never paid for it.
    goods = (line for line in basis.facts.lines if line.kind == GOODS)
    return all(line.returned + chosen.get(line.line_id, 0) >= line.quantity for line in goods)

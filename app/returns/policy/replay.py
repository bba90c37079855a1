"""A draft policy over past returns: which would have been answered otherwise, and what it would have cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from app.orders.records import OrderRecord
from app.orders.services import whole_order
from app.returns.models import Return
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Policy
from app.returns.policy.quote import make_quote, read_basis
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.rules import RuleAnswer


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past return under the draft: answers and refunds before and after, with the codes that decide now."""

    ref: str
    before: RuleAnswer
    after: RuleAnswer
    total_before: int
    total_after: int
    codes: tuple[str, ...]
    currency: str = ""
    return_id: int = 0

    @property
    def changed(self) -> bool:
        """True when the customer would have been answered otherwise."""
        return (self.before, self.total_before) != (self.after, self.total_after)


def replay(
    session: Session, policy: Policy, *, brand: str, since: datetime, after: int = 0, size: int | None = None
) -> Iterator[Replayed]:
    """Judge every return that customers or staff asked for since then, as of the moment it was asked for.

    ``after`` and ``size`` take a stretch of them: those after the return of this id, so many at most.
    """
    statement = (
        past_returns(brand, since)
        .where(Return.id > after)
        .options(selectinload(Return.lines))
        .order_by(Return.id)
        .limit(size)
    )
    for return_ in session.scalars(statement):
        # A withdrawal is the law's: no policy answers it.
        if all(line.group != ReasonGroup.WITHDRAWAL for line in return_.lines):
            yield _replay_one(session, return_, policy)


def past_returns(brand: str, since: datetime) -> Select[Return]:
    """The returns of a brand that a policy has answered since then."""
    return (
        select(Return)
        .join(OrderRecord, OrderRecord.id == Return.order_id)
        # What came without notice has a method of its own: nobody asked, so no policy answered.
        .where(OrderRecord.brand_key == brand, Return.requested_at >= since, Return.method.in_(list(Method)))
    )


def _replay_one(session: Session, return_: Return, policy: Policy) -> Replayed:
    order = whole_order(session, return_.order_id)
    quote = make_quote(
        read_basis(session, order, now=return_.requested_at, policy=policy, before=return_.id), _request(order, return_)
    )
    evaluation = quote.evaluation
    codes = [fault.code for fault in evaluation.faults] + [doubt.code for doubt in evaluation.doubts]
    return Replayed(
        return_.ref,
        RuleAnswer(return_.verdict["answer"]),
        evaluation.answer,
        int(return_.quote["total"]),
        quote.total if evaluation.answer is not RuleAnswer.NO else 0,
        tuple(dict.fromkeys(codes)),
        order.currency,
        return_.id,
    )


def _request(order: OrderRecord, return_: Return) -> ReturnRequest:
    names = {line.id: line.line_id for line in order.all_lines}
    lines = tuple(
        LineRequest(names.get(line.order_line_id, ""), line.quantity, line.reason, line.comment or "")
        for line in return_.lines
    )
    pickup = date.fromisoformat(return_.pickup["on"]) if return_.pickup else None
    return ReturnRequest(lines, Method(return_.method), point_id=return_.point_id, pickup_on=pickup)

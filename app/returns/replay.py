"""A draft policy over past returns: which would have been answered otherwise, and what it would have cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.orders.models import Order
from app.returns.judgement import LineRequest, ReturnRequest
from app.returns.models import Return
from app.returns.order_facts import load_order
from app.returns.policy import Method, Policy
from app.returns.quoting import make_quote, read_basis
from app.returns.reasons import ReasonGroup
from app.returns.rules import RuleAnswer


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past return under the draft: answers and refunds before and after, with the codes that decide now."""

    ref: str
    before: RuleAnswer
    after: RuleAnswer
    total_before: int
    total_after: int
    codes: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """True when the customer would have been answered otherwise."""
        return (self.before, self.total_before) != (self.after, self.total_after)


def replay(session: Session, policy: Policy, *, brand: str, since: datetime) -> Iterator[Replayed]:
    """Judge every return that customers or staff asked for since then, as of the moment it was asked for."""
    statement = (
        select(Return)
        .join(Order, Order.id == Return.order_id)
        .where(Order.brand_key == brand, Return.requested_at >= since, Return.method.in_(list(Method)))
        .options(selectinload(Return.lines))
        .order_by(Return.id)
    )
    for found in session.scalars(statement):
        if all(line.door != ReasonGroup.WITHDRAWAL for line in found.lines):
            yield _replay_one(session, found, policy)


def _replay_one(session: Session, found: Return, policy: Policy) -> Replayed:
    order = load_order(session, found.order_id)
    quote = make_quote(
        read_basis(session, order, now=found.requested_at, policy=policy, before=found.id), _request(order, found)
    )
    judgement = quote.judgement
    codes = [fault.code for fault in judgement.faults] + [doubt.code for doubt in judgement.doubts]
    return Replayed(
        found.ref,
        RuleAnswer(found.verdict["answer"]),
        judgement.answer,
        int(found.quote["total"]),
        quote.total if judgement.answer is not RuleAnswer.NO else 0,
        tuple(dict.fromkeys(codes)),
    )


def _request(order: Order, found: Return) -> ReturnRequest:
    names = {line.id: line.line_id for line in order.all_lines}
    lines = tuple(
        LineRequest(names.get(line.order_line_id, ""), line.quantity, line.reason, line.comment or "")
        for line in found.lines
    )
    pickup = date.fromisoformat(found.pickup["on"]) if found.pickup else None
    return ReturnRequest(lines, Method(found.method), point_id=found.point_id, pickup_on=pickup)

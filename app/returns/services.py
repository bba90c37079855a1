"""Returns, as other parts call them: what can come back, ask for a return, decide on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.errors import Conflict, Fault, Invalid
from app.orders.queries import whole_order
from app.orders.records import OrderRecord
from app.orders.services import lock_order
from app.returns.decisions import (
    approve,
    cancel,
    expire_overdue,
    put_to_review,
    reject,
    remind_before_expiry,
    send_back,
)
from app.returns.listener import hear
from app.returns.models import Return, ReturnLine
from app.returns.moves import begin
from app.returns.policy.decision import Judgement, ReturnRequest
from app.returns.policy.eligibility import Eligibility
from app.returns.policy.quote import Quote, line_refund, make_quote, quote_document, read_basis
from app.returns.policy.rules import RuleAnswer, RuleFinding
from app.returns.refunds.amounts import add_lines, change_amount, change_refund, void_refund
from app.returns.refunds.pay import approve_refund, pay_refund, settle_due
from app.returns.words import faults_in_english

__all__ = [
    "ReturnRefused",
    "add_lines",
    "approve",
    "approve_refund",
    "cancel",
    "change_amount",
    "change_refund",
    "eligibility",
    "expire_overdue",
    "hear",
    "pay_refund",
    "quote",
    "reject",
    "remind_before_expiry",
    "request_return",
    "send_back",
    "settle_due",
    "void_refund",
]


class ReturnRefused(Invalid):
    """The request does not fit the policy; ``judgement`` says all of why, in codes."""

    def __init__(self, judgement: Judgement) -> None:
        """Name every fault in plain English beside its JSON pointer."""
        super().__init__([Fault(pointer, words) for pointer, words in faults_in_english(judgement)])
        self.judgement = judgement


def eligibility(session: Session, order_id: int, *, now: datetime) -> Eligibility:
    """Line by line: allowed or not, quantity left, all reasons, resolutions, methods, fees, last days.

    Raises NotFound for an unknown order.
    """
    return read_basis(session, whole_order(session, order_id), now=now).eligibility


def quote(session: Session, order_id: int, request: ReturnRequest, *, now: datetime) -> Quote:
    """What a request would lead to, without making it."""
    return make_quote(read_basis(session, whole_order(session, order_id), now=now), request)


def request_return(
    session: Session,
    order_id: int,
    request: ReturnRequest,
    *,
    by: str,
    now: datetime,
    point: dict[str, Any] | None = None,
    override: str | None = None,
) -> Return:
    """Make a return; the policy's yes approves it at once, its doubt leaves it to a person.

    ``by`` is ``customer`` or who acted for them; ``point`` a snapshot of the chosen drop-off point. ``override`` is
    a staff member's reason to accept what the policy refuses: shape and quantities are still checked.
    Raises Refused with all faults, Conflict when the amount is no longer the one shown.
    """
    order = lock_order(session, order_id)
    found = make_quote(read_basis(session, order, now=now), request)
    judgement = _overridden(found.judgement) if override else found.judgement
    if judgement.faults:
        raise ReturnRefused(judgement)
    if request.shown_total is not None and request.shown_total != found.total:
        raise Conflict("The refund has changed since it was shown.")
    made = _write(session, order, found, by=by, now=now, point=point)
    if judgement.answer is RuleAnswer.YES or override:
        approve(session, made.id, by="policy" if not override else by, now=now, reason=override)
    else:
        put_to_review(session, made.id, why="policy", now=now)
    return made


def _overridden(judgement: Judgement) -> Judgement:
    """Only what no person can wave away is left."""
    return Judgement(tuple(fault for fault in judgement.faults if fault.finding is None), judgement.doubts)


def _write(
    session: Session, order: OrderRecord, found: Quote, *, by: str, now: datetime, point: dict[str, Any] | None
) -> Return:
    request = found.request
    return begin(
        session,
        order,
        origin="customer" if by == "customer" else "staff",
        now=now,
        initiated_by=by,
        method=request.method,
        point_id=request.point_id,
        point=point,
        pickup={"on": request.pickup_on.isoformat()} if request.pickup_on else None,
        quote=quote_document(found),
        verdict=_verdict(found.judgement),
        lines=_lines(order, found),
    )


def _lines(order: OrderRecord, found: Quote) -> list[ReturnLine]:
    by_id = {line.line_id: line.id for line in order.lines}
    return [
        ReturnLine(
            order_line_id=by_id[line.line_id],
            quantity=line.quantity,
            door=line.door,
            reason=line.reason,
            comment=line.note.strip() or None,
            resolution=found.request.resolution,
            refund=line_refund(found.breakdown, line.line_id),
        )
        for line in found.request.lines
    ]


def _verdict(judgement: Judgement) -> dict[str, Any]:
    """What the policy said, kept as it was said."""
    refused = [fault.finding for fault in judgement.faults if fault.finding]
    return {"answer": judgement.answer, "findings": [_plain(finding) for finding in (*judgement.doubts, *refused)]}


def _plain(finding: RuleFinding) -> dict[str, Any]:
    params = {name: str(value) for name, value in finding.params.items()}
    return {"answer": str(finding.answer), "code": finding.code, "params": params}

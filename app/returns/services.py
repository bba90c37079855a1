"""Returns, as other parts call them: what can come back, ask for a return, decide on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.errors import Conflict, Fault, Invalid
from app.orders.records import OrderRecord
from app.orders.services import lock_order, whole_order
from app.returns.decisions import (
    approve,
    cancel,
    expire_overdue,
    put_to_review,
    reject,
    remind_before_expiry,
    send_back,
)
from app.returns.elsewhere.noting import note_elsewhere
from app.returns.elsewhere.own import given_back_of
from app.returns.listener import handle_events
from app.returns.models import Return, ReturnLine
from app.returns.moves import begin
from app.returns.pickups import book_pickup, note_cancelled, refuse_pickup
from app.returns.policy.decision import RequestEvaluation, ReturnRequest
from app.returns.policy.eligibility import Eligibility
from app.returns.policy.money import OrderPaid
from app.returns.policy.quote import Quote, line_refund, make_quote, quote_document, read_basis
from app.returns.policy.rules import RuleAnswer, RuleFinding
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.refunds.amounts import add_lines, change_amount, change_refund, void_refund
from app.returns.refunds.pay import approve_refund, pay_refund, settle_due
from app.returns.words import faults_in_english

__all__ = [
    "ReturnRefused",
    "add_lines",
    "approve",
    "approve_refund",
    "book_pickup",
    "cancel",
    "change_amount",
    "change_refund",
    "eligibility",
    "eligibility_with_money",
    "expire_overdue",
    "given_back_of",
    "handle_events",
    "note_cancelled",
    "note_elsewhere",
    "pay_refund",
    "quote",
    "refuse_pickup",
    "reject",
    "remind_before_expiry",
    "request_return",
    "send_back",
    "settle_due",
    "void_refund",
]


class ReturnRefused(Invalid):
    """The request does not fit the policy; ``evaluation`` says all of why, in codes."""

    def __init__(self, evaluation: RequestEvaluation) -> None:
        """Name every fault in plain English beside its JSON pointer."""
        super().__init__([Fault(pointer, words) for pointer, words in faults_in_english(evaluation)])
        self.evaluation = evaluation


def eligibility(session: Session, order_id: int, *, now: datetime) -> Eligibility:
    """Line by line: allowed or not, quantity left, all reasons, resolutions, methods, fees, last days.

    Raises NotFound for an unknown order.
    """
    return read_basis(session, whole_order(session, order_id), now=now).eligibility


def eligibility_with_money(session: Session, order_id: int, *, now: datetime) -> tuple[Eligibility, OrderPaid]:
    """The same with what is left of the order's money. Raises NotFound."""
    basis = read_basis(session, whole_order(session, order_id), now=now)
    return basis.eligibility, basis.paid


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
    # Locked before anything is read: two requests for the same units wait here, and the second sees the first.
    order = lock_order(session, order_id)
    offer = make_quote(read_basis(session, order, now=now), request)
    evaluation = _overridden(offer.evaluation) if override else offer.evaluation
    if evaluation.faults:
        raise ReturnRefused(evaluation)
    # The order or the policy may have changed since the page was shown; nobody agrees to an amount unseen.
    if request.shown_total is not None and request.shown_total != offer.total:
        raise Conflict("The refund has changed since it was shown.")
    return_ = _write(session, order, offer, by=by, now=now, point=point)
    if evaluation.answer is RuleAnswer.YES or override:
        approve(session, return_.id, by="policy" if not override else by, now=now, reason=override)
    else:
        put_to_review(session, return_.id, why="policy", now=now)
    return return_


def _overridden(evaluation: RequestEvaluation) -> RequestEvaluation:
    """Only what no person can wave away is left."""
    return RequestEvaluation(tuple(fault for fault in evaluation.faults if fault.finding is None), evaluation.doubts)


def _write(
    session: Session, order: OrderRecord, offer: Quote, *, by: str, now: datetime, point: dict[str, Any] | None
) -> Return:
    request = offer.request
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
        quote=quote_document(offer),
        verdict=_verdict(offer),
        lines=_lines(order, offer),
    )


def _lines(order: OrderRecord, offer: Quote) -> list[ReturnLine]:
    by_id = {line.line_id: line.id for line in order.lines}
    reasons = reasons_of(order.brand)
    return [
        ReturnLine(
            order_line_id=by_id[line.line_id],
            quantity=line.quantity,
            group=reasons.group_of(line.reason),
            reason=line.reason,
            comment=line.note.strip() or None,
            resolution=offer.request.resolution,
            refund=line_refund(offer.breakdown, line.line_id),
        )
        for line in offer.request.lines
    ]


def _verdict(offer: Quote) -> dict[str, Any]:
    """What the policy said, kept as it was said, with the version that the order was bought under."""
    evaluation = offer.evaluation
    refused = [fault.finding for fault in evaluation.faults if fault.finding]
    findings = [_plain(finding) for finding in (*evaluation.doubts, *refused)]
    return {"answer": evaluation.answer, "findings": findings, "policy": offer.bought_under}


def _plain(finding: RuleFinding) -> dict[str, Any]:
    # A rule goes along whole, so that its words can still be made when it is long gone.
    params = {name: value if name == "rule" else str(value) for name, value in finding.params.items()}
    return {"answer": str(finding.answer), "code": finding.code, "params": params}

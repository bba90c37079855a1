"""Deciding on a return and booking its money: a page that asks, then the action with its row in the audit trail."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.web import db_session, see_other
from app.returns import services
from app.returns.queries import ReturnView
from app.returns.records import RefundRecord
from app.returns.states import ReturnAction
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, impossible, typed
from app.staff.returns.confirmations import ask_decision, ask_payment, ask_second
from app.staff.returns.page import find_return, is_withdrawal, possible

bp = Blueprint("decisions", __name__, url_prefix="/staff/returns/<ref>")
guarded = permission_required(Permission.RETURNS)
may_sign_off = permission_required(Permission.SIGN_OFF)
may_refund = permission_required(Permission.REFUNDS)
ACTIONS = {"approval": ReturnAction.APPROVE, "rejection": ReturnAction.REJECT, "cancellation": ReturnAction.CANCEL}
REFUSALS = {
    "may be this one": _l("The shop's system tells of a refund that may be this one. Say first, on the order's page."),
    "in doubt": _l("The shop's system tells of refunds that may be ours. Say first of each, on the order's page."),
    "has paid this": _l("The shop's system has paid this refund already."),
    "second person": _l("Another person has to approve a refund of this size first."),
    "Who agreed": _l("You approved this refund (1 of 2), so another person books it as paid."),
    "above what was paid": _l("With this, more would be paid back than was paid for the order."),
    "in another return": _l("Its items are in another return by now."),
    "is paid already": _l("Money of this return is paid already, so it cannot be rejected."),
    "agreed to than": _l("More is paid or approved than this would leave."),
    "is void": _l("This refund is void: nothing is owed by it."),
    "decide first": _l("This return waits for a decision: decide first."),
    "approve it first": _l("This return does not stand: approve it first."),
}
"""The services' refusals by words of theirs."""
AUDIT_ACTIONS = {
    ReturnAction.APPROVE: "return.approved",
    ReturnAction.REJECT: "return.rejected",
    ReturnAction.CANCEL: "return.cancelled",
}


@bp.route("/<any(approval, rejection, cancellation):name>", methods=["GET", "POST"])
@guarded
def decide(ref: str, name: str) -> ResponseReturnValue:
    """Approve, reject or cancel."""
    view, action = find_return(db_session(), ref), ACTIONS[name]
    # Only the page is refused here: a form is judged by the service, under the return's lock.
    if request.method == "GET" and action not in possible(view.return_):
        return _back(view)
    if action is ReturnAction.REJECT and is_withdrawal(view.return_):
        return ask_decision(view, action).page(impossible()), 409
    return _carried_out(view, ask_decision(view, action), lambda session, now: _decide(session, view, action, now))


@bp.route("/refunds/<int:refund_id>/payment", methods=["GET", "POST"])
@may_refund
def pay(ref: str, refund_id: int) -> ResponseReturnValue:
    """Book a refund as paid, with the payment's reference."""
    view = find_return(db_session(), ref)
    refund = _refund(view, refund_id)
    return _carried_out(view, ask_payment(view, refund), lambda session, now: _pay(session, view, refund, now))


@bp.route("/refunds/<int:refund_id>/approval", methods=["GET", "POST"])
@may_sign_off
def second(ref: str, refund_id: int) -> ResponseReturnValue:
    """Agree to a large refund, so that someone else may pay it."""
    view = find_return(db_session(), ref)
    refund = _refund(view, refund_id)
    return _carried_out(view, ask_second(view, refund), lambda session, now: _agree(session, view, refund, now))


def _carried_out(view: ReturnView, confirmation: Confirmation, action: Any) -> ResponseReturnValue:
    """Ask; then do it and go back, or say why not."""
    if request.method == "GET":
        return confirmation.page()
    if confirmation.fault():
        return confirmation.page(confirmation.fault()), 422
    try:
        with transaction(db_session()) as session:
            action(session, utcnow())
    except Conflict as error:
        return confirmation.page(refusal(error)), 409
    announce(confirmation.done)
    return _back(view)


def _decide(session: Session, view: ReturnView, action: ReturnAction, now: datetime) -> None:
    by, reason, return_id = member().actor, typed("reason"), view.return_.id
    if action is ReturnAction.APPROVE:
        return_ = services.approve(session, return_id, by=by, now=now, reason=reason or None)
    elif action is ReturnAction.REJECT:
        return_ = services.reject(session, return_id, by=by, reason=reason, now=now)
    else:
        return_ = services.cancel(session, return_id, by=by, now=now)
    # The same press sent twice changes nothing the second time, and is one action.
    if return_.decided_at == now:
        _record(session, view, AUDIT_ACTIONS[action], audit.reason(reason), now)


def _pay(session: Session, view: ReturnView, refund: RefundRecord, now: datetime) -> None:
    reference = typed("reference")
    refund_paid = services.pay_refund(session, refund.id, reference=reference, by=member().actor, now=now)
    # As above: what was paid before is in the trail already.
    if refund_paid.paid_at == now:
        _record(session, view, "refund.paid", {"amount": refund_paid.amount, "currency": refund_paid.currency}, now)


def _agree(session: Session, view: ReturnView, refund: RefundRecord, now: datetime) -> None:
    agreed = services.approve_refund(session, refund.id, by=member().actor, now=now)
    if agreed.approved_at == now:
        _record(session, view, "refund.approved", {"amount": agreed.amount, "currency": agreed.currency}, now)


def _record(session: Session, view: ReturnView, action: str, detail: dict[str, Any], now: datetime) -> None:
    audit.record(
        session,
        actor=member().actor,
        action=action,
        order_id=view.order.id,
        subject=view.return_.ref,
        detail=detail,
        now=now,
    )


def refusal(error: Conflict) -> str:
    """Why an action was refused, in the reader's words where we know them."""
    for phrase, words in REFUSALS.items():
        if phrase in str(error):
            return str(words)
    return impossible()


def _refund(view: ReturnView, refund_id: int) -> RefundRecord:
    refund = next((refund for refund in view.return_.refunds if refund.id == refund_id), None)
    return refund or abort(404)


def _back(view: ReturnView) -> ResponseReturnValue:
    return see_other(url_for("returning.page", ref=view.return_.ref))

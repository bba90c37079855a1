"""What a person says of a return in the console: another amount, no refund, more pieces, goods that go back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid
from app.core.i18n.words import money
from app.core.web import db_session, see_other
from app.returns import services
from app.returns.moves import lock_return
from app.returns.queries import ReturnView
from app.returns.records import RefundRecord
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, impossible, typed
from app.staff.returns.actions import refusal
from app.staff.returns.confirmations import ask_amount, ask_sending_back, ask_void, seen
from app.staff.returns.page import find_return, may_say_amount, may_send_back, room_for_more

bp = Blueprint("return_money", __name__, url_prefix="/staff/returns/<ref>")
guarded = permission_required(Permission.RETURNS)
may_refund = permission_required(Permission.REFUNDS)
Action = Callable[[Session, datetime], None]


@bp.route("/amount", methods=["GET", "POST"])
@may_refund
def amount(ref: str) -> ResponseReturnValue:
    """Say what the whole return pays, with a reason that the customer reads."""
    view = find_return(db_session(), ref)
    if not may_say_amount(view.return_):
        return _back(view)
    confirmation = ask_amount(view)

    def change(session: Session, now: datetime) -> None:
        total, reason, by = confirmation.amount() or 0, typed("reason"), member().actor
        services.change_amount(session, view.return_.id, amount=total, reason=reason, by=by, now=now)
        _record(
            session, view, "refund.changed", {"amount": confirmation.amount(), "currency": view.return_.currency}, now
        )

    return _carried_out(view, confirmation, change)


@bp.route("/refunds/<int:refund_id>/amount", methods=["GET", "POST"])
@may_refund
def refund_amount(ref: str, refund_id: int) -> ResponseReturnValue:
    """Say what a refund that is due pays instead."""
    view = find_return(db_session(), ref)
    refund = _due(view, refund_id)
    if refund is None:
        return _back(view)
    confirmation = ask_amount(view, refund)

    def change(session: Session, now: datetime) -> None:
        total, reason, by = confirmation.amount() or 0, typed("reason"), member().actor
        services.change_refund(session, refund.id, amount=total, reason=reason, by=by, now=now)
        _record(
            session, view, "refund.changed", {"amount": confirmation.amount(), "currency": view.return_.currency}, now
        )

    return _carried_out(view, confirmation, change)


@bp.route("/refunds/<int:refund_id>/void", methods=["GET", "POST"])
@may_refund
def void(ref: str, refund_id: int) -> ResponseReturnValue:
    """Owe a refund no more, with a reason that the customer reads."""
    view = find_return(db_session(), ref)
    refund = _due(view, refund_id)
    if refund is None:
        return _back(view)

    def end(session: Session, now: datetime) -> None:
        services.void_refund(session, refund.id, reason=typed("reason"), by=member().actor, now=now)
        _record(session, view, "refund.voided", {"amount": refund.amount, "currency": refund.currency}, now)

    return _carried_out(view, ask_void(view, refund), end)


@bp.route("/sending-back", methods=["GET", "POST"])
@guarded
def sending_back(ref: str) -> ResponseReturnValue:
    """Rejected goods have left for the customer again."""
    view = find_return(db_session(), ref)
    if not may_send_back(view.return_):
        return _back(view)

    def send(session: Session, now: datetime) -> None:
        services.send_back(session, view.return_.id, by=member().actor, now=now)
        _record(session, view, "return.sent_back", {}, now)

    return _carried_out(view, ask_sending_back(view), send)


@bp.get("/lines")
@guarded
def lines(ref: str) -> ResponseReturnValue:
    """Which pieces the return holds beside those that were announced."""
    view = find_return(db_session(), ref)
    return _lines_page(view) if room_for_more(db_session(), view) else _back(view)


@bp.post("/lines")
@guarded
def add_lines(ref: str) -> ResponseReturnValue:
    """Add pieces of the order that came and are in no return."""
    view = find_return(db_session(), ref)
    room = room_for_more(db_session(), view)
    units = {line.line_id: _count(line.line_id) for line, _units in room}
    units_by_line = {name: count for name, count in units.items() if count}
    wrong = (
        []
        if units_by_line
        else [(f"units-{room[0][0].line_id}" if room else None, _("Say how many of at least one item."))]
    )
    if not typed("reason"):
        wrong.append(("reason", _("Write something here.")))
    if wrong:
        return _lines_page(view, wrong), 422

    def add(session: Session, now: datetime) -> None:
        services.add_lines(session, view.return_.id, units_by_line, reason=typed("reason"), by=member().actor, now=now)
        _record(session, view, "return.lines_added", {"units": sum(units_by_line.values())}, now)

    try:
        _do(view, add)
    except Conflict as error:
        return _lines_page(view, [(None, refusal(error))]), 409
    except Invalid:
        return _lines_page(view, [(None, _("That is more than was sold and is in no return."))]), 422
    announce(_("The items are added to the return."))
    return _back(view)


def _lines_page(view: ReturnView, errors: list[tuple[str | None, str]] | None = None) -> str:
    return render_template(
        "staff/returns/lines.html",
        view=view,
        room=room_for_more(db_session(), view),
        typed=request.form,
        reason=typed("reason"),
        seen=seen(view),
        errors=errors or [],
    )


def _count(line_id: str) -> int:
    text = typed(f"units-{line_id}")
    # isdigit takes «²» as well, which int refuses.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _carried_out(view: ReturnView, confirmation: Confirmation, action: Action) -> ResponseReturnValue:
    """Ask; then do it and go back, or say at the field what is wrong."""
    if request.method == "GET":
        return confirmation.page()
    if faults := confirmation.faults():
        return confirmation.page(errors=faults), 422
    try:
        _do(view, action)
    except Conflict as error:
        return confirmation.page(errors=[(confirmation.text_name, refusal(error))]), 409
    except Invalid as error:
        return confirmation.page(errors=[("amount", _out_of_bounds(error, confirmation.currency))]), 422
    announce(confirmation.done)
    return _back(view)


def _do(view: ReturnView, action: Action) -> None:
    """In one transaction, unless something changed since the page was made: a form sent twice is one action."""
    with transaction(db_session()) as session:
        # Before the comparison: of two forms at once, the second sees what the first has changed.
        locked = lock_return(session, view.return_.id)
        if typed("seen") and typed("seen") != locked.return_.changed_at.isoformat():
            raise Conflict(impossible())
        action(session, utcnow())


def _out_of_bounds(error: Invalid, currency: str) -> str:
    """Between what, as the service says it: «from 1200, which is paid, to 3980, which is left of the order»."""
    # The bounds are known under the lock only, so they come with the refusal.
    ends = [int(word) for word in error.faults[0].detail.replace(",", "").split() if word.isdigit()]
    if len(ends) != 2:
        return impossible()
    least, most = (money(end, currency) for end in ends)
    return _(
        "Between %(least)s, which is paid already, and %(most)s, which is left of the order.", least=least, most=most
    )


def _record(session: Session, view: ReturnView, action: str, detail: Mapping[str, Any], now: datetime) -> None:
    audit.record(
        session,
        actor=member().actor,
        action=action,
        order_id=view.order.id,
        subject=view.return_.ref,
        detail={**detail, **audit.reason(typed("reason"))},
        now=now,
    )


def _due(view: ReturnView, refund_id: int) -> RefundRecord | None:
    """The refund while it is due; 404 when this return has none of this number."""
    refund = next((refund for refund in view.return_.refunds if refund.id == refund_id), None)
    if refund is None:
        abort(404)
    return refund if refund.state == "due" else None


def _back(view: ReturnView) -> ResponseReturnValue:
    return see_other(url_for("returning.page", ref=view.return_.ref))

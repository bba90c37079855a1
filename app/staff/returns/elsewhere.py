"""Whose a refund of the shop's own system is, and how many units came back there: a person says, the trail keeps it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid
from app.core.i18n.words import day, money
from app.core.web import db_session, see_other
from app.orders.records import OrderLineRecord
from app.returns.elsewhere.deeds import correct_units, say_another, say_same
from app.returns.elsewhere.queries import OrderElsewhere, RefundShownElsewhere, order_elsewhere
from app.returns.records import RefundRecord
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, impossible, typed
from app.staff.orders.page import find_order

bp = Blueprint("elsewhere", __name__, url_prefix="/staff/orders/<ref>/elsewhere")
guarded = permission_required(Permission.REFUNDS)
may_book = permission_required(Permission.RETURNS)
REFUSALS = {
    "amounts differ": _l("The amounts differ. Set the amount of the refund that is due first."),
    "for certain": _l("Its key or its reference says that it is one of ours."),
}
Deed = Callable[[Session, datetime], object]


@bp.route("/refunds/<int:refund_id>/same/<int:ours_id>", methods=["GET", "POST"])
@guarded
def same(ref: str, refund_id: int, ours_id: int) -> ResponseReturnValue:
    """It is this refund of ours, or it is this one and those that the address calls ``also``."""
    page, shown = _refund(ref, refund_id)
    # Several of ours may have been paid as one by the shop's system.
    ids = {ours_id, *request.args.getlist("also", type=int)}
    ours = next((reading for reading in shown.readings if {refund.id for refund in reading} == ids), None)
    # Between page and press it was compared by somebody else, or by itself.
    if ours is None:
        return _back(ref)

    def say(session: Session, now: datetime) -> None:
        say_same(session, refund_id, *(refund.id for refund in ours), by=member().actor, now=now)
        _record(session, page, "refund.said_same", shown.keys(ours), shown, now)

    return _carried_out(_ask_same(page, shown, ours), say, ref)


@bp.route("/refunds/<int:refund_id>/another", methods=["GET", "POST"])
@guarded
def another(ref: str, refund_id: int) -> ResponseReturnValue:
    """It is none of ours."""
    page, shown = _refund(ref, refund_id)

    def say(session: Session, now: datetime) -> None:
        say_another(session, refund_id, by=member().actor, now=now)
        _record(session, page, "refund.said_another", shown.row.external_id, shown, now)

    return _carried_out(_ask_another(page, shown), say, ref)


@bp.route("/units/<int:line_id>", methods=["GET", "POST"])
@may_book
def units(ref: str, line_id: int) -> ResponseReturnValue:
    """How many units of a line came back with the shop itself."""
    page = order_elsewhere(db_session(), find_order(db_session(), ref).id)
    line = next((line for line in page.order.all_lines if line.id == line_id), None) or abort(404)
    if request.method == "GET":
        return _units_page(page, line)
    text, reason = typed("units"), typed("reason")
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
    beyond = ("units", _("Write a number from 0 to %(most)s.", most=line.quantity))
    wrong = [] if 0 <= count <= line.quantity else [beyond]
    wrong += [] if reason else [("reason", _("Write something here."))]
    if wrong:
        return _units_page(page, line, wrong), 422
    now, by = utcnow(), member().actor
    try:
        with transaction(db_session()) as session:
            correct_units(session, page.order.id, line.id, count, reason=reason, by=by, now=now)
            detail = {"units": count, **audit.reason(reason)}
            action, subject = "units.corrected", f"{page.order.number}/{line.line_id}"
            audit.record(
                session, actor=by, action=action, order_id=page.order.id, subject=subject, detail=detail, now=now
            )
    except Invalid:
        return _units_page(page, line, [("units", impossible())]), 409
    announce(_("The number of items returned with the shop is set."))
    return _back(ref)


def _refund(ref: str, refund_id: int) -> tuple[OrderElsewhere, RefundShownElsewhere]:
    page = order_elsewhere(db_session(), find_order(db_session(), ref).id)
    shown = next((shown for shown in page.refunds if shown.row.id == refund_id), None)
    return page, shown or abort(404)


def _ask_same(page: OrderElsewhere, shown: RefundShownElsewhere, ours: Sequence[RefundRecord]) -> Confirmation:
    due = _("It is booked as paid, with the other one's id as its reference. The customer is told.")
    is_due = any(refund.state == "due" for refund in ours)
    text = due if is_due else _("It was paid once, and its money counts once.")
    facts = _facts(page, shown)
    facts += [
        (_("Our refund"), f"{refund.idempotency_key} · {money(refund.amount, refund.currency)}") for refund in ours
    ]
    return Confirmation(
        _("It is this refund"),
        text,
        _("It is the same"),
        _order(page.order.ref),
        facts=facts,
        done=_("Kept: it is one of our refunds."),
    )


def _ask_another(page: OrderElsewhere, shown: RefundShownElsewhere) -> Confirmation:
    text = _("Its money is gone beside our refunds. What is due or promised shrinks where less is left.")
    return Confirmation(
        _("It is another refund"),
        text,
        _("It is another one"),
        _order(page.order.ref),
        facts=_facts(page, shown),
        done=_("Kept: it is none of our refunds."),
    )


def _facts(page: OrderElsewhere, shown: RefundShownElsewhere) -> list[tuple[str, str]]:
    row, zone = shown.row, page.order.brand.time_zone
    return [
        (_("Order"), page.order.number),
        (_("In the shop's system"), row.external_id),
        (_("Amount"), money(row.amount, row.currency)),
        (_("Day"), day(row.made_at or row.told_at, zone=zone)),
        (_("Reason"), row.reason or "—"),
    ]


def _units_page(page: OrderElsewhere, line: OrderLineRecord, errors: list[tuple[str, str]] | None = None) -> str:
    there = next((there for other, there in page.lines if other.id == line.id), None)
    value = typed("units") if request.method == "POST" else str(there.units if there else 0)
    return render_template(
        "staff/returns/elsewhere_units.html",
        order=page.order,
        line=line,
        there=there,
        value=value,
        reason=typed("reason"),
        back=_order(page.order.ref),
        errors=errors or [],
    )


def _carried_out(confirmation: Confirmation, say: Deed, ref: str) -> ResponseReturnValue:
    """Ask; then do it and go back, or say why not."""
    if request.method == "GET":
        return confirmation.page()
    try:
        with transaction(db_session()) as session:
            say(session, utcnow())
    except Conflict as error:
        words = next((str(words) for phrase, words in REFUSALS.items() if phrase in str(error)), impossible())
        return confirmation.page(errors=[("", words)]), 409
    announce(confirmation.done)
    return _back(ref)


def _record(
    session: Session, page: OrderElsewhere, action: str, subject: str, shown: RefundShownElsewhere, now: datetime
) -> None:
    detail: dict[str, Any] = {
        "refund": shown.row.external_id,
        "amount": shown.row.amount,
        "currency": shown.row.currency,
    }
    by, order_id = member().actor, page.order.id
    audit.record(session, actor=by, action=action, order_id=order_id, subject=subject, detail=detail, now=now)


def _order(ref: str) -> str:
    return url_for("console.order", ref=ref)


def _back(ref: str) -> ResponseReturnValue:
    return see_other(_order(ref))

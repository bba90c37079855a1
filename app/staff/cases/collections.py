"""Collections that a person books with a carrier: one is booked, cannot be, or is cancelled with it again."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.i18n.words import country_name, day
from app.core.web import db_session, see_other
from app.returns import services
from app.returns.policy.decision import pickup_days
from app.returns.queries import ReturnView
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, impossible, typed
from app.staff.orders import masking
from app.staff.orders.page import is_revealed
from app.staff.returns.page import find_return

bp = Blueprint("collections", __name__, url_prefix="/staff/returns/<ref>/collection")
guarded = permission_required(Permission.RETURNS)
# A carrier may not come sooner; who waits longer is better served by another way.
DAYS_AHEAD = 10


@bp.route("/booking", methods=["GET", "POST"])
@guarded
def book(ref: str) -> ResponseReturnValue:
    """Say for which day it is booked; the customer is told."""
    view, now = find_return(db_session(), ref), utcnow()
    days = _days(view, now)
    confirmation = Confirmation(
        _("The collection is booked"),
        _("Book it with your carrier first. The customer is told the day, and reads what you write here."),
        _("It is booked"),
        _place(view),
        text_name="note",
        text_label=_("Time or reference, for the customer"),
        text_hint=_("For example: between 9 and 14 h, reference AB123"),
        one_line=True,
        facts=_facts(view, now),
        choice_name="on",
        choice_label=_("Day"),
        choices=[(one.isoformat(), day(one)) for one in days],
        done=_("The collection is booked. The customer is told."),
    )
    if request.method == "GET":
        return confirmation.page()
    on = next((one for one in days if one.isoformat() == typed("on")), None)
    if on is None:
        return confirmation.page(errors=[("on", _("Choose a day."))]), 422
    try:
        with transaction(db_session()) as session:
            if services.book_pickup(session, view.return_.id, on=on, note=typed("note"), by=member().actor, now=now):
                _record(session, view, "return.pickup_booked", now)
    # The customer may have called it off while this page was open.
    except Conflict:
        return confirmation.page(errors=[("", impossible())]), 409
    announce(confirmation.done)
    return see_other(_place(view))


@bp.route("/refusal", methods=["GET", "POST"])
@guarded
def refuse(ref: str) -> ResponseReturnValue:
    """Say that it cannot be collected, and why; the customer is asked to choose another way."""
    view, now = find_return(db_session(), ref), utcnow()
    confirmation = Confirmation(
        _("It cannot be collected"),
        _("The customer is told why, and that another way can be chosen."),
        _("Tell the customer"),
        _place(view),
        danger=True,
        text_name="reason",
        text_label=_("Reason, which the customer reads"),
        needed=True,
        facts=_facts(view, now),
        done=_("The customer is told that it can't be collected."),
    )
    if request.method == "GET":
        return confirmation.page()
    if confirmation.fault():
        return confirmation.page(confirmation.fault()), 422
    try:
        with transaction(db_session()) as session:
            if services.refuse_pickup(session, view.return_.id, reason=typed("reason"), by=member().actor, now=now):
                _record(session, view, "return.pickup_refused", now, **audit.reason(typed("reason")))
    except Conflict:
        return confirmation.page(impossible()), 409
    announce(confirmation.done)
    return see_other(_place(view))


@bp.route("/cancelled", methods=["GET", "POST"])
@guarded
def cancelled(ref: str) -> ResponseReturnValue:
    """Say that a booked one that is not needed any more was cancelled with the carrier."""
    view, now = find_return(db_session(), ref), utcnow()
    confirmation = Confirmation(
        _("The collection is cancelled"),
        _("Cancel it with your carrier first. Then nobody comes for nothing."),
        _("It is cancelled"),
        _place(view),
        facts=_facts(view, now),
        done=_("The collection is noted as cancelled."),
    )
    if request.method == "GET":
        return confirmation.page()
    try:
        with transaction(db_session()) as session:
            if services.note_cancelled(session, view.return_.id, by=member().actor, now=now):
                _record(session, view, "return.pickup_cancelled", now)
    except Conflict:
        return confirmation.page(errors=[("", impossible())]), 409
    announce(confirmation.done)
    return see_other(_place(view))


def _days(view: ReturnView, now: datetime) -> list[date]:
    """The day that the customer chose first, unless it is over; then the next ones on which a carrier comes."""
    today = now.astimezone(ZoneInfo(view.order.brand.time_zone)).date()
    country = (view.order.ship_to or {}).get("country")
    coming = pickup_days(today - timedelta(days=1), country, DAYS_AHEAD)
    chosen = date.fromisoformat(on) if (on := (view.return_.pickup or {}).get("on")) else None
    return list(dict.fromkeys([*([chosen] if chosen and chosen >= today else []), *coming]))


def _facts(view: ReturnView, now: datetime) -> list[tuple[str, str]]:
    """What whoever books it needs; the address is masked until the order's personal data are revealed."""
    to, revealed = view.order.ship_to or {}, is_revealed(view.order.ref, now=now)
    street = ", ".join(filter(None, (to.get("company"), to.get("line1"), to.get("line2"))))
    town = " ".join(filter(None, (to.get("postcode"), to.get("city"))))
    place = ", ".join(filter(None, (town, country_name(to["country"]) if to.get("country") else "")))
    on = (view.return_.pickup or {}).get("on")
    return [
        (_("Return"), view.return_.ref),
        (_("Order"), view.order.number),
        (_("Day"), day(date.fromisoformat(on)) if on else "—"),
        *([(_("Time or reference"), note)] if (note := (view.return_.pickup or {}).get("note")) else []),
        # Whoever books reads the address to a carrier; whoever only looks needs no name.
        (_("Name"), (to.get("name") or "—") if revealed else masking.name(to.get("name"))),
        (_("Address"), ", ".join(filter(None, (street if revealed else masking.street(street), place)))),
    ]


def _record(session: Session, view: ReturnView, action: str, now: datetime, **detail: str) -> None:
    audit.record(
        session,
        actor=member().actor,
        action=action,
        order_id=view.order.id,
        subject=view.return_.ref,
        detail=dict(detail),
        now=now,
    )


def _place(view: ReturnView) -> str:
    return url_for("returning.page", ref=view.return_.ref)

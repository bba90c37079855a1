"""What support does to an order: note, reveal, end access, release a parcel. Each asks first where it matters."""

from datetime import datetime

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.orders.lookup.links import end_access
from app.orders.records import OrderRecord
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, impossible, typed
from app.staff.notes.services import NotePlace, note_reveal
from app.staff.notes.services import write as write_note
from app.staff.orders import page as order_page
from app.staff.orders.views import order_page_with
from app.staff.orders.words import flag_words
from app.tracking.carrier_pages import carrier_choices
from app.tracking.carriers.choosing import choose_carrier, likely_carriers
from app.tracking.records import ShipmentRecord
from app.tracking.services import release

bp = Blueprint("order_actions", __name__, url_prefix="/staff/orders/<ref>")
guarded = permission_required(Permission.ORDERS)
may_reveal = permission_required(Permission.PERSONAL)


@bp.post("/notes")
@guarded
def note(ref: str) -> ResponseReturnValue:
    """Write a note. When another kind is to be shown, what is typed waits on that page."""
    order, now, text = order_page.find_order(db_session(), ref), utcnow(), request.form.get("note", "").strip()[:2000]
    show = request.form.get("show")
    # The buttons that choose what the timeline shows send the note's form: what is typed must survive them.
    order_page.keep_note(order.ref, text if show is not None else "")
    if show is not None:
        return see_other(url_for("console.order", ref=order.ref, show=show or None, _anchor="timeline"))
    if not text:
        return order_page_with(order.ref, [("note", _("Write the note first, then add it."))]), 422
    with transaction(db_session()) as session:
        write_note(session, NotePlace(order.id), text, by=member().actor, now=now)
        audit.record(session, actor=member().actor, action="note.added", order_id=order.id, now=now)
    announce(_("The note is added."))
    return _back(order)


@bp.route("/reveal", methods=["GET", "POST"])
@may_reveal
def reveal(ref: str) -> ResponseReturnValue:
    """Show personal data for ten minutes, for a reason that is kept."""
    order = order_page.find_order(db_session(), ref)
    confirmation = Confirmation(
        _("Show data"),
        _("You see name, e-mail, phone and street of this order for ten minutes. Your reason is kept as a note."),
        _("Show"),
        url_for("console.order", ref=order.ref),
        text_name="reason",
        text_label=_("What for?"),
        text_hint=_("For example: caller wants to check their address"),
        needed=True,
    )
    if request.method == "GET":
        return confirmation.page()
    if confirmation.fault():
        return confirmation.page(confirmation.fault()), 422
    now = utcnow()
    with transaction(db_session()) as session:
        note_reveal(session, order.id, typed("reason"), by=member().actor, now=now)
    order_page.reveal(order.ref, now=now)
    announce(_("Personal data is shown for ten minutes."))
    return _back(order)


@bp.route("/revocation", methods=["GET", "POST"])
@guarded
def revoke(ref: str) -> ResponseReturnValue:
    """End every link and session of an order."""
    order = order_page.find_order(db_session(), ref)
    if request.method == "GET":
        return Confirmation(
            _("Close all access to this order"),
            _("All links sent so far stop working, and whoever has the page open is asked to identify again. "
              "The customer gets in with a new code or link."),
            _("Close all access"),
            url_for("console.order", ref=order.ref),
            danger=True,
        ).page()  # fmt: skip
    now = utcnow()
    with transaction(db_session()) as session:
        end_access(session, order.id, now=now)
        _record(session, order, "access.ended", {}, now)
    announce(_("All access to this order is closed."))
    return _back(order)


@bp.route("/shipments/<int:shipment_id>/release", methods=["GET", "POST"])
@guarded
def free(ref: str, shipment_id: int) -> ResponseReturnValue:
    """Say that doubtful scans are this parcel's own; the customer hears of them from then on."""
    order = order_page.find_order(db_session(), ref)
    shipment = db_session().get(ShipmentRecord, shipment_id, populate_existing=True)
    # A parcel of another order is not there: its id could be any number.
    if shipment is None or shipment.order_id != order.id:
        abort(404)
    if request.method == "GET":
        return Confirmation(
            _("Confirm these scans"),
            _(
                "The scans are this parcel's own. "
                "The customer sees them from then on and gets the messages they call for."
            ),
            _("Confirm the scans"),
            url_for("console.order", ref=order.ref),
            facts=[(_("Parcel"), shipment.number or "—"), (_("Odd about it"), ", ".join(flag_words(shipment.flags)))],
        ).page()
    now = utcnow()
    with transaction(db_session()) as session:
        release(session, shipment_id, now=now)
        _record(session, order, "shipment.released", {}, now, f"shipment/{shipment_id}")
    announce(_("The scans are confirmed. The customer sees them from now on."))
    return _back(order)


@bp.route("/shipments/<int:shipment_id>/carrier", methods=["GET", "POST"])
@guarded
def carrier(ref: str, shipment_id: int) -> ResponseReturnValue:
    """Say whose a parcel is, where the shop does not: it is asked about from then on, and linked."""
    order = order_page.find_order(db_session(), ref)
    shipment = db_session().get(ShipmentRecord, shipment_id, populate_existing=True)
    # A parcel of another order is not there: its id could be any number.
    if shipment is None or shipment.order_id != order.id:
        abort(404)
    confirmation = _choice_of_carrier(order, shipment)
    if request.method == "GET":
        return confirmation.page()
    chosen, now = typed("carrier"), utcnow()
    if chosen not in {name for name, _title in carrier_choices()}:
        return confirmation.page(errors=[("carrier", _("Choose a carrier."))]), 422
    with transaction(db_session()) as session:
        is_set = choose_carrier(session, shipment_id, chosen, now=now)
        if is_set:
            _record(session, order, "shipment.carrier_set", {"carrier": chosen}, now, f"shipment/{shipment_id}")
    if not is_set:
        return confirmation.page(errors=[("carrier", impossible())]), 409
    announce(_("The carrier is set: %(carrier)s.", carrier=dict(carrier_choices())[chosen]))
    return _back(order)


def _choice_of_carrier(order: OrderRecord, shipment: ShipmentRecord) -> Confirmation:
    place = shipment.pickup_point or order.ship_to or {}
    titles = dict(carrier_choices())
    likely = [name for name in likely_carriers(db_session(), shipment, place.get("country")) if name in titles]
    rest = [name for name in titles if name not in likely]
    named = ", ".join(titles[name] for name in likely)
    facts = [
        (_("Number"), shipment.number or "—"),
        (_("Service"), shipment.service or "—"),
        (_("Likely"), named or "—"),
    ]
    return Confirmation(
        _("Who carries this parcel?"),
        _(
            "Its page is linked from then on, and it is asked where it can be. "
            "What the shop's system says later counts more."
        ),
        _("Set the carrier"),
        url_for("console.order", ref=order.ref),
        facts=facts,
        choice_name="carrier",
        choice_label=_("Carrier"),
        # Nobody is chosen beforehand where several are likely: the press would decide what nobody has.
        choices=[("", "—"), *((name, titles[name]) for name in [*likely, *rest])],
    )


def _record(
    session: Session, order: OrderRecord, action: str, detail: dict[str, str], now: datetime, subject: str | None = None
) -> None:
    audit.record(
        session, actor=member().actor, action=action, order_id=order.id, subject=subject, detail=detail, now=now
    )


def _back(order: OrderRecord) -> ResponseReturnValue:
    return see_other(url_for("console.order", ref=order.ref))

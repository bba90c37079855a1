"""The warehouse's pages: scan, grade, book, correct."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.web import db_session, see_other
from app.returns.receiving.search import coming, find_for_receiving
from app.staff.auth.guard import permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.warehouse import desk as drafts
from app.staff.warehouse.desk import desk_for_correction, desk_for_order, desk_for_return, done_page
from app.staff.warehouse.page import desk_page
from app.staff.warehouse.sent import sent
from app.staff.warehouse.words import DISPOSITIONS, GOODS, MARKS, unknown_code

bp = Blueprint("warehouse", __name__, url_prefix="/staff/warehouse")
guarded = permission_required(Permission.WAREHOUSE)


@bp.get("")
@guarded
def scan() -> ResponseReturnValue:
    """One field for whatever can be scanned or typed; below it what is coming."""
    text = request.args.get("code", "")
    # GET with the code in the address: a scan is a search, its result can be loaded again, and it names no person.
    scanned = find_for_receiving(db_session(), text) if text.strip() else None
    if scanned and len(scanned.returns) == 1:
        return see_other(url_for("warehouse.receive", ref=scanned.returns[0].ref))
    nothing = scanned is not None and not scanned.orders and not scanned.returns
    errors = [("code", unknown_code(text.strip()))] if nothing else []
    page = {
        "scanned": scanned,
        "errors": errors,
        "coming": coming(db_session()),
        "goods": GOODS,
        "begun": drafts.begun(),
    }
    return render_template("staff/warehouse/scan.html", **page)


@bp.get("/leave")
@guarded
def leave() -> ResponseReturnValue:
    """Ask before another parcel is opened beside one that is begun and not booked."""
    parcel, code = request.args.get("parcel", ""), request.args.get("code", "")
    draft = drafts.load(parcel)
    if draft is None or draft.is_empty:
        return see_other(url_for("warehouse.scan", code=code))
    return render_template("staff/warehouse/leave.html", parcel=parcel, code=code, draft=draft)


@bp.get("/returns/<ref>")
@guarded
def receive(ref: str) -> ResponseReturnValue:
    """The return as a list of pieces; the one to grade now is open."""
    return desk_page(desk_for_return(db_session(), ref))


@bp.post("/returns/<ref>")
@guarded
def book(ref: str) -> ResponseReturnValue:
    """Book what was graded."""
    return sent(desk_for_return(db_session(), ref))


@bp.get("/orders/<ref>")
@guarded
def unannounced(ref: str) -> ResponseReturnValue:
    """A parcel of an order that nobody announced: every piece of the order may be in it."""
    return desk_page(desk_for_order(db_session(), ref))


@bp.post("/orders/<ref>")
@guarded
def book_unannounced(ref: str) -> ResponseReturnValue:
    """Book a parcel that nobody announced; a return is made that waits for support."""
    return sent(desk_for_order(db_session(), ref))


@bp.get("/returns/<ref>/receipts/<path:key>")
@guarded
def done(ref: str, key: str) -> ResponseReturnValue:
    """What was booked, how to put it right, and the field for the next scan."""
    return render_template(
        "staff/warehouse/done.html", **done_page(db_session(), ref, key), marks=MARKS, what=DISPOSITIONS
    )


@bp.get("/returns/<ref>/voiding/<path:key>")
@guarded
def voiding(ref: str, key: str) -> ResponseReturnValue:
    """Ask before a receipt is voided; the form is that of a correction with nothing in it."""
    page = done_page(db_session(), ref, key)
    receipt = url_for("warehouse.done", ref=ref, key=key)
    if page["row"].voided_at is not None:
        return see_other(receipt)
    return Confirmation(
        _("Void this receipt"),
        _("What it booked counts as not received, and a refund that is due for it is made void."),
        _("Void this receipt"),
        receipt,
        danger=True,
        facts=[(_("Return"), page["return_"].ref), (_("Order"), page["order"].number)],
        action=url_for("warehouse.correct", ref=ref, key=key),
        hidden=[("key", page["key"]), ("seen", str(page["seen"])), ("book", "1")],
    ).page()


@bp.get("/returns/<ref>/corrections/<path:key>")
@guarded
def correction(ref: str, key: str) -> ResponseReturnValue:
    """The form as it was booked, to be put right."""
    return desk_page(desk_for_correction(db_session(), ref, key))


@bp.post("/returns/<ref>/corrections/<path:key>")
@guarded
def correct(ref: str, key: str) -> ResponseReturnValue:
    """Book the corrected receipt in the wrong one's place; with nothing in it, the wrong one is taken back."""
    return sent(desk_for_correction(db_session(), ref, key))

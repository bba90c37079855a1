"""The warehouse's pages: scan, grade, book, correct."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import utcnow
from app.db import transaction
from app.errors import Conflict
from app.orders.picture_views import pictures_of
from app.returns.receiving import book_receipt, correct_receipt, receive_unannounced
from app.returns.receiving_facts import Disposition
from app.returns.receiving_search import coming, find_for_receiving
from app.staff import audit
from app.staff.guard import member, role_required
from app.staff.roles import Role
from app.staff.warehouse_desk import Desk, desk_for_correction, desk_for_order, desk_for_return, done_page
from app.staff.warehouse_form import Extra, current_unit, graded, marked, read_extras, receipt_of
from app.staff.warehouse_words import DISPOSITIONS, GOODS, GRADES, MARKS
from app.web import db_session, see_other

bp = Blueprint("warehouse", __name__, url_prefix="/staff/warehouse")
guarded = role_required(Role.WAREHOUSE, Role.SUPPORT)


@bp.get("")
@guarded
def scan() -> ResponseReturnValue:
    """One field for whatever can be scanned or typed; below it what is coming."""
    text = request.args.get("code", "")
    scanned = find_for_receiving(db_session(), text) if text.strip() else None
    if scanned and len(scanned.returns) == 1:
        return see_other(url_for("warehouse.receive", ref=scanned.returns[0].ref))
    page = {"scanned": scanned, "coming": coming(db_session()), "goods": GOODS}
    return render_template("staff/warehouse/scan.html", **page)


@bp.get("/returns/<ref>")
@guarded
def receive(ref: str) -> ResponseReturnValue:
    """The return as a list of pieces; the one to grade now is open."""
    return _desk_page(desk_for_return(db_session(), ref))


@bp.post("/returns/<ref>")
@guarded
def book(ref: str) -> ResponseReturnValue:
    """Book what was graded."""
    return _booked(desk_for_return(db_session(), ref))


@bp.get("/orders/<ref>")
@guarded
def unannounced(ref: str) -> ResponseReturnValue:
    """A parcel of an order that nobody announced: every piece of the order may be in it."""
    return _desk_page(desk_for_order(db_session(), ref))


@bp.post("/orders/<ref>")
@guarded
def book_unannounced(ref: str) -> ResponseReturnValue:
    """Book a parcel that nobody announced; a return is made that waits for support."""
    return _booked(desk_for_order(db_session(), ref))


@bp.get("/returns/<ref>/receipts/<path:key>")
@guarded
def done(ref: str, key: str) -> ResponseReturnValue:
    """What was booked, how to put it right, and the field for the next scan."""
    return render_template(
        "staff/warehouse/done.html", **done_page(db_session(), ref, key), marks=MARKS, what=DISPOSITIONS
    )


@bp.get("/returns/<ref>/corrections/<path:key>")
@guarded
def correction(ref: str, key: str) -> ResponseReturnValue:
    """The form as it was booked, to be put right."""
    return _desk_page(desk_for_correction(db_session(), ref, key))


@bp.post("/returns/<ref>/corrections/<path:key>")
@guarded
def correct(ref: str, key: str) -> ResponseReturnValue:
    """Book the corrected receipt in the wrong one's place; with nothing in it, the wrong one is taken back."""
    return _booked(desk_for_correction(db_session(), ref, key))


def _desk_page(desk: Desk) -> ResponseReturnValue:
    """Show the pieces; a pressed grade leads to the address that holds it."""
    args = request.args
    units = marked(desk.fresh, args.getlist("u")) if "u" in args or "at" in args else desk.units
    at = args.get("at", type=int)
    grade = args.get("grade", "")
    if grade and at is not None:
        count = args.get("n", default=1, type=int)
        units = graded(units, at=at, count=count, grade=grade, disposition=args.get("what", ""))
        marks = [unit.code for unit in units if unit.grade]
        return see_other(url_for(desk.endpoint, _anchor="now", u=marks, **desk.address))
    return _form(desk._replace(units=units), at=at)


def _form(desk: Desk, *, at: int | None = None, errors: list[tuple[str, str]] | None = None) -> str:
    now = current_unit(desk.units, at)
    extras = [*desk.extras, Extra()]
    return render_template(
        "staff/warehouse/receive.html",
        desk=desk,
        now=now,
        pictures=pictures_of(desk.order.lines),
        extras=extras,
        errors=errors or [],
        grades=GRADES,
        marks=MARKS,
        what=DISPOSITIONS,
        goods=GOODS,
        dispositions=[pair for pair in DISPOSITIONS.items() if pair[0] != Disposition.MISSING],
        lines=[(line.line_id, line.title) for line in desk.order.lines],
    )


def _booked(desk: Desk) -> ResponseReturnValue:
    """Book the form, or show it again with what is wrong."""
    extras = read_extras(request.form)
    filled = desk._replace(
        units=marked(desk.fresh, request.form.getlist("u")), extras=extras, note=request.form.get("note", "").strip()
    )
    errors = _errors(filled)
    if errors:
        return _form(filled, errors=errors), 422
    try:
        ref, key = _book(filled)
    except Conflict:
        return _form(filled, errors=[("units", _("Someone corrected this receipt already. Look at it again."))]), 422
    return see_other(url_for("warehouse.done", ref=ref, key=key))


def _errors(desk: Desk) -> list[tuple[str, str]]:
    errors = []
    if request.form.get("seen", "") != str(desk.seen):
        errors.append(("units", _("Someone else booked a part of this return meanwhile. Check what is still open.")))
    for number, extra in enumerate(desk.extras):
        if not (extra.quantity.isdecimal() and len(extra.quantity) <= 3 and int(extra.quantity)):
            errors.append((f"x{number}_quantity", _("Say how many, with a number from 1 to 999.")))
        if extra.grade not in GRADES:
            errors.append((f"x{number}_grade", _("Choose how it is.")))
    if not errors and not desk.correcting and not receipt_of(desk.units, desk.extras, "").items:
        errors.append(("units", _("Nothing is graded yet. Grade at least one piece.")))
    return errors


def _book(desk: Desk) -> tuple[str, str]:
    """Commit the receipt and its line in the audit trail; gives the return's reference and the receipt's key."""
    receipt = receipt_of(desk.units, desk.extras, desk.note)
    key, by, now = request.form.get("key", "")[:40] or desk.key, member().actor, utcnow()
    with transaction(db_session()) as session:
        if desk.correcting:
            wrong = desk.correcting
            kept = correct_receipt(
                session, wrong.id, receipt if receipt.items else None, by=by, idempotency_key=key, now=now
            )
            row = kept or wrong
        elif desk.found:
            row = book_receipt(session, desk.found.id, receipt, by=by, idempotency_key=key, now=now)
        else:
            row = receive_unannounced(session, desk.order.id, receipt, by=by, idempotency_key=key, now=now)
        ref = desk.ref_of(session, row)
        action = "receipt.corrected" if desk.correcting else "receipt.booked"
        audit.record(
            session, actor=by, action=action, order_id=desk.order.id, subject=f"{ref}/{row.idempotency_key}", now=now
        )
        return ref, row.idempotency_key

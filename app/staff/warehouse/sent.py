"""What a press on a parcel's page does; the whole form comes with each: grade, open another piece, scan, book."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.web import db_session, is_htmx, see_other
from app.returns.receiving.record import book_receipt, correct_receipt, receive_unannounced
from app.returns.receiving.search import find_for_receiving
from app.staff.auth.guard import member
from app.staff.warehouse import desk as drafts
from app.staff.warehouse.desk import Desk
from app.staff.warehouse.form import graded, marked, read_extras, receipt_of
from app.staff.warehouse.page import form_page
from app.staff.warehouse.words import GRADES, unknown_code

LONGEST_NOTE = 500


def sent(desk: Desk) -> ResponseReturnValue:
    """The whole form came, whatever was pressed: a grade, another piece, Book, or a scan. Nothing typed is lost."""
    form = request.form
    units, note = marked(desk.fresh, form.getlist("u")), form.get("note", "").strip()[:LONGEST_NOTE]
    filled = desk._replace(units=units, extras=read_extras(form), note=note)
    if "book" in form:
        return _booked(filled)
    code = form.get("code", "").strip()
    at, grade = form.get("at", type=int), form.get("grade", "")
    # A scanner types into whatever has the focus: when a code came along, a grade was not meant.
    if grade and at is not None and not code:
        count = form.get("n", default=1, type=int)
        units = graded(units, at=at, count=count, grade=grade, disposition=form.get("what", ""))
        filled, at = filled._replace(units=units), None
    drafts.keep(desk.page, _draft(filled, at=form.get("open", default=at, type=int)))
    return _scanned(filled, code) if code else _go(desk.page)


def _draft(desk: Desk, *, at: int | None) -> drafts.ReceivingDraft:
    codes = [unit.code for unit in desk.units if unit.grade]
    seen = request.form.get("seen", default=-1, type=int)
    return drafts.ReceivingDraft(desk.title, codes, list(desk.extras), desk.note, seen, at)


def _scanned(desk: Desk, code: str) -> ResponseReturnValue:
    """A scan beside an open parcel: open what was scanned, after a question where something is not booked yet."""
    scanned = find_for_receiving(db_session(), code)
    # Returns first: an announced parcel is not to be received as one that nobody announced.
    refs = [return_.ref for return_ in scanned.returns] or [order.ref for order in scanned.orders]
    if not refs:
        at = request.form.get("at", type=int)
        return form_page(desk, at=at, errors=[("code", unknown_code(scanned.text))]), 422
    if refs == [desk.ref]:
        drafts.set_notice(_("You scanned the parcel that is open here."))
    elif not _draft(desk, at=None).is_empty:
        return _go(url_for("warehouse.leave", code=code, parcel=desk.page))
    else:
        return _go(url_for("warehouse.scan", code=code))
    return _go(desk.page)


def _go(address: str) -> ResponseReturnValue:
    """Lead there: htmx shows the parcel's own page in place and loads any other."""
    # A redirect would be followed by htmx itself, and another page put in place of this one, under this one's address.
    if is_htmx() and address != request.path:
        return "", 200, {"HX-Redirect": address}
    return see_other(address)


def _booked(desk: Desk) -> ResponseReturnValue:
    """Book the form, or show it again with what is wrong."""
    errors = _errors(desk)
    if errors:
        return form_page(desk, errors=errors), 422
    try:
        ref, key = _book(desk)
    except Conflict as error:
        corrected = _("Someone corrected this receipt already. Look at it again.")
        paid = _("More is paid or approved than this would leave.")
        return form_page(desk, errors=[("units", paid if "agreed to" in str(error) else corrected)]), 422
    drafts.drop(desk.page)
    return _go(url_for("warehouse.done", ref=ref, key=key))


def _errors(desk: Desk) -> list[tuple[str, str]]:
    errors = []
    if request.form.get("seen", "") != str(desk.seen):
        errors.append(("units", _("Someone else booked a part of this return meanwhile. Check what is still open.")))
    for number, extra in enumerate(desk.extras):
        # 999 bounds what a slip of the scanner, which types long numbers, can book.
        if not (extra.quantity.isdecimal() and len(extra.quantity) <= 3 and int(extra.quantity)):
            errors.append((f"x{number}_quantity", _("Say how many, with a number from 1 to 999.")))
        if extra.grade not in GRADES:
            errors.append((f"x{number}_grade", _("Choose how it is.")))
    if not errors and not desk.correcting and not receipt_of(desk.units, desk.extras, "").items:
        errors.append(("units", _("Nothing is graded yet. Grade at least one unit.")))
    return errors


def _book(desk: Desk) -> tuple[str, str]:
    """Commit the receipt and its line in the audit trail; gives the return's reference and the receipt's key."""
    facts = receipt_of(desk.units, desk.extras, desk.note)
    key, by, now = request.form.get("key", "")[:40] or desk.key, member().actor, utcnow()
    with transaction(db_session()) as session:
        if desk.correcting:
            wrong = desk.correcting
            corrected = correct_receipt(
                session, wrong.id, facts if facts.items else None, by=by, idempotency_key=key, now=now
            )
            receipt = corrected or wrong
        elif desk.return_:
            receipt = book_receipt(session, desk.return_.id, facts, by=by, idempotency_key=key, now=now)
        else:
            receipt = receive_unannounced(session, desk.order.id, facts, by=by, idempotency_key=key, now=now)
        ref = desk.ref_of(session, receipt.return_id)
        action = "receipt.corrected" if desk.correcting else "receipt.booked"
        # The same form sent again finds what it booked the first time: that is in the trail already.
        if now in (receipt.received_at, receipt.voided_at):
            subject = f"{ref}/{receipt.idempotency_key}"
            audit.record(session, actor=by, action=action, order_id=desk.order.id, subject=subject, now=now)
        return ref, receipt.idempotency_key

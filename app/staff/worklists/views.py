"""The worklists' pages, and the small actions that take a row off a list."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.events import inbox, log, stumbles
from app.events.kinds import Listener
from app.events.records import InboxRecord
from app.notify.inbound.inbound_sms import mark_read
from app.returns.records import ReceiptRecord, ReturnRecord, WithdrawalRecord
from app.returns.withdrawal.matching import settle_withdrawal
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission, needed_for_list
from app.staff.confirmation import Confirmation, typed
from app.staff.worklists import aside as work_aside
from app.staff.worklists import trail
from app.staff.worklists.choice import ListFilters
from app.staff.worklists.list_page import list_page
from app.staff.worklists.reading import named_rows
from app.staff.worklists.returns import SEEN
from app.staff.worklists.rows import Row, fault_words, state_words
from app.staff.worklists.worklists import WORKLISTS, Worklist

bp = Blueprint("work", __name__, url_prefix="/staff/work")
guarded = permission_required(Permission.ORDERS)
may_see = permission_required(Permission.ORDERS, Permission.RETURNS, Permission.CASES)
may_return = permission_required(Permission.RETURNS)
# Enough to see what it is; a body may have a mebibyte, which nobody reads in a page.
SHOWN_BYTES = 8000


@bp.get("/<name>")
@may_see
def listed(name: str) -> ResponseReturnValue:
    """One worklist."""
    if name not in WORKLISTS:
        abort(404)
    if needed_for_list(name) not in member().permissions:
        abort(403)
    return list_page(name, ListFilters.read(request.args))


@bp.get("/inbox/<int:row_id>")
@guarded
def delivery(row_id: int) -> ResponseReturnValue:
    """One delivery as it came, and why it was given up."""
    row = db_session().get(InboxRecord, row_id, populate_existing=True) or abort(404)
    # It was given up perhaps because it is no text: what cannot be read must not break the page that shows it.
    body = row.body[:SHOWN_BYTES].decode("utf-8", "replace")
    return render_template(
        "staff/work/delivery.html",
        row=row,
        state=state_words(row.state),
        why=fault_words(row.error),
        body=body,
        cut=len(row.body) > SHOWN_BYTES,
    )


@bp.post("/inbox/<int:row_id>/replays")
@guarded
def replay(row_id: int) -> ResponseReturnValue:
    """Put a delivery in line again."""
    with transaction(db_session()) as session:
        if inbox.replay(session, row_id=row_id):
            _record(session, "inbox.replayed", f"inbox/{row_id}", now=utcnow())
    announce(_("It will be read again in a moment."))
    return _back("inbox")


@bp.post("/events/<listener>/<int:event_id>/hearings")
@guarded
def hear_again(listener: str, event_id: int) -> ResponseReturnValue:
    """Have a dead event heard again."""
    if listener not in set(Listener):
        abort(404)
    with transaction(db_session()) as session:
        if log.revive(session, event_id, Listener(listener), now=utcnow()):
            _record(session, "event.revived", f"event/{event_id}", now=utcnow())
    announce(_("It will be tried again in a moment."))
    return _back("events")


@bp.post("/jobs/<task>/<int:item_id>/tries")
@guarded
def try_again(task: str, item_id: int) -> ResponseReturnValue:
    """Have a job try again what it gave up."""
    with transaction(db_session()) as session:
        if stumbles.revive(session, task, item_id):
            _record(session, "job.revived", f"{task}/{item_id}", now=utcnow())
    announce(_("It will be tried again in a moment."))
    return _back("jobs")


@bp.route("/<name>/<item>/aside", methods=["GET", "POST"])
@may_see
def aside(name: str, item: str) -> ResponseReturnValue:
    """Take a row off its list, with a reason that is kept."""
    worklist = WORKLISTS.get(name) or abort(404)
    if needed_for_list(name) not in member().permissions:
        abort(403)
    # Looked for on the list itself: what has left it meanwhile cannot be set aside.
    row = next(iter(named_rows(db_session(), name, [item], now=utcnow())), None)
    if row is None or name not in work_aside.FINISHES:
        return _back(name)
    confirmation = _confirm_aside(worklist, row, name)
    if request.method == "GET":
        return confirmation.page()
    if fault := confirmation.fault():
        return confirmation.page(fault), 422
    with transaction(db_session()) as session:
        if work_aside.put(session, name, item, by=member().actor, now=utcnow()):
            work_aside.note(session, name, item, reason=typed("reason"), by=member().actor, now=utcnow())
            detail = {**audit.reason(typed("reason")), "what": row.title}
            _record(session, "work.set_aside", f"{name}/{item}", detail=detail, now=utcnow())
    announce(_("“%(what)s” has left the list.", what=row.title))
    return _back(name)


def _confirm_aside(worklist: Worklist, row: Row, name: str) -> Confirmation:
    facts = [
        (str(worklist.columns[0]), row.title),
        (str(worklist.columns[1]), row.about or "—"),
        (_("Update"), row.detail),
    ]
    return Confirmation(
        _("Set it aside"),
        _(
            "It leaves the list “%(list)s”, and nothing more is done about it. Your reason is kept.",
            list=worklist.title,
        ),
        _("Set aside"),
        trail.list_address(name),
        text_name="reason",
        text_label=_("Reason"),
        needed=True,
        facts=facts,
    )


@bp.post("/receipts/<int:receipt_id>/looks")
@may_return
def saw_receipt(receipt_id: int) -> ResponseReturnValue:
    """An odd receipt was looked at."""
    receipt = db_session().get(ReceiptRecord, receipt_id, populate_existing=True) or abort(404)
    order_id = db_session().get_one(ReturnRecord, receipt.return_id, populate_existing=True).order_id
    with transaction(db_session()) as session:
        if work_aside.put(session, work_aside.RECEIPTS, str(receipt_id), by=member().actor, now=utcnow()):
            _record(session, SEEN, f"receipt/{receipt_id}", order_id=order_id, now=utcnow())
    announce(_("The receipt has left the list."))
    return _back("receipts")


@bp.post("/withdrawals/<int:withdrawal_id>/settlement")
@may_return
def settled_withdrawal(withdrawal_id: int) -> ResponseReturnValue:
    """A withdrawal was brought to its order, or answered."""
    with transaction(db_session()) as session:
        statement = session.scalar(select(WithdrawalRecord).where(WithdrawalRecord.id == withdrawal_id)) or abort(404)
        if settle_withdrawal(session, withdrawal_id):
            _record(session, "withdrawal.settled", statement.ref, order_id=statement.order_id, now=utcnow())
        settled_ref = statement.ref
    announce(_("Withdrawal %(ref)s has left the list.", ref=settled_ref))
    return _back("withdrawals")


@bp.post("/texts/<int:text_id>/reading")
@guarded
def read_text(text_id: int) -> ResponseReturnValue:
    """An answer to a text was read."""
    with transaction(db_session()) as session:
        now = utcnow()
        if mark_read(session, text_id, now=now):
            _record(session, "text.read", f"text/{text_id}", now=now)
    announce(_("The answer has left the list."))
    return _back("texts")


def _record(
    session: Session,
    action: str,
    subject: str,
    *,
    order_id: int | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    by = member().actor
    audit.record(session, actor=by, action=action, order_id=order_id, subject=subject, detail=detail or {}, now=now)


def _back(name: str) -> ResponseReturnValue:
    return see_other(trail.list_address(name))

"""A case in the console: its page, answering, closing, opening again, taking it over."""

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import new_secret
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.cases import page as case_page
from app.staff.cases import replies
from app.staff.notes.services import notes_of
from app.staff.orders.page import is_revealed
from app.support import cases as services
from app.support.form import read_key, read_words, words_fault
from app.support.records import SupportCaseRecord
from app.support.states import CaseState
from app.support.words import about_words, badge

bp = Blueprint("cases", __name__, url_prefix="/staff/cases/<ref>")
guarded = permission_required(Permission.CASES)


@bp.get("")
@guarded
def page(ref: str) -> ResponseReturnValue:
    """One case with its order, what was written, and the field to answer in."""
    return case_page_with(case_page.named_case(db_session(), ref))


@bp.post("/answers")
@guarded
def answer(ref: str) -> ResponseReturnValue:
    """Answer the customer, and close the case where that button was pressed."""
    case, words, now = case_page.named_case(db_session(), ref), read_words(request.form), utcnow()
    if fault := words_fault(words) or replies.open_fault(words):
        case_page.keep_draft(case.ref, words)
        return case_page_with(case, ("words", fault)), 422
    by, key = member().actor, read_key(request.form)
    # One transaction for both: a case must not close on an answer that was not kept.
    with transaction(db_session()) as session:
        if services.answer(session, case.id, words, by=by, form_key=key, now=now):
            _record(session, case, "case.answered", now)
            if request.form.get("then") == "close" and services.close(session, case.id, now=now):
                _record(session, case, "case.closed", now)
    case_page.keep_draft(case.ref, "")
    return _back(case, _("The answer is on its way to the customer."))


@bp.post("/reply")
@guarded
def reply(ref: str) -> ResponseReturnValue:
    """Put a saved reply into the answer, behind what is typed; it is sent with the answer's own button."""
    case, words = case_page.named_case(db_session(), ref), read_words(request.form)
    order = case_page.order_of(db_session(), case)
    text = replies.with_reply(db_session(), case, order, request.form.get("reply", ""), words)
    # Kept either way: what is typed survives a choice that was none.
    case_page.keep_draft(case.ref, words if text is None else text)
    if text is None:
        return case_page_with(case, ("reply", _("Choose a reply."))), 422
    return see_other(url_for("cases.page", ref=case.ref, _anchor="words"))


@bp.post("/closing")
@guarded
def close(ref: str) -> ResponseReturnValue:
    """Nothing is left to do."""
    case, now = case_page.named_case(db_session(), ref), utcnow()
    # What was being written is not lost by a press of another button.
    case_page.keep_draft(case.ref, read_words(request.form))
    with transaction(db_session()) as session:
        if services.close(session, case.id, now=now):
            _record(session, case, "case.closed", now)
    return _back(case, _("The case is closed."))


@bp.post("/reopening")
@guarded
def reopen(ref: str) -> ResponseReturnValue:
    """It waits for the shop again."""
    case, now = case_page.named_case(db_session(), ref), utcnow()
    case_page.keep_draft(case.ref, read_words(request.form))
    with transaction(db_session()) as session:
        if services.reopen(session, case.id, now=now):
            _record(session, case, "case.reopened", now)
    return _back(case, _("The case is open again."))


@bp.post("/assignment")
@guarded
def assign(ref: str) -> ResponseReturnValue:
    """Whoever is signed in takes it."""
    case = case_page.named_case(db_session(), ref)
    case_page.keep_draft(case.ref, read_words(request.form))
    with transaction(db_session()) as session:
        if services.assign(session, case.id, to=member().actor):
            _record(session, case, "case.assigned", utcnow())
    return _back(case, _("The case is yours."))


def case_page_with(case: SupportCaseRecord, fault: tuple[str, str] | None = None) -> str:
    """The case's page, with what is wrong with an answer or a note that was sent from it."""
    database = db_session()
    order = case_page.order_of(database, case)
    return render_template(
        "staff/cases/case.html",
        case=case,
        order=order,
        zone=order.brand.time_zone,
        about=about_words(case.about),
        badge=case_page.case_badge(case.state),
        closed=case.state == CaseState.CLOSED,
        mine=case.assigned_to == member().actor,
        parcel=case_page.parcel_of(database, case),
        return_ref=case_page.return_ref(database, case),
        items=case_page.items_of(case, order),
        wish=case_page.wish(case, order, revealed=is_revealed(order.ref, now=utcnow())),
        shown=badge(case.state)[1],
        draft=case_page.read_draft(case.ref),
        replies=replies.choices(database, case),
        errors=[fault] if fault else [],
        notes=notes_of(database, case_page.case_place(case)),
        form_key=new_secret(),
        longest=services.LONGEST,
    )


def _record(session: Session, case: SupportCaseRecord, action: str, now: datetime) -> None:
    audit.record(session, actor=member().actor, action=action, order_id=case.order_id, subject=case.ref, now=now)


def _back(case: SupportCaseRecord, done: str) -> ResponseReturnValue:
    announce(done)
    return see_other(url_for("cases.page", ref=case.ref))

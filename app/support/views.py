"""The pages of a case: the form with the order's own context, that it was taken, the conversation; their card."""

from typing import Any

from flask import Blueprint, abort, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.i18n.words import moment
from app.core.tokens import new_secret
from app.core.web import db_session, see_other
from app.orders.lookup.access import Grant
from app.orders.lookup.guard import require_tier
from app.support import form as forms
from app.support.cases import LONGEST, NewCase, TooMuchWritten, note_seen, open_case, write_more
from app.support.context import HelpContext, masked_contact, parcel_words, read_context
from app.support.form import EMAIL, PHONE, Errors, HelpForm
from app.support.queries import cases_of, find_case
from app.support.records import SupportCaseRecord
from app.support.states import CaseState
from app.support.words import about_words, badge

bp = Blueprint("support", __name__, url_prefix="/o/<ref>/help")
# The session is read on every request: the newest cases are those that somebody comes back to.
KEPT_CASES = 10
Page = str | tuple[str, int] | Response


@bp.get("")
def write(ref: str) -> str:
    """The form, with what the link to it names."""
    grant = require_tier(ref, 1)
    context = read_context(grant)
    return _form_page(grant, context, _begun(context), [])


@bp.post("")
def send(ref: str) -> Page:
    """Take the form as a case, or show it again with what is wrong with it."""
    grant = require_tier(ref, 1)
    context, form, now = read_context(grant), HelpForm.read(request.form), utcnow()
    if errors := form.errors(list(context.ways)):
        return _form_page(grant, context, form, errors), 422
    try:
        with transaction(db_session()) as database:
            case = open_case(database, _case(context, form), now=now)
    except TooMuchWritten as error:
        return _form_page(grant, context, form, [("", _limit_words(error, context.order.zone))]), 429
    # Whoever wrote it here need not prove again that they may read it.
    session["cases"] = [case.ref, *(one for one in session.get("cases", []) if one != case.ref)][:KEPT_CASES]
    return see_other(url_for("support.sent", ref=ref, case=case.ref))


@bp.get("/<case>/sent")
def sent(ref: str, case: str) -> str:
    """It was taken: under which reference, and what happens next."""
    grant = require_tier(ref, 1)
    context, matter = read_context(grant), _find(grant, case)
    # Nothing is said to be sent that cannot be: some customers have a telephone alone.
    email, phone = masked_contact(db_session(), grant.order_id)
    # An address on no file is shown to whoever typed it, and in no other browser.
    elsewhere = matter.contact if _may_read(grant, matter) else None
    return render_template(
        "support/sent.html",
        order=context.order,
        case=matter,
        email=email,
        phone=phone if matter.answer_by == PHONE else None,
        elsewhere=elsewhere,
    )


@bp.get("/<case>")
def conversation(ref: str, case: str) -> str:
    """What was written, for who proved to be the customer or wrote it in this browser; its state for the others."""
    grant = require_tier(ref, 1)
    matter = _find(grant, case)
    if _may_read(grant, matter) and any(entry.who == "staff" and entry.seen_at is None for entry in matter.entries):
        with transaction(db_session()) as database:
            note_seen(database, matter.id, now=utcnow())
    return _case_page(grant, matter)


@bp.post("/<case>/entries")
def add(ref: str, case: str) -> Page:
    """Add something to a case, or show it again with why that cannot be."""
    grant = require_tier(ref, 1)
    matter, words = _find(grant, case), forms.read_words(request.form)
    if fault := forms.words_fault(words):
        return _case_page(grant, matter, typed=words, fault=fault), 422
    try:
        with transaction(db_session()) as database:
            write_more(database, matter.id, words, form_key=forms.read_key(request.form), now=utcnow())
    except TooMuchWritten as error:
        limit = _limit_words(error, read_context(grant).order.zone)
        return _case_page(grant, matter, typed=words, fault=limit), 429
    return see_other(url_for("support.conversation", ref=ref, case=matter.ref))


@bp.get("/<case>/open")
def unlock(ref: str, case: str) -> Response:
    """Show who one is (T2), then read what was written."""
    matter = _find(require_tier(ref, 2), case)
    return see_other(url_for("support.conversation", ref=ref, case=matter.ref))


def _form_page(grant: Grant, context: HelpContext, form: HelpForm, errors: Errors) -> str:
    parcels, return_ = context.parcels(), context.return_of(form.return_ref)
    only = context.order.parcels[0] if len(context.order.parcels) == 1 else None
    rows = [
        (_("Parcel"), parcel_words(only) if only else None),
        (_("Return"), return_.ref if return_ else None),
    ]
    return render_template(
        "support/form.html",
        order=context.order,
        form=form,
        facts=[(term, value) for term, value in rows if value],
        parcels=parcels,
        abouts=context.abouts(form.chosen()),
        return_=return_,
        ways=context.ways,
        open_cases=[one for one in cases_of(db_session(), grant.order_id) if one.state != CaseState.CLOSED],
        about_words=about_words,
        errors=errors,
        faults=dict(errors),
        longest=LONGEST,
    )


def _case_page(grant: Grant, case: SupportCaseRecord, *, typed: str = "", fault: str | None = None) -> str:
    context = read_context(grant)
    parcel = next((parcel for parcel in context.order.parcels if parcel.id == case.shipment_id), None)
    return render_template(
        "support/case.html",
        order=context.order,
        zone=context.order.zone,
        case=case,
        facts=_facts(context, case, parcel_words(parcel) if parcel else None),
        badge=badge(case.state),
        closed=case.state == CaseState.CLOSED,
        readable=_may_read(grant, case),
        typed=typed,
        errors=[("words", fault)] if fault else [],
        form_key=new_secret(),
        longest=LONGEST,
    )


def _begun(context: HelpContext) -> HelpForm:
    """A fresh form: what the link names is chosen, and the way to answer that most people take."""
    form = HelpForm.read(request.args)
    way = EMAIL if EMAIL in context.ways else next(iter(context.ways))
    return HelpForm(
        about=form.about, parcel=form.parcel, return_ref=form.return_ref, answer_by=way, form_key=new_secret()
    )


def _case(context: HelpContext, form: HelpForm) -> NewCase:
    only = context.order.parcels[0] if len(context.order.parcels) == 1 else None
    parcel, return_ = context.parcel(form.parcel) or only, context.return_of(form.return_ref)
    # An order of one parcel leaves nothing to choose.
    return NewCase(
        order_id=context.order.id,
        about=form.about,
        words=form.words,
        locale=str(get_locale()).replace("_", "-"),
        form_key=form.form_key,
        answer_by=PHONE if form.answer_by == PHONE else EMAIL,
        contact=form.contact(),
        shipment_id=parcel.id if parcel else None,
        return_id=return_.id if return_ else None,
        lines=context.lines_of(form),
    )


def _facts(context: HelpContext, case: SupportCaseRecord, parcel: str | None) -> list[tuple[str, Any]]:
    titles = [line.title for line in context.order.lines if line.row_id in case.lines]
    return_ = next((one for one in context.returns if one.id == case.return_id), None)
    rows = [
        (_("Order"), context.order.number),
        (_("About"), about_words(case.about)),
        (_("Parcel"), parcel),
        (_("Items"), ", ".join(titles)),
        (_("Return"), return_.ref if return_ else None),
    ]
    return [(term, value) for term, value in rows if value]


def _find(grant: Grant, ref: str) -> SupportCaseRecord:
    return find_case(db_session(), ref, order_id=grant.order_id) or abort(404)


def _may_read(grant: Grant, case: SupportCaseRecord) -> bool:
    """People write addresses and account numbers: who only holds a link to the order reads none of it."""
    return grant.tier >= 2 or case.ref in session.get("cases", [])


def _limit_words(error: TooMuchWritten, zone: str) -> str:
    again = moment(error.until, zone=zone)
    return _("We've had many messages about this order in the last hour. You can write again %(moment)s.", moment=again)


# Most orders have none, and their page is a hot path.
_ANY = text("select exists (select from support_case where order_id = :order_id)")
_ORDER = text('select o.ref, b.time_zone from "order" o join brand b on b.key = o.brand_key where o.id = :order_id')


def order_panel(session: Session, order_id: int, _tier: int) -> Markup:
    """A card with the order's cases; empty when there is none. What was written stays on their own pages."""
    if not session.connection().scalar(_ANY, {"order_id": order_id}):
        return Markup("")
    order = session.connection().execute(_ORDER, {"order_id": order_id}).one()
    rows = [(case, about_words(case.about), badge(case.state)) for case in cases_of(session, order_id)]
    page = render_template("support/_panel.html", rows=rows, ref=order.ref, zone=order.time_zone)
    return Markup(page)  # noqa: S704 (made by our template)

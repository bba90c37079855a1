"""The steps of a return for a customer: items and reasons, the way back, the policy's answer and its quote."""

from datetime import datetime

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit import trail as audit
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.i18n import words
from app.core.web import db_session, see_other
from app.orders.pictures.views import pictures_of
from app.returns.points.ports import Accepts
from app.returns.points.search.nearby import WhereFrom, point_snapshot, search_points
from app.returns.points.views import point_cards
from app.returns.policy.decision import RequestEvaluation, pickup_days
from app.returns.policy.rules import RuleAnswer
from app.returns.request.behalf import MadeReturn, make_for_customer, seen_by_staff
from app.returns.request.flow import Errors
from app.returns.request.forms import first_pick, read_items, read_way
from app.returns.request.pages import breakdown_rows, item_rows, summary_rows, ways
from app.returns.services import ReturnRefused
from app.returns.words import in_words
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import typed
from app.staff.notes.services import NotePlace
from app.staff.notes.services import write as write_note
from app.staff.orders import masking
from app.staff.returns.behalf.flow import BehalfFlow, begun_anew, is_post, keep_draft, open_behalf
from app.staff.returns.page import ANSWERS
from app.tracking.carrier_pages import carrier_title

bp = Blueprint("behalf", __name__, url_prefix="/staff/orders/<ref>/returns/new")
guarded = permission_required(Permission.RETURNS)
Page = tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
@guarded
def items(ref: str) -> Page:
    """What goes back, how many of it and why."""
    flow = begun_anew(open_behalf(ref))
    lines, answers = flow.order.lines, flow.basis.eligibility
    errors: Errors = []
    if is_post():
        errors = read_items(flow.draft, request.form, lines, answers, overrides=True)
        if not errors:
            return flow.on("method")
    return flow.page(
        "items",
        errors,
        rows=item_rows(flow, request.form),
        first=first_pick(lines, answers, overrides=True),
        nothing=bool(errors) and not any(request.form.get(f"pick-{line.id}") for line in lines),
        same=bool(request.form.get("same")),
        pictures=pictures_of(lines),
    )


@bp.route("/method", methods=["GET", "POST"])
@guarded
def method(ref: str) -> Page:
    """How it goes back; points are looked for around the customer's address, or another place."""
    flow = open_behalf(ref)
    if flow.draft.done or not flow.draft.lines:
        return see_other(flow.url("items"))
    basis, draft = flow.basis, flow.draft
    days = pickup_days(basis.facts.day(flow.now), basis.facts.country)
    errors: Errors = []
    if is_post():
        errors = read_way(draft, request.form, days, basis.policy.methods)
        if not errors and draft.point_id:
            draft.point = point_snapshot(flow.session, draft.point_id, carrier=basis.policy.carrier, now=flow.now)
            if draft.point is None:
                errors = [("way", _("That drop-off point no longer takes returns. Choose another one."))]
        if not errors:
            return flow.on("check")
    # In the address and not in the draft: it is no fact of the return, and a search changes nothing.
    near = request.args.get("near", "").replace("\x00", "").strip()[:100]
    search = search_points(
        flow.session, WhereFrom(near or None), flow.order, carrier=basis.policy.carrier, now=flow.now
    )
    listed = list(zip(point_cards(search), search.points, strict=True))
    return flow.page(
        "method",
        errors,
        search=search,
        paperless=[card for card, point in listed if Accepts.CODE in point.accepts],
        labelled=[card for card, point in listed if Accepts.CODE not in point.accepts],
        # Whose street it is stays masked: the customer knows where they live.
        address=masking.street((flow.order.ship_to or {}).get("line1")),
        carrier=carrier_title(basis.policy.carrier),
        ways=ways(flow),
        pickup_options=[(day.isoformat(), words.day(day)) for day in days],
    )


@bp.route("/check", methods=["GET", "POST"])
@guarded
def check(ref: str) -> Page:
    """What the customer would be told, and whether; then the return, by a reason where the policy refuses it."""
    flow = open_behalf(ref)
    if flow.draft.done and is_post():
        return see_other(url_for("returning.page", ref=flow.draft.done))
    if flow.draft.done or flow.draft.first_open() != "check":
        return see_other(flow.url("items" if flow.draft.done or not flow.draft.lines else "method"))
    return _make(flow) if is_post() else _check_page(flow, [])


def _make(flow: BehalfFlow) -> Page:
    override, answer = typed("override"), flow.quote().evaluation.answer
    if answer is RuleAnswer.NO and not override:
        return _check_page(flow, [("override", _("The policy refuses it: write why you make it all the same."))])
    by, now = member().actor, flow.now
    try:
        with transaction(db_session()) as session:
            # A reason that nothing asks for is kept as a note, and overrides nothing.
            why = override if answer is not RuleAnswer.YES else ""
            seen = request.form.get("seen", "")
            made = make_for_customer(
                session, flow.order.id, flow.draft, seen=seen, by=by, override=why or None, now=now
            )
            _write_down(session, flow.order.id, made, why, now)
    except ReturnRefused as refused:
        return _check_page(flow, _sentences(refused.evaluation))
    except Conflict:
        body, _status = _check_page(flow, [("", _("Something has changed since. Look at it once more."))])
        return body, 409
    keep_draft(flow.ref, flow.draft.model_copy(update={"done": made.ref}))
    announce(_("The return is made. The customer gets the usual messages."))
    return see_other(url_for("returning.page", ref=made.ref))


def _write_down(session: Session, order_id: int, made: MadeReturn, why: str, now: datetime) -> None:
    # The earlier press wrote it down.
    if made.before:
        return
    by, note = member().actor, typed("note")
    if note:
        write_note(session, NotePlace(order_id, f"return/{made.ref}"), note, by=by, now=now)
    audit.record(
        session, actor=by, action="return.made", order_id=order_id, subject=made.ref, detail=audit.reason(why), now=now
    )


def _check_page(flow: BehalfFlow, errors: Errors) -> tuple[str, int]:
    quote = flow.quote()
    kind, text = ANSWERS[quote.evaluation.answer]
    return flow.page(
        "check",
        errors,
        seen=seen_by_staff(flow.session, flow.basis, flow.draft),
        quote=quote,
        answer=(kind, str(text)),
        verdict=str(quote.evaluation.answer),
        reasons=_reasons(quote.evaluation),
        rows=summary_rows(flow),
        money_rows=breakdown_rows(flow, quote),
        override=typed("override"),
        note=typed("note"),
    )


def _reasons(evaluation: RequestEvaluation) -> list[str]:
    """Everything that speaks against it, as the customer would read it; each once."""
    return list(dict.fromkeys(words for _at, words in _sentences(evaluation)))


def _sentences(evaluation: RequestEvaluation) -> Errors:
    faults = [(fault.code, fault.finding.params if fault.finding else None) for fault in evaluation.faults]
    doubts = [(doubt.code, doubt.params) for doubt in evaluation.doubts]
    return [("", in_words(code, params)) for code, params in [*faults, *doubts]]

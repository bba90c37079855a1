"""The customer's return, step by step: items, reason, outcome, way back, check."""

from datetime import date

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.i18n import words
from app.core.web import db_session, see_other
from app.orders.lookup.guard import require_tier
from app.orders.pictures.views import pictures_of
from app.returns.models import Return
from app.returns.points.ports import Accepts
from app.returns.points.search.nearby import WhereFrom, point_snapshot, search_points
from app.returns.points.views import point_cards, point_map
from app.returns.policy.decision import pickup_days
from app.returns.policy.policy import Resolution
from app.returns.request.draft import LONGEST_DAYS, RequestDraft, load_draft, save_draft
from app.returns.request.flow import Errors, Flow, open_flow
from app.returns.request.forms import read_items, read_place, read_reasons, read_way, whole_number
from app.returns.request.pages import breakdown_rows, item_rows, reason_rows, summary_rows, ways
from app.returns.services import ReturnRefused, request_return
from app.returns.words import in_words
from app.tracking.carrier_pages import carrier_title

bp = Blueprint("return_flow", __name__)
Page = tuple[str, int] | Response


@bp.route("/o/<ref>/returns/new", methods=["GET", "POST"])
def items(ref: str) -> Page:
    """Step 1: what goes back, and how many of it."""
    flow = open_flow(ref)
    errors: Errors = []
    if request.method == "POST":
        errors = read_items(flow.draft, request.form, flow.order.lines, flow.basis.eligibility)
        if not errors:
            return flow.on("reason")
    rows, answers = item_rows(flow, request.form), flow.basis.eligibility
    return flow.page("items", errors, rows=rows, answers=answers, pictures=pictures_of(flow.order.lines))


@bp.route("/o/<ref>/returns/new/reason", methods=["GET", "POST"])
def reason(ref: str) -> Page:
    """Step 2: what is wrong, line by line."""
    flow = open_flow(ref)
    if not flow.draft.may_see("reason"):
        return flow.to("items")
    errors: Errors = []
    if request.method == "POST":
        errors = read_reasons(flow.draft, request.form, flow.chosen, flow.basis.eligibility)
        if not errors:
            return flow.on("outcome")
    return flow.page("reason", errors, rows=reason_rows(flow, request.form))


@bp.route("/o/<ref>/returns/new/outcome", methods=["GET", "POST"])
def outcome(ref: str) -> Page:
    """Step 3: how it ends, with the money and its date."""
    flow = open_flow(ref)
    if not flow.draft.may_see("outcome"):
        return flow.to("outcome")
    errors: Errors = []
    if request.method == "POST":
        chosen = request.form.get("resolution", "")
        if chosen in flow.basis.eligibility.resolutions:
            flow.draft.resolution = Resolution(chosen)
            return flow.on("method")
        errors = [("resolution", _("Choose how it ends."))]
    quote = flow.quote()
    return flow.page("outcome", errors, quote=quote, rows=breakdown_rows(flow, quote))


@bp.route("/o/<ref>/returns/new/method", methods=["GET", "POST"])
def method(ref: str) -> Page:
    """Step 4: how it goes back."""
    flow = open_flow(ref)
    if not flow.draft.may_see("method"):
        return flow.to("method")
    days = pickup_days(flow.basis.facts.day(flow.now), flow.basis.facts.country)
    errors: Errors = []
    if request.method == "POST":
        errors = read_way(flow.draft, request.form, days, flow.basis.policy.methods)
        if not errors and flow.draft.point_id:
            carrier = flow.basis.policy.carrier
            flow.draft.point = point_snapshot(flow.session, flow.draft.point_id, carrier=carrier, now=flow.now)
            if flow.draft.point is None:
                errors = [("way", _("That drop-off point no longer takes returns. Choose another one."))]
        if not errors:
            return flow.on("check")
    return _method_page(flow, days=days, errors=errors)


@bp.post("/o/<ref>/returns/new/place")
def place(ref: str) -> Page:
    """Look for drop-off points somewhere else."""
    flow = open_flow(ref)
    errors = read_place(flow.draft, request.form)
    if not errors:
        return flow.on("method")
    days = pickup_days(flow.basis.facts.day(flow.now), flow.basis.facts.country)
    return _method_page(flow, days=days, errors=errors)


@bp.get("/o/<ref>/returns/new/check")
def check(ref: str) -> Page:
    """Step 5: everything once more before it counts."""
    flow = open_flow(ref)
    if not flow.draft.may_see("check"):
        return flow.to("check")
    return _check_page(flow, errors=[])


@bp.post("/o/<ref>/returns")
def create(ref: str) -> Page:
    """Make the return. The same draft sent twice leads to the same return."""
    grant = require_tier(ref, 2)
    session, now = db_session(), utcnow()
    shown = request.form.get("total", "")
    try:
        with transaction(session):
            # As long as any policy allows: the page that sends this form was shown while the draft was still kept.
            draft = load_draft(session, grant.order_id, days=LONGEST_DAYS, now=now, lock=True)
            if draft.done is None and draft.first_open() == "check":
                return_ = _create(grant.order_id, draft, shown=whole_number(shown))
                save_draft(session, grant.order_id, RequestDraft(done=return_.ref), now=now)
                return see_other(url_for("returns.status", ref=return_.ref))
    # The order may have changed, or another return have taken the pieces, since the page was shown.
    except ReturnRefused as refused:
        faults = [
            ("", in_words(fault.code, fault.finding.params if fault.finding else None))
            for fault in refused.evaluation.faults
        ]
        return _check_page(open_flow(ref), errors=faults)
    except Conflict:
        return _check_page(open_flow(ref), errors=[("", _("The refund has changed. Please check it again."))])
    return see_other(url_for("returns.status", ref=draft.done)) if draft.done else open_flow(ref).to("check")


def _create(order_id: int, draft: RequestDraft, *, shown: int | None) -> Return:
    return request_return(
        db_session(), order_id, draft.request(shown_total=shown), by="customer", now=utcnow(), point=draft.point
    )


def _method_page(flow: Flow, *, days: tuple[date, ...], errors: Errors) -> Page:
    draft, carrier = flow.draft, flow.basis.policy.carrier
    where = WhereFrom(draft.near, draft.latitude, draft.longitude)
    search = search_points(flow.session, where, flow.order, carrier=carrier, now=flow.now)
    listed = list(zip(point_cards(search), search.points, strict=True))
    ship_to = flow.order.ship_to or {}
    return flow.page(
        "method",
        errors,
        search=search,
        paperless=[card for card, point in listed if Accepts.CODE in point.accepts],
        labelled=[card for card, point in listed if Accepts.CODE not in point.accepts],
        address=", ".join(part for part in (ship_to.get("line1"), ship_to.get("city")) if part),
        points_map=point_map(search),
        carrier=carrier_title(carrier),
        ways=ways(flow),
        pickup_options=[(day.isoformat(), words.day(day)) for day in days],
    )


def _check_page(flow: Flow, *, errors: Errors) -> Page:
    quote = flow.quote()
    return flow.page("check", errors, quote=quote, rows=summary_rows(flow), money_rows=breakdown_rows(flow, quote))

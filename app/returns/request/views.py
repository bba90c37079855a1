"""The customer's return, step by step: items with their reasons, outcome where there is a choice, way back, check."""

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
from app.returns.points.ports import Accepts
from app.returns.points.search.nearby import WhereFrom, point_snapshot, search_points
from app.returns.points.views import point_cards, point_map
from app.returns.policy.decision import pickup_days
from app.returns.request.flow import Errors, Flow, open_flow
from app.returns.request.forms import first_pick, read_items, read_outcome, read_place, read_way
from app.returns.request.pages import breakdown_rows, item_rows, summary_rows, ways
from app.returns.request.submit import DraftChanged, fingerprint, submit
from app.returns.services import ReturnRefused
from app.returns.status.calendar_entry import period_end
from app.returns.words import in_words
from app.tracking.carrier_pages import carrier_title

bp = Blueprint("return_flow", __name__)
Page = tuple[str, int] | Response


@bp.route("/o/<ref>/returns/new", methods=["GET", "POST"])
def items(ref: str) -> Page:
    """What goes back, how many of it and why."""
    return _items(open_flow(ref), "items")


@bp.route("/o/<ref>/returns/new/over", methods=["GET", "POST"])
def start_over(ref: str) -> Page:
    """The same without what was filled in before, which stays until something else is chosen."""
    return _items(open_flow(ref, anew=True), "start_over")


@bp.route("/o/<ref>/returns/new/reason", methods=["GET", "POST"])
def reason(ref: str) -> Page:
    """The reasons stand with the items; pages and bookmarks that know them as a step of their own are led there."""
    return open_flow(ref).to("items")


@bp.route("/o/<ref>/returns/new/outcome", methods=["GET", "POST"])
def outcome(ref: str) -> Page:
    """How it ends, with the money and its date; left out where there is nothing to choose."""
    flow = open_flow(ref)
    if "outcome" not in flow.steps or not flow.draft.may_see("outcome"):
        return flow.to("outcome")
    errors: Errors = []
    if request.method == "POST":
        errors = read_outcome(flow.draft, request.form, flow.basis.eligibility)
        if not errors:
            return flow.after("outcome")
    quote = flow.quote()
    return flow.page("outcome", errors, quote=quote, rows=breakdown_rows(flow, quote))


@bp.route("/o/<ref>/returns/new/method", methods=["GET", "POST"])
def method(ref: str) -> Page:
    """How it goes back."""
    flow = open_flow(ref)
    if not flow.draft.may_see("method"):
        return flow.to("method")
    days = pickup_days(flow.basis.facts.day(flow.now), flow.basis.facts.country)
    errors: Errors = []
    if request.method == "POST":
        errors = read_way(flow.draft, request.form, days, flow.methods)
        if not errors and flow.draft.point_id:
            carrier = flow.basis.policy.carrier
            flow.draft.point = point_snapshot(flow.session, flow.draft.point_id, carrier=carrier, now=flow.now)
            if flow.draft.point is None:
                errors = [("way", _("That drop-off point no longer takes returns. Choose another one."))]
        if not errors:
            return flow.after("method")
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
    """Everything once more before it counts."""
    return _check_page(open_flow(ref), errors=[])


@bp.post("/o/<ref>/returns")
def create(ref: str) -> Page:
    """Make the return. The same draft sent twice leads to the same return."""
    grant = require_tier(ref, 2)
    session = db_session()
    try:
        with transaction(session):
            made = submit(session, grant.order_id, seen=request.form.get("seen", ""), now=utcnow())
    # The order may have changed, or another return have taken the pieces, since the page was shown.
    except ReturnRefused as refused:
        faults = [
            ("", in_words(fault.code, fault.finding.params if fault.finding else None))
            for fault in refused.evaluation.faults
        ]
        return _check_page(open_flow(ref), errors=faults)
    except DraftChanged:
        words = _("You changed your return in another window. Please look at it again.")
        return _check_page(open_flow(ref), errors=[("", words)])
    except Conflict:
        return _check_page(open_flow(ref), errors=[("", _("The refund has changed. Please check it again."))])
    return see_other(url_for("returns.status", ref=made)) if made else open_flow(ref).to("check")


def _items(flow: Flow, address: str) -> Page:
    errors: Errors = []
    if request.method == "POST":
        errors = read_items(flow.draft, request.form, flow.order.lines, flow.basis.eligibility)
        if not errors:
            return flow.after("items")
    lines, answers = flow.order.lines, flow.basis.eligibility
    return flow.page(
        "items",
        errors,
        action=flow.url(address),
        rows=item_rows(flow, request.form),
        answers=answers,
        first=first_pick(lines, answers),
        nothing=bool(errors) and not any(request.form.get(f"pick-{line.id}") for line in lines),
        same=bool(request.form.get("same")),
        pictures=pictures_of(lines),
        last_day=period_end(flow.basis, flow.now),
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
    if not flow.draft.may_see("check"):
        return flow.to("check")
    quote = flow.quote()
    return flow.page(
        "check",
        errors,
        action=url_for("return_flow.create", ref=flow.ref),
        seen=fingerprint(flow.draft, quote),
        quote=quote,
        rows=summary_rows(flow),
        money_rows=breakdown_rows(flow, quote),
    )

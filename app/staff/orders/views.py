"""The console's first pages: search, the list of orders, one order with its timeline."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.web import db_session, see_other, settings
from app.orders.pictures.views import pictures_of
from app.returns.elsewhere.queries import order_elsewhere
from app.staff.auth.guard import permission_required
from app.staff.auth.roles import Permission
from app.staff.cases.page import case_badge
from app.staff.orders import overview
from app.staff.orders import page as order_page
from app.staff.orders import search as finding
from app.staff.orders.masking import name
from app.staff.orders.matched import matched_field
from app.staff.orders.overview import Filters, Listed, parcel_choices, status_choices
from app.staff.orders.search import MOST_PAGES
from app.staff.orders.timeline import KIND_NAMES, KINDS
from app.staff.orders.words import (
    METHODS,
    carrier_source_words,
    contents_words,
    flag_words,
    hold_words,
    is_doubtful,
    no_parcel_words,
    payment_words,
    status_words,
)
from app.support.words import about_words
from app.tracking.carrier_pages import carrier_choices, carrier_page, carrier_title
from app.tracking.carriers.choosing import may_choose
from app.tracking.clocks import stage_clock
from app.tracking.page.words import badge
from app.tracking.states import ShipmentState
from app.tracking.summary.order_summary import summaries

bp = Blueprint("console", __name__, url_prefix="/staff")
guarded = permission_required(Permission.ORDERS)


@bp.get("/orders")
@guarded
def orders() -> ResponseReturnValue:
    """What was searched for, else the newest orders that fit the filters."""
    text = request.args.get("q", "").strip() or (session.get("search", "") if "found" in request.args else "")
    if text:
        return _hits_page(text, request.args.get("page", "1"))
    filters = Filters.read(request.args)
    page = overview.page(db_session(), filters, after=request.args.get("after", ""))
    following = url_for("console.orders", after=page.following, **filters.chosen) if page.following else None
    first = url_for("console.orders", **filters.chosen) if "after" in request.args else None
    return _listed(rows=page.rows, filters=filters, following=following, first=first)


@bp.post("/search")
@guarded
def search() -> ResponseReturnValue:
    """Look for what was typed; an e-mail address or a phone number never becomes part of an address."""
    text = request.form.get("q", "").strip()[:254]
    if not finding.is_personal(text):
        return see_other(url_for("console.orders", q=text or None))
    # In the session and not in the address, which logs, history and proxies keep.
    session["search"] = text
    return see_other(url_for("console.orders", found=1))


@bp.get("/orders/<ref>")
@guarded
def order(ref: str) -> ResponseReturnValue:
    """One order: facts, parcels, returns, money, and all that happened."""
    return order_page_with(ref, [])


def order_page_with(ref: str, errors: list[tuple[str, str]]) -> str:
    """The order's page, with what is wrong with a note that was sent from it."""
    show = request.args.get("show", "")
    now = utcnow()
    page = order_page.read(db_session(), ref, show=show if show in KINDS else "", now=now)
    return render_template(
        "staff/orders/order.html",
        page=page,
        order=page.order,
        zone=page.order.brand.time_zone,
        show=show,
        errors=errors,
        note=order_page.read_note(page.order.ref),
        kinds=KINDS,
        kind_names=KIND_NAMES,
        link=f"{settings().public_url}/o/{page.order.ref}",
        pictures=pictures_of(page.order.all_lines),
        contents={parcel.id: contents_words(parcel, page.parcels, page.order) for parcel in page.parcels},
        ways=METHODS,
        doubtful=is_doubtful,
        asked_next=lambda parcel: order_page.asked_next(parcel, now=now),
        unasked=order_page.is_unasked,
        stage_clock=stage_clock,
        may_choose=may_choose,
        carrier_source_words=carrier_source_words,
        about_words=about_words,
        case_badge=case_badge,
        elsewhere=order_elsewhere(db_session(), page.order.id),
        **_words([page.order.id]),
    )


def _hits_page(text: str, number: str) -> ResponseReturnValue:
    """One hit opens at once; several are listed; none is said plainly."""
    page = int(number) if number.isdecimal() and 0 < len(number) < 3 else 1
    hits = finding.find(db_session(), text, now=utcnow(), page=page)
    if len(hits.returns) == 1 and not hits.orders and page == 1:
        return see_other(url_for("returning.page", ref=hits.returns[0].ref))
    if len(hits.orders) == 1 and not hits.returns and page == 1:
        return see_other(url_for("console.order", ref=hits.orders[0].ref))
    rows = overview.listed(db_session(), hits.orders)
    # What is personal stays out of the address of the next page, too.
    address = {"q": text} if "q" in request.args else {"found": 1}
    return _listed(
        rows=rows,
        filters=Filters(),
        text=text,
        returns=hits.returns,
        by={row.order.id: matched_field(row.order, row.parcels, text) for row in rows},
        following=url_for("console.orders", page=page + 1, **address) if hits.more and page < MOST_PAGES else None,
        first=url_for("console.orders", page=page - 1, **address) if page > 1 else None,
    )


def _listed(*, rows: Sequence[Listed], **facts: object) -> str:
    words = _words([row.order.id for row in rows])
    choices = {
        "statuses": [("", _("All")), *status_choices()],
        "parcel_states": [("", _("All")), *parcel_choices()],
        "carriers": [("", _("All")), *carrier_choices()],
    }
    return render_template("staff/orders/list.html", mask=name, **choices, rows=rows, **words, **facts)


def _words(order_ids: Sequence[int]) -> dict[str, object]:
    # Order and parcel have the stage that their customer reads; a parcel on its way back has none of these.
    orders = summaries(db_session(), order_ids, now=utcnow())
    badges = {parcel.id: parcel.badge for order in orders.values() for parcel in order.parcels}
    return {
        "order_badge": lambda order: orders[order.id].badge,
        "status_words": status_words,
        "hold_words": hold_words,
        "parcel_badge": lambda parcel: badges.get(parcel.id) or badge(ShipmentState(parcel.state)),
        "carrier_title": carrier_title,
        "carrier_page": carrier_page,
        "flag_words": flag_words,
        "payment_words": payment_words,
        "no_parcel_words": no_parcel_words,
    }

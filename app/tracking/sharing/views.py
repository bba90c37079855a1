"""A tracking link to pass on: the page where its customer makes and ends it, and what whoever has it sees."""

from flask import Blueprint, abort, current_app, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app.brands.queries import ShopFront
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.web import db_session, origin, see_other
from app.orders.lookup.guard import require_tier, secret_key
from app.orders.sharing import share, shared_link, shared_order, stop_sharing, was_shared
from app.tracking.page.query import order_facts
from app.tracking.page.records import TrackedOrder
from app.tracking.sharing.shown import shared_parcels

bp = Blueprint("sharing", __name__)
shared = Blueprint("shared", __name__, url_prefix="/s")


@bp.get("/o/<ref>/sharing")
def show(ref: str) -> str:
    """What a link would show, and the link once it is made."""
    grant = require_tier(ref, 1)
    facts = _facts(grant.order_id)
    link = shared_link(db_session(), grant.order_id, key=secret_key(), now=utcnow())
    address = f"{origin().rstrip('/')}{url_for('shared.shared_page', token=link.token)}" if link else None
    return render_template("tracking/sharing.html", order=facts, link=link, address=address)


@bp.post("/o/<ref>/sharing")
def begin(ref: str) -> Response:
    """Make the link; there is one at a time."""
    grant = require_tier(ref, 1)
    with transaction(db_session()) as rows:
        share(rows, grant.order_id, key=secret_key(), now=utcnow())
    return see_other(url_for("sharing.show", ref=ref))


@bp.post("/o/<ref>/sharing/end")
def end(ref: str) -> Response:
    """From now on the link shows nothing."""
    grant = require_tier(ref, 1)
    with transaction(db_session()) as rows:
        stop_sharing(rows, grant.order_id, now=utcnow())
    return see_other(url_for("sharing.show", ref=ref))


@shared.get("/<token>")
def shared_page(token: str) -> Response:
    """Stage, day, carrier and trail of each parcel, for whoever has the link."""
    order_id = shared_order(db_session(), token, now=utcnow())
    if order_id is None:
        page = render_template("tracking/shared_ended.html", has_ended=was_shared(db_session(), token))
        return make_response(page, 410)
    facts = _facts(order_id)
    # The page must not lead on to anything of the order: neither its help nor its withdrawal.
    g.withdraws_from = None
    parcels = shared_parcels(facts, utcnow())
    news = next((one.news for one in parcels if one.leads), parcels[-1].news)
    return make_response(render_template("tracking/shared.html", parcels=parcels, news=news))


def _facts(order_id: int) -> TrackedOrder:
    """The order; the page speaks its language and for its brand."""
    try:
        facts = order_facts(db_session(), order_id, asks=current_app.extensions["asks_carrier"])
    except NotFound:
        abort(404)
    g.locale, g.brand = facts.locale, ShopFront(**facts.brand)
    g.withdraws_from = facts
    return facts

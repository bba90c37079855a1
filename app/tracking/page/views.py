"""The order page, and the fragment of one parcel that looks for news while there can be any."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from app.brands.queries import ShopFront
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.core.i18n.locale import get_locale
from app.core.web import as_calendar, db_session, origin, see_other
from app.orders.lookup.access import Grant
from app.orders.lookup.guard import require_tier
from app.orders.words import invoice_links
from app.tracking.page.actions import actions
from app.tracking.page.calendar_entry import calendar_entry
from app.tracking.page.cards import Card, address_of, card_of, card_of_unsent, chips_of, read_versions, versions_of
from app.tracking.page.order_rows import cancelled_of, returned_of, sums_of, without_parcel_of
from app.tracking.page.query import order_facts
from app.tracking.page.records import TrackedOrder
from app.tracking.page.words import short_state
from app.tracking.summary.headline import answer, leading

# no page asks more often than once a minute.
EVERY_SECONDS = 60
bp = Blueprint("tracking", __name__)
Panel = Callable[[Session, int, int], Markup]


@bp.get("/o/<ref>")
def order(ref: str) -> str:
    """Where the order is, when it comes, and what to do now."""
    return order_page(require_tier(ref, 1))


def order_page(grant: Grant) -> str:
    """The order's page as whoever holds this grant reads it."""
    facts, now = _facts(grant), utcnow()
    panels, ways = (cast(list[Panel], current_app.extensions.get(name, [])) for name in ("order_panels", "order_ways"))
    return render_template(
        "tracking/order.html",
        order=facts,
        grant=grant,
        answer=answer(facts, now),
        actions=actions(facts, leading(facts, now)),
        chips=chips_of(facts, now),
        cards=_cards(facts, grant, now),
        tags=_tags(facts, grant, now),
        panels=[panel(db_session(), facts.id, grant.tier) for panel in panels],
        ways=[way(db_session(), facts.id, grant.tier) for way in ways],
        address=address_of(facts, tier=grant.tier),
        cancelled=cancelled_of(facts),
        returned=returned_of(facts),
        without_parcel=without_parcel_of(facts),
        sums=sums_of(facts),
        invoices=invoice_links(facts.invoices),
        every=EVERY_SECONDS,
    )


@bp.get("/o/<ref>/shipments/<int:place>")
def shipment(ref: str, place: int) -> Response:
    """One parcel's card with the answer above it, or 304. ``place`` 0 stands for what is in no parcel yet."""
    grant = require_tier(ref, 1)
    versions, now = read_versions(db_session(), grant.order_id), utcnow()
    if versions is None or place > len(versions.parcels):
        abort(404)
    g.locale = versions.locale
    tag = versions.tag(place, tier=grant.tier, language=get_locale(), now=now)
    known_tag = request.headers.get("If-None-Match", "").strip('"')
    if known_tag == tag:
        response = Response(status=304)
    elif place == 0:
        # What was in no parcel is in one now: the page has other cards.
        response = Response(status=200, headers={"HX-Refresh": "true"})
    else:
        # By the version alone: that an hour has passed changes words and is no news to be read out.
        changed = bool(known_tag) and known_tag.partition("-")[0] != versions.of(place)
        response = make_response(_fragment(grant, place, now, tag=tag, changed=changed))
    response.headers["ETag"] = f'"{tag}"'
    return response


@bp.get("/o/<ref>/shipments/<int:place>/calendar.ics")
def calendar(ref: str, place: int) -> WerkzeugResponse:
    """When one parcel comes, as a file for calendars; back to the page, which says why, when no day is known."""
    facts, now = _facts(require_tier(ref, 1)), utcnow()
    if place > len(facts.parcels):
        abort(404)
    parcel = facts.parcels[place - 1] if place else None
    entry = calendar_entry(facts, parcel, origin=origin(), now=now)
    return as_calendar(entry, now=now) if entry else see_other(f"/o/{ref}")


@bp.get("/o/<ref>/shipments/<int:place>/address")
def address(ref: str, place: int) -> WerkzeugResponse:
    """Prove who one is, then stand before the whole address."""
    require_tier(ref, 2)
    return see_other(f"/o/{ref}#parcel-{place}-address")


def _fragment(grant: Grant, place: int, now: datetime, *, tag: str, changed: bool) -> str:
    facts = _facts(grant)
    if place > len(facts.parcels):
        abort(404)
    parcel = facts.parcels[place - 1]
    return render_template(
        "tracking/_fragment.html",
        order=facts,
        grant=grant,
        answer=answer(facts, now),
        actions=actions(facts, leading(facts, now)),
        chips=chips_of(facts, now),
        card=card_of(facts, parcel, tier=grant.tier, origin=origin(), now=now),
        tag=tag,
        news=short_state(parcel.state) if changed else None,
        every=EVERY_SECONDS,
    )


def _facts(grant: Grant) -> TrackedOrder:
    """The order of a grant; the page speaks its language and for its brand."""
    try:
        facts = order_facts(db_session(), grant.order_id, asks=current_app.extensions["asks_carrier"])
    except NotFound:
        abort(404)
    g.locale = facts.locale
    g.brand = ShopFront(**facts.brand)
    g.withdraws_from = facts
    return facts


def _tags(facts: TrackedOrder, grant: Grant, now: datetime) -> dict[int, str]:
    versions, language = versions_of(facts), get_locale()
    places = range(len(facts.parcels) + 1)
    return {place: versions.tag(place, tier=grant.tier, language=language, now=now) for place in places}


def _cards(facts: TrackedOrder, grant: Grant, now: datetime) -> list[Card]:
    here = origin()
    unsent = card_of_unsent(facts, tier=grant.tier, origin=here, now=now)
    cards = [card_of(facts, parcel, tier=grant.tier, origin=here, now=now) for parcel in facts.parcels]
    return [*cards, unsent] if unsent else cards

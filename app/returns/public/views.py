"""The public page of the returns policy, per brand and country, with a question that needs no order."""

from datetime import date

from flask import Blueprint, abort, g, render_template, request
from flask_babel import gettext as _

from app.brands.facts import other_channels
from app.brands.queries import brand_at, find_brand, home_of
from app.brands.records import BrandRecord
from app.core.clock import utcnow
from app.core.i18n.words import country_name, local_day
from app.core.web import db_session
from app.returns.policy.policy import read_policy
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.policy.words.clauses import category_words
from app.returns.policy.words.names import reason_words
from app.returns.public.offer import (
    PublicAnswer,
    answer_without_order,
    categories_of,
    channel_words,
    countries_of,
    public_parts,
)
from app.returns.withdrawal.law import law_in

bp = Blueprint("policy_page", __name__)


@bp.get("/returns-policy")
def policy_page() -> tuple[str, int]:
    """What can come back, until when, how and at what cost."""
    brand = _brand()
    g.brand = brand
    policy, reasons = read_policy(brand.policy), reasons_of(brand)
    countries = countries_of(policy)
    written = request.args.get("country", "").upper()
    country = written if len(written) == 2 and written.isascii() and written.isalpha() else home_of(brand)
    answer, errors = _answer(brand, country)
    body = render_template(
        "returns/policy.html",
        parts=public_parts(policy, country, reasons),
        elsewhere=channel_words(*other_channels(brand, "returns")),
        grace=policy.grace_days,
        country=country,
        countries=[(code, country_name(code)) for code in sorted({*countries, *([country] if country else [])})],
        categories=[("", _("Something else")), *((name, category_words(name)) for name in categories_of(policy))],
        reasons=[(one.handle, reason_words(one.handle, reasons)) for one in reasons.offered(None)],
        typed={name: request.args.get(name, "")[:100] for name in ("category", "reason", "day")},
        answer=answer,
        errors=errors,
        faults=dict(errors),
        has_law=law_in(country) is not None,
        brand_key=request.args.get("brand"),
    )
    return body, 422 if errors else 200


def _brand() -> BrandRecord:
    key = request.args.get("brand", "")
    if key:
        brand = find_brand(db_session(), key) if "\0" not in key else None
    else:
        brand = brand_at(db_session(), request.host)
    if brand is None:
        abort(404)
    return brand


def _answer(brand: BrandRecord, country: str | None) -> tuple[PublicAnswer | None, list[tuple[str, str]]]:
    """The answer to what was asked; what is wrong with the question."""
    if "day" not in request.args:
        return None, []
    now, policy, reasons = utcnow(), read_policy(brand.policy), reasons_of(brand)
    try:
        day = date.fromisoformat(request.args["day"])
    except ValueError:
        day = date.max
    if not date(2000, 1, 1) <= day <= local_day(now, brand.time_zone):
        return None, [("day", _("Choose the day on which it came."))]
    category = request.args.get("category", "")
    reason = request.args.get("reason", "")
    if reason not in reasons.handles:
        return None, [("reason", _("Choose a reason from the list."))]
    about = {
        "country": country, "day": day, "reason": reason, "zone": brand.time_zone, "currency": policy.currency,
        "category": category if category in categories_of(policy) else None,
    }  # fmt: skip
    return answer_without_order(policy, reasons, about=about, now=now), []

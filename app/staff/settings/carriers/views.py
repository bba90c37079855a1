"""Carriers for admins: how each does, and a test that asks one about a number."""

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.brands.queries import shop_zone
from app.carriers import trials
from app.carriers.health import SILENT, health, health_of, is_known
from app.carriers.queries import unknown_words
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.carriers import page
from app.staff.settings.carriers.words_page import SINCE, word_rows
from app.staff.worklists.rows import fault_words

bp = Blueprint("carrier_health", __name__, url_prefix="/staff/settings/carriers")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Every carrier in use or connected."""
    rows = page.carrier_rows(db_session(), shop_zone(db_session()), now=utcnow())
    return render_template("staff/settings/carriers/list.html", rows=rows, days=SILENT.days)


@bp.get("/<carrier>")
@guarded
def one(carrier: str) -> ResponseReturnValue:
    """One carrier."""
    return _page(carrier, [])


@bp.post("/<carrier>/test")
@guarded
def test(carrier: str) -> ResponseReturnValue:
    """Have it asked about a number, by a job; the page that follows shows what it said."""
    number = request.form.get("number", "")[:200]
    try:
        with transaction(db_session()) as session:
            trial = trials.request(session, carrier, number, able=_able(), by=member().actor, now=utcnow())
            # With the number: a test that looks at a stranger's parcel can be asked about.
            subject = f"{carrier}/{trial.number}"
            audit.record(session, actor=member().actor, action="carrier.asked", subject=subject, now=utcnow())
    except Invalid:
        return _page(carrier, [("number", _("Write a tracking number of 1 to 60 characters."))]), 422
    except Conflict:
        return _page(carrier, [(None, _("Nobody can be asked about this carrier: no credentials are set."))]), 409
    announce(_("The carrier is asked. Load this page again to see what it says."))
    return see_other(url_for("carrier_health.tested", trial_id=trial.id))


@bp.get("/tests/<int:trial_id>")
@guarded
def tested(trial_id: int) -> ResponseReturnValue:
    """What a test came to."""
    trial = trials.one(db_session(), trial_id) or abort(404)
    return render_template(
        "staff/settings/carriers/test.html",
        carrier=trial.carrier,
        title=page.title_of(trial.carrier),
        trial=page.trial_row(trial, shop_zone(db_session())),
    )


def _page(carrier: str, errors: list[tuple[str | None, str]]) -> str:
    now, zone = utcnow(), shop_zone(db_session())
    row = health_of(db_session(), settings(), carrier, able=_able(), now=now)
    # Any name can stand in an address; a page about nobody would look like a fault of a carrier.
    if not is_known(carrier, health(db_session(), settings(), able=_able(), now=now)):
        abort(404)
    words = unknown_words(db_session(), since=now - SINCE, carrier=carrier)
    return render_template(
        "staff/settings/carriers/carrier.html",
        carrier=carrier,
        row=page.carrier_row(row, zone),
        facts=page.carrier_facts(row, zone),
        reasons=[(fault_words(reason), parcels) for reason, parcels in row.reasons],
        can_ask=row.source is not None,
        words=word_rows(words, zone),
        trials=[page.trial_row(trial, zone) for trial in trials.newest(db_session(), carrier)],
        errors=errors,
        typed=request.form.get("number", ""),
    )


def _able() -> frozenset[str]:
    able: frozenset[str] = current_app.extensions["askable_carriers"]()
    return able

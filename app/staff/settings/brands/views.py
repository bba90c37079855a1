"""Brands for admins: the list, one more, and the page on which a brand says what it is."""

from zoneinfo import available_timezones

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.brands import house
from app.brands.files.pictures import keep
from app.brands.house import BrandState
from app.brands.queries import all_brands
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.i18n.catalogues import offered
from app.core.i18n.locale import languages_here
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.brands.draft import read_draft
from app.staff.settings.brands.form import CHANNELS, COUNTRIES, errors_of, field_of, fields_of, rows_of
from app.staff.settings.brands.words import NEAREST, place_words, sentence_words
from app.staff.settings.history import history_rows

bp = Blueprint("brands", __name__, url_prefix="/staff/settings/brands")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """All brands, and the form for one more."""
    return _list_page({}, [])


@bp.post("")
@guarded
def add() -> ResponseReturnValue:
    """One more brand, which speaks like the default one until it says otherwise."""
    key, name = request.form.get("key", "").strip(), request.form.get("name", "").strip()
    try:
        with transaction(db_session()) as rows:
            house.add(rows, key, {"name": name}, by=member().actor, now=utcnow())
    except Invalid as error:
        return _list_page({"key": key, "name": name}, error.faults), 422
    announce(_("%(name)s is added. Say here what it is.", name=name))
    return see_other(url_for("brands.page", key=key))


@bp.get("/<key>")
@guarded
def page(key: str) -> ResponseReturnValue:
    """What a brand says of itself, with its versions."""
    state = _state(key)
    return _brand_page(state, fields_of(state.document), [])


@bp.post("/<key>")
@guarded
def save(key: str) -> ResponseReturnValue:
    """Put what the form says in force."""
    state, draft, now = _state(key), read_draft(), utcnow()
    try:
        # Pictures are kept even where something else is wrong: a browser can't send them a second time by itself.
        with transaction(db_session()) as rows:
            names = {
                use: keep(rows, state.brand.key, one, by=member().actor, now=now) for use, one in draft.drawn.items()
            }
        draft.fields.update({f"look-{use}": name for use, name in names.items()})
        if draft.faults:
            raise Invalid(draft.faults)
        document = house.merged(draft.typed, {"look": names})
        with transaction(db_session()) as rows:
            house.save(rows, state.brand.key, document, by=member().actor, expected=_expected(), now=now)
    except Invalid as error:
        return _brand_page(state, draft.fields, error.faults), 422
    except Conflict:
        return _brand_page(state, draft.fields, [Fault("", _overtaken())]), 409
    announce(_("Saved. Customers see it from now on."))
    return see_other(url_for("brands.page", key=state.brand.key))


@bp.post("/<key>/versions/<int:number>/restoration")
@guarded
def restore(key: str, number: int) -> ResponseReturnValue:
    """Bring an earlier version back."""
    state = _state(key)
    try:
        with transaction(db_session()) as rows:
            house.restore(rows, key, number, by=member().actor, expected=_expected(), now=utcnow())
    except NotFound:
        abort(404)
    except (Conflict, Invalid) as error:
        faults = error.faults if isinstance(error, Invalid) else [Fault("", _overtaken())]
        return _brand_page(state, fields_of(state.document), faults), 409
    announce(_("Version %(number)s is in force again.", number=number))
    return see_other(url_for("brands.page", key=state.brand.key))


def _overtaken() -> str:
    return _("Somebody else has changed this meanwhile. Look at what is in force now, and save again.")


def _expected() -> int | None:
    number = request.form.get("expected", "")
    return int(number) if number.isdecimal() and len(number) < 9 else None


def _state(key: str) -> BrandState:
    try:
        return house.state_of(db_session(), key)
    except NotFound:
        abort(404)


def _list_page(values: dict[str, str], faults: list[Fault]) -> str:
    errors = [(fault.pointer.strip("/"), sentence_words(fault.detail)) for fault in faults]
    return render_template(
        "staff/settings/brands/list.html", brands=all_brands(db_session()), values=values, errors=errors
    )


def _brand_page(state: BrandState, fields: dict[str, str], faults: list[Fault]) -> str:
    """The form; ``fields`` are as they were sent where something is wrong with them."""
    # A fault of the database's ended the transaction in which the brand was read.
    state = _state(state.brand.key)
    nearest = {field_of(fault.pointer, fields): NEAREST.fullmatch(fault.detail) for fault in faults}
    return render_template(
        "staff/settings/brands/brand.html",
        brand=state.brand,
        number=state.number,
        values=fields,
        errors=errors_of(faults, fields, sentence_words),
        nearest={field: match[2] for field, match in nearest.items() if match},
        tongues=_tongues(fields),
        tongue_names=list(languages_here().items()),
        zones=sorted(available_timezones()),
        countries=rows_of(fields, COUNTRIES, "at"),
        channels=rows_of(fields, CHANNELS, "channel"),
        history=history_rows(db_session(), house.place_of(state.brand.key), label=place_words),
    )


def _tongues(fields: dict[str, str]) -> list[str]:
    """The languages that notices and hours can be given in: the installation's, and those that they are given in."""
    in_use = [name.rpartition("-imprint-")[2] for name, text in fields.items() if "-imprint-" in name and text]
    return list(dict.fromkeys([*offered(settings().languages), *in_use]))

"""The pages of the reasons: the list, one of them, its place, its versions."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.brands import versions
from app.brands.queries import all_brands, find_brand
from app.brands.records import BrandRecord
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.i18n.catalogues import languages
from app.core.web import db_session, see_other
from app.returns.policy.reasons import CUSTOMER_GROUPS
from app.returns.policy.stored.reason_list import (
    bring_reasons_back,
    put_reasons,
    reasons_of,
    reasons_place,
    usual_document,
)
from app.returns.policy.words.names import group_words, reason_words
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.history import history_rows
from app.staff.settings.reasons.changes import reason_changes
from app.staff.settings.reasons.form import Row, fault_words, read_reason

bp = Blueprint("reason_settings", __name__, url_prefix="/staff/settings/reasons")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """The reasons of the only brand, or which one."""
    brands = all_brands(db_session())
    if len(brands) == 1:
        return see_other(url_for("reason_settings.page", brand=brands[0].key))
    rows = [(brand.name, url_for("reason_settings.page", brand=brand.key)) for brand in brands]
    return render_template("staff/settings/which_brand.html", title=_("Reasons"), rows=rows)


@bp.get("/<brand>")
@guarded
def page(brand: str) -> ResponseReturnValue:
    """Every reason in its order, the retired ones too."""
    return _page(_brand(brand), [])


@bp.post("/<brand>")
@guarded
def arrange(brand: str) -> ResponseReturnValue:
    """Move a reason up or down, retire it, or offer it again."""
    act, _colon, handle = request.form.get("act", "").partition(":")
    row = _brand(brand)
    rows = _rows(row)
    at = next((at for at, one in enumerate(rows) if one["handle"] == handle), None)
    if at is None or act not in ("up", "down", "retire", "offer"):
        return _page(row, [Fault("", _("Choose what to change."))]), 422
    other = {"up": at - 1, "down": at + 1}.get(act, at)
    # Pressed twice, the first of a list would fall off it.
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    if act in ("retire", "offer"):
        rows[at] = {**rows[at], "retired": act == "retire"}
    faults, status = _put(brand, rows)
    if faults:
        return _page(row, faults), status
    announce(_("Saved. Customers see it from now on."))
    return see_other(url_for("reason_settings.page", brand=brand))


@bp.get("/<brand>/one")
@guarded
def one(brand: str) -> ResponseReturnValue:
    """One reason, to be changed; without a handle, a new one."""
    row, handle = _brand(brand), request.args.get("handle", "")
    reason: Row | None = next((each for each in _rows(row) if each["handle"] == handle), None)
    return _form(row, reason or {"handle": "", "group": "not_as_expected"}, new=reason is None, faults=[])


@bp.post("/<brand>/one")
@guarded
def put_one(brand: str) -> ResponseReturnValue:
    """Put one reason on the list, at its place or at the end."""
    row = _brand(brand)
    rows, reason = _rows(row), read_reason(request.form)
    at = next((at for at, each in enumerate(rows) if each["handle"] == reason["handle"]), None)
    new = "new" in request.form
    if new and at is not None:
        return _form(row, reason, new=True, faults=[Fault("handle", _("Another reason has this handle."))]), 422
    if not new and at is None:
        return _page(row, [Fault("", _("Choose what to change."))]), 422
    if at is None:
        rows.append(reason)
    else:
        # A group is for ever: figures and old returns hang on it.
        rows[at] = reason | {"group": rows[at]["group"], "retired": rows[at].get("retired", False)}
    faults, status = _put(brand, rows)
    if faults:
        # The handle of a listed reason is no field of its page.
        shown = [fault if new or fault.pointer != "handle" else Fault("", fault.detail) for fault in faults]
        return _form(row, reason, new=new, faults=shown), status
    announce(_("Saved. Customers see it from now on."))
    return see_other(url_for("reason_settings.page", brand=brand))


@bp.post("/<brand>/versions/<int:number>/restoration")
@guarded
def restore(brand: str, number: int) -> ResponseReturnValue:
    """Bring an earlier list back; what is newer stays, retired."""
    row = _brand(brand)
    try:
        with transaction(db_session()) as rows:
            bring_reasons_back(rows, brand, number, by=member().actor, now=utcnow())
    except NotFound:
        abort(404)
    except Invalid as error:
        return _page(row, fault_words(error.faults)), 422
    announce(_("Version %(number)s is in force again.", number=number))
    return see_other(url_for("reason_settings.page", brand=brand))


def _put(brand: str, rows: list[Row]) -> tuple[list[Fault], int]:
    number = request.form.get("expected", "")
    expected = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None
    try:
        with transaction(db_session()) as session:
            put_reasons(session, brand, {"reasons": rows}, by=member().actor, expected=expected, now=utcnow())
    except Invalid as error:
        return fault_words(error.faults), 422
    except Conflict:
        changed = _("Somebody else has changed it meanwhile. Look at what is in force, and save again.")
        return [Fault("", changed)], 409
    return [], 200


def _rows(brand: BrandRecord) -> list[Row]:
    return [dict(row) for row in (brand.reasons or usual_document())["reasons"]]


def _brand(key: str) -> BrandRecord:
    brand = find_brand(db_session(), key) if "\0" not in key else None
    if brand is None:
        abort(404)
    return brand


def _number(brand: BrandRecord) -> int:
    current = versions.live(db_session(), reasons_place(brand.key))
    return current.number if current else 0


def _page(brand: BrandRecord, faults: list[Fault]) -> str:
    listed = reasons_of(brand)
    return render_template(
        "staff/settings/reasons/page.html",
        brand=brand,
        rows=_rows(brand),
        words={"reason": lambda handle: reason_words(handle, listed), "group": group_words},
        errors=[(fault.pointer, fault.detail) for fault in faults],
        version=_number(brand),
        history=history_rows(
            db_session(), reasons_place(brand.key), changes=lambda old, new: reason_changes(old, new, listed)
        ),
        restore=lambda version: url_for("reason_settings.restore", brand=brand.key, number=version),
    )


def _form(brand: BrandRecord, reason: Row, *, new: bool, faults: list[Fault]) -> str:
    errors = [(fault.pointer, fault.detail) for fault in faults]
    return render_template(
        "staff/settings/reasons/reason.html",
        brand=brand, reason=reason, new=new, errors=errors, faults=dict(errors), tongues=sorted(languages()),
        groups=[(str(group), group_words(group)) for group in CUSTOMER_GROUPS], version=_number(brand),
        title=reason_words(reason["handle"], reasons_of(brand)) if not new else _("A new reason"),
    )  # fmt: skip

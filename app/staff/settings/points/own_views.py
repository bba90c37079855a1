"""The shop's own drop-off points for admins: a form with how its hours are read, removed and brought back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.brands.queries import all_brands
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid, NotFound
from app.core.i18n.words import country_name
from app.core.web import db_session, see_other
from app.returns.points.keeping import networks, own
from app.returns.points.place_text import network_name
from app.returns.policy.policy import read_policy
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.points import page

bp = Blueprint("own_points", __name__, url_prefix="/staff/settings/points/own")
guarded = permission_required(Permission.SETTINGS)
COUNTRIES = ("ES", "PT", "FR", "DE", "IT", "NL", "BE", "GB", "IE", "AT", "PL", "MX", "US", "CA")
BLANK = {"country": "ES", "kind": "store", "accepts": "label"}


@bp.route("/new", methods=["GET", "POST"])
@guarded
def add() -> ResponseReturnValue:
    """A form for one more."""
    if request.method == "GET":
        return _form(None, BLANK, [])
    return _saved(None)


@bp.route("/<int:point_id>", methods=["GET", "POST"])
@guarded
def edit(point_id: int) -> ResponseReturnValue:
    """One of them, to be changed."""
    point = _point(point_id)
    if request.method == "POST":
        return _saved(point)
    return _form(point, _typed_of(point), [])


@bp.post("/<int:point_id>/removal")
@guarded
def remove(point_id: int) -> ResponseReturnValue:
    """Take it out of use; undone from the list."""
    return _set_active(point_id, active=False)


@bp.post("/<int:point_id>/return")
@guarded
def restore(point_id: int) -> ResponseReturnValue:
    """Bring it back."""
    return _set_active(point_id, active=True)


def _saved(point: own.TypedPoint | None) -> ResponseReturnValue:
    typed: dict[str, Any] = {name: request.form.get(name, "")[:1000] for name in own.FIELDS}
    typed["accepts"] = " ".join(request.form.getlist("accepts")[:10]) or "?"
    closed = _days(request.form.get("closed", ""))
    try:
        with transaction(db_session()) as session:
            external_id = point.record.external_id if point else None
            if point:
                # Where its key would change another point would come about.
                typed["network"] = point.record.network
            row = own.save(
                session, typed, closed=closed or [], external_id=external_id, by=member().actor, now=utcnow()
            )
            _record("point.saved", f"{row.network}/{row.external_id}")
            # Saved and taken back: so a check sees all that saving would refuse.
            if closed is None or request.form.get("do") == "check":
                raise Invalid([])
    except Invalid as error:
        pointers = dict.fromkeys(fault.pointer for fault in error.faults)
        faults = [(name, str(page.FAULTS.get(name, _("This cannot be read.")))) for name in pointers]
        if closed is None:
            faults.append(("closed", str(page.FAULTS["closed"])))
        return _form(point, typed, faults), 422 if faults else 200
    announce(_("The point “%(name)s” is saved.", name=row.name))
    return see_other(url_for("point_lists.listed", _anchor="own"))


def _set_active(point_id: int, *, active: bool) -> ResponseReturnValue:
    point = _point(point_id).record
    with transaction(db_session()) as session:
        own.set_active(session, point_id, active)
        _record("point.restored" if active else "point.removed", f"{point.network}/{point.external_id}")
    announce(
        _("The point is offered again.") if active else _("The point isn't offered any more. You can bring it back.")
    )
    return see_other(url_for("point_lists.listed", _anchor="own"))


def _point(point_id: int) -> own.TypedPoint:
    try:
        return own.typed_point(db_session(), point_id)
    except NotFound:
        abort(404)


def _typed_of(point: own.TypedPoint) -> dict[str, Any]:
    row = point.record
    typed = {name: getattr(row, name) for name in own.FIELDS}
    # Where it stands by its postcode alone nobody typed the degrees.
    place = {} if not row.approximate else {"latitude": "", "longitude": ""}
    return typed | place | {"opening_hours": point.hours, "accepts": " ".join(row.accepts), "time_zone": ""}


def _days(text: str) -> list[date] | None:
    """Days that were typed, apart by commas or blanks; None where one is none."""
    try:
        return [date.fromisoformat(word) for word in text.replace(",", " ").split()[: own.MOST_CLOSED + 1]]
    except ValueError:
        return None


def _form(point: own.TypedPoint | None, typed: Mapping[str, Any], errors: list[tuple[str, str]]) -> str:
    closed_text = request.form.get("closed") if request.method == "POST" else None
    # Typed days stay as they were typed, also where one is none.
    if closed_text is None:
        closed_text = ", ".join(day.isoformat() for day in point.closed) if point else ""
    hours = " ".join(str(typed.get("opening_hours") or "").split())
    faulty = {name for name, _sentence in errors}
    return render_template(
        "staff/settings/points/own.html",
        point=point,
        typed=typed,
        closed=closed_text,
        echo=page.hours_words(hours, _days(closed_text) or []) if hours and "opening_hours" not in faulty else "",
        kinds=page.kind_choices(),
        accepts=[(form.value, words, form.value in str(typed.get("accepts", "")).split())
                 for form, words in page.ACCEPTS.items()],
        networks=_networks(),
        countries=sorted(((code, country_name(code)) for code in _countries(typed)), key=lambda one: one[1]),
        errors=errors,
    )  # fmt: skip


def _networks() -> list[tuple[str, str]]:
    """The carriers whose labels a point may take: of the brands' policies first, then of the networks there are."""
    session = db_session()
    policies = [network_name(read_policy(brand.policy).carrier) for brand in all_brands(session)]
    names = dict.fromkeys([*policies, *(row.network for row in networks.networks(session))])
    return [(name, page.network_words(name)) for name in names if name]


def _countries(typed: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*COUNTRIES, *([str(typed["country"])] if typed.get("country") else [])]))


def _record(action: str, subject: str) -> None:
    audit.record(db_session(), actor=member().actor, action=action, subject=subject, now=utcnow())

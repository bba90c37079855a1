"""Keys for admins: who may do what, since when and from where; make one, rotate it, end it."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.api import keys
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.settings.keys.page import KeyRow, curl, key_rows, scope_choices
from app.staff.shown_once import show_once, shown_once

bp = Blueprint("api_keys", __name__, url_prefix="/staff/settings/keys")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Every key, and the form for one more."""
    return _page([])


@bp.post("")
@guarded
def make() -> ResponseReturnValue:
    """Make a key, which the next page shows once."""
    name, scopes = request.form.get("name", "")[:200], request.form.getlist("scopes")[:50]
    try:
        with transaction(db_session()) as rows:
            key, secret = keys.create_key(rows, name=name, scopes=scopes, by=member().actor, now=utcnow())
            _note(rows, "api_key.created", key.name, keys.facts_of(key))
    except Invalid as error:
        sentences = {
            "name": _("Write a name of 1 to 100 characters."),
            "scope": _("Choose what the key may do."),
        }
        faults = dict.fromkeys(fault.pointer for fault in error.faults)
        fields = {"scope": "scopes"}
        return _page([(fields.get(fault, fault), sentences[fault]) for fault in faults]), 422
    show_once("key", f"{key.id} {secret}")
    announce(_("The key “%(name)s” is made.", name=key.name))
    return see_other(url_for("api_keys.listed"))


@bp.route("/<int:key_id>/rotation", methods=["GET", "POST"])
@guarded
def rotate(key_id: int) -> ResponseReturnValue:
    """Another key in its place; both open for a day."""
    row = _row(key_id)
    if request.method == "GET":
        return _ask_rotation(row).page()
    # Of two admins who press at once the second is told.
    try:
        with transaction(db_session()) as rows:
            key, secret = keys.rotate_key(rows, key_id, by=member().actor, now=utcnow())
            _note(rows, "api_key.rotated", key.name, keys.facts_of(key))
    except Conflict:
        return _page([(None, _("This key has been rotated or has ended already."))]), 409
    show_once("key", f"{key.id} {secret}")
    announce(_("The key “%(name)s” is rotated: the old one opens for 24 hours more.", name=key.name))
    return see_other(url_for("api_keys.listed"))


@bp.route("/<int:key_id>/end", methods=["GET", "POST"])
@guarded
def end(key_id: int) -> ResponseReturnValue:
    """End a key at once."""
    row = _row(key_id)
    if request.method == "GET":
        return _ask_end(row).page()
    try:
        with transaction(db_session()) as rows:
            key = keys.revoke_key(rows, key_id, now=utcnow())
            _note(rows, "api_key.revoked", key.name, keys.facts_of(key))
    except Conflict:
        return _page([(None, _("This key has ended already."))]), 409
    announce(_("The key “%(name)s” has ended.", name=row.name))
    return see_other(url_for("api_keys.listed"))


def _note(session: Session, action: str, name: str, facts: dict[str, Any]) -> None:
    audit.record(session, actor=member().actor, action=action, subject=name, detail=facts, now=utcnow())


def _row(key_id: int) -> KeyRow:
    try:
        return key_rows([keys.key_by_id(db_session(), key_id)], now=utcnow())[0]
    except NotFound:
        abort(404)


def _ask_rotation(row: KeyRow) -> Confirmation:
    return Confirmation(
        _("Rotate the key “%(name)s”", name=row.name),
        _("You get another key with the same scopes. The old one opens for 24 hours more, so nothing stands still."),
        _("Make the new key"),
        url_for("api_keys.listed"),
        facts=[(_("Begins with"), row.shown), (_("Last used"), row.used)],
    )


def _ask_end(row: KeyRow) -> Confirmation:
    return Confirmation(
        _("End the key “%(name)s”", name=row.name),
        _("Whatever uses it is refused from then on. It can't be brought back."),
        _("End this key"),
        url_for("api_keys.listed"),
        danger=True,
        facts=[(_("Begins with"), row.shown), (_("Last used"), row.used), (_("May"), ", ".join(row.scopes))],
    )


def _page(errors: list[tuple[str | None, str]]) -> str:
    key_id, _blank, secret = (shown_once("key") or "").partition(" ")
    rows = key_rows(keys.all_keys(db_session(), now=utcnow()), now=utcnow())
    # By its number, since a name may be that of several keys.
    fresh = next((row for row in rows if str(row.id) == key_id), None)
    return render_template(
        "staff/settings/keys/list.html",
        rows=rows,
        errors=errors,
        choices=scope_choices(request.form.getlist("scopes")),
        name=request.form.get("name", ""),
        fresh=fresh,
        secret=secret,
        example=curl(settings().public_url, secret, fresh.scope_names) if fresh else None,
    )

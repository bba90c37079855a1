"""The settings' section for signing in: the provider, its groups with their roles, who may still use a password."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.oidc.provider import OidcError
from app.core.web import db_session, see_other
from app.core.web import settings as installation
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.provider_rules import EVERYONE, provider_of_staff
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.people import people
from app.staff.people.views import beyond
from app.staff.people.words import role_names
from app.staff.sso import settings
from app.staff.sso.settings import ProviderWish
from app.staff.sso.views import providers, rules

bp = Blueprint("sign_in_settings", __name__, url_prefix="/staff/settings/sign-in")
# Who sets the provider decides whose word opens the console, as any role.
guarded = permission_required(Permission.PEOPLE)
Errors = list[tuple[str | None, str]]


@bp.route("", methods=["GET", "POST"])
@guarded
def page() -> ResponseReturnValue:
    """The provider as it is set; a change is kept once the provider has answered."""
    if request.method == "GET":
        return _page([])
    if not _may_all():
        return _page([(None, beyond())]), 403
    wish = _wish()
    try:
        settings.check(db_session(), wish)
        # Outside of the transaction that keeps it: a slow provider holds nobody up.
        db_session().rollback()
        providers.discover(wish.issuer, rules(), now=utcnow(), anew=True)
        with transaction(db_session()) as rows:
            settings.save(rows, wish, by=member().actor, key=_key(), now=utcnow())
    except OidcError as error:
        words = _("No provider answers there as it has to: %(why)s.", why=str(error))
        return _page([("issuer", words)]), 422
    except Conflict:
        words = _("At least one admin needs a password and a second factor, for the day on which the provider fails.")
        return _page([("local_for", words)]), 409
    except Invalid as error:
        return _page([(fault.pointer, _words(fault.pointer)) for fault in error.faults]), 422
    announce(_("The provider is set."))
    return see_other(url_for("sign_in_settings.page"))


@bp.post("/roles")
@guarded
def map_role() -> ResponseReturnValue:
    """Give a role to those with a value."""
    value, role = request.form.get("value", ""), request.form.get("role", "")
    if not people.within(db_session(), role, member().permissions):
        return _page([("role", beyond())]), 403
    try:
        with transaction(db_session()) as rows:
            settings.map_role(rows, value, role, by=member().actor, now=utcnow())
    except NotFound:
        return _page([(None, _("Set the provider first."))]), 409
    except Invalid as error:
        sentences = {"role": _("Choose a role."), "value": _("Write the group as the provider names it.")}
        return _page([(fault.pointer, sentences[fault.pointer]) for fault in error.faults]), 422
    announce(_("“%(group)s” has its role.", group=value.strip()))
    return see_other(url_for("sign_in_settings.page"))


@bp.post("/roles/removal")
@guarded
def unmap_role() -> ResponseReturnValue:
    """Give no role to those with a value any more: the next time they sign in they are refused."""
    value = request.form.get("value", "")
    try:
        with transaction(db_session()) as rows:
            settings.unmap_role(rows, value, by=member().actor, now=utcnow())
    except NotFound:
        return see_other(url_for("sign_in_settings.page"))
    announce(_("“%(group)s” has no role any more.", group=value))
    return see_other(url_for("sign_in_settings.page"))


@bp.route("/removal", methods=["GET", "POST"])
@guarded
def remove() -> ResponseReturnValue:
    """Take the provider away."""
    row = provider_of_staff(db_session())
    if row is None:
        return see_other(url_for("sign_in_settings.page"))
    if request.method == "GET":
        return Confirmation(
            _("Remove %(provider)s", provider=row.title),
            _("Nobody signs in there any more. Who has no password here needs a link for one."),
            _("Remove the provider"),
            url_for("sign_in_settings.page"),
            danger=True,
        ).page()
    with transaction(db_session()) as rows:
        settings.remove(rows, by=member().actor, now=utcnow())
    announce(_("The provider is removed."))
    return see_other(url_for("sign_in_settings.page"))


def _may_all() -> bool:
    """Whether nobody could do more by the provider than whoever sets it may do."""
    return set(Permission) <= member().permissions


def _wish() -> ProviderWish:
    form = {name: request.form.get(name, "").strip()[:300] for name in ("title", "issuer", "client_id", "claim")}
    return ProviderWish(
        title=form["title"],
        issuer=form["issuer"],
        client_id=form["client_id"],
        secret=request.form.get("secret", "").strip()[:1000],
        domains=tuple(request.form.get("domains", "")[:2000].replace(",", " ").lower().split()),
        claim=form["claim"],
        trusts_factor=request.form.get("trusts_factor") == "1",
        local_for=request.form.get("local_for", EVERYONE),
    )


def _words(pointer: str) -> str:
    return {
        "secret": _("Write the secret that the provider gave you."),
        "domains": _("Write domains such as shop.example, one after the other."),
        "local_for": _("Choose who may use a password."),
    }.get(pointer, _("Write something here, at most 200 characters."))


def _page(errors: Errors) -> str:
    row, names = provider_of_staff(db_session()), role_names(db_session())
    typed = _wish() if request.method == "POST" and "issuer" in request.form else row
    return render_template(
        "staff/sso/settings.html",
        provider=row,
        typed=typed,
        domains=" ".join(typed.domains) if typed else "",
        mapped=settings.roles(db_session()),
        names=names,
        roles=[(key, name) for key, name in names.items() if people.within(db_session(), key, member().permissions)],
        back=installation().public_url + url_for("sso.back"),
        errors=errors,
    )


def _key() -> str:
    return installation().key

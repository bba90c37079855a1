"""Signing in at the shop's provider: there, back, connecting an account that exists, and leaving there too."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.http import Rules
from app.core.oidc.code_flow import Begun, Exchange, begin, finish
from app.core.oidc.provider import Discovered, OidcError, Providers
from app.core.tokens import seal, unseal
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth.guard import FACTOR_ELSEWHERE, member, member_required
from app.staff.auth.provider_rules import provider_of_staff
from app.staff.auth.sign_in_views import go_on, own_path, welcome
from app.staff.confirmation import Confirmation
from app.staff.models import SignInProvider, StaffUser
from app.staff.sso import services
from app.staff.sso.settings import client_of

bp = Blueprint("sso", __name__, url_prefix="/staff")
log = structlog.get_logger()
# What providers say of themselves is the same for every request of a process.
providers = Providers()
BEGUN, PENDING, WAY = "sso_begun", "sso_pending", "provider"
# Long enough to read the question whether to connect the account.
PENDING_SECONDS = 600
REASONS = {
    "none": _l("No provider is set up here any more."),
    "state": _l("This browser has not begun it, or has finished it already. Begin once more."),
    "late": _l("It took more than a quarter of an hour. Begin once more."),
    "denied": _l("The provider did not sign you in, or you cancelled there."),
    "unreachable": _l("The provider doesn't answer now. Try again in a moment."),
    "expired": _l("The provider's answer is too old. Begin once more; if it goes on, one of the clocks is wrong."),
    "domain": _l("Your address there is not of a domain that may sign in here."),
    "role": _l("None of your groups there has a role here. Ask an admin of the shop."),
    "address": _l(
        "The provider names no address of yours, or one that somebody has here already. If it's you, sign in with your "
        "password and connect the two under “Your account”."
    ),
    "deactivated": _l("Your account here is deactivated. Ask an admin of the shop."),
    "last_admin": _l("You are the only admin here, and your groups there would make you something else."),
    "taken": _l("That account there belongs to somebody else here."),
}
OTHERWISE = _l("The provider's answer can't be trusted, so it opens nothing. An admin finds why in the log.")


@bp.get("/sign-in/provider")
def start() -> ResponseReturnValue:
    """Go to the provider. A link, since browsers let no form of ours lead to another host."""
    return _there({"next": own_path(request.args.get("next", ""))})


@bp.get("/account/provider")
@member_required
def start_connecting() -> ResponseReturnValue:
    """Go to the provider, to connect one's account here with the one there."""
    return _there({"connects": member().id})


@bp.get("/sign-in/provider/back")
def back() -> ResponseReturnValue:
    """Come back with the provider's answer: signed in, or the sentence why not."""
    provider = _provider()
    # Taken out first: an answer counts once, also one that is wrong.
    begun, then = session.pop(BEGUN, (None, {}))
    if provider is None or begun is None:
        return _refused("none" if provider is None else "state")
    try:
        claims = finish(_exchange(provider), Begun(*begun), request.args.to_dict(), now=utcnow())
        if "connects" in then:
            return _ask_to_connect(provider, claims, then["connects"])
        return _let_in(provider, claims, then.get("next", ""))
    except (OidcError, services.NotLetIn) as error:
        return _refused(error.reason, error)


@bp.post("/account/provider")
@member_required
def connect() -> ResponseReturnValue:
    """Connect the account that the provider has just vouched for."""
    import json

    pending = unseal(_key(), session.pop(PENDING, ""), max_age=PENDING_SECONDS)
    if pending is None:
        return _refused("late")
    try:
        with transaction(db_session()) as rows:
            user = rows.get_one(StaffUser, member().id, with_for_update=True)
            services.connect(rows, user, json.loads(pending), now=utcnow())
    except services.NotLetIn as error:
        return _refused(error.reason, error)
    announce(_("Your account is connected."))
    return see_other(url_for("second_factor.manage"))


@bp.get("/sign-in/provider/leave")
def leave() -> ResponseReturnValue:
    """Sign out at the provider as well, where it has a page for that."""
    provider = _provider()
    home = url_for("staff.sign_in")
    if provider is None:
        return see_other(home)
    try:
        described = _discovered(provider)
    except OidcError as error:
        return _refused(error.reason, error)
    after = {"client_id": provider.client_id, "post_logout_redirect_uri": settings().public_url + home}
    mark = "&" if "?" in described.end_session else "?"
    return redirect(f"{described.end_session}{mark}{urlencode(after)}" if described.end_session else home, code=303)


def _there(then: dict[str, Any]) -> ResponseReturnValue:
    provider = _provider()
    if provider is None:
        return _refused("none")
    exchange_age = services.MAX_AGE if provider.trusts_factor else None
    try:
        described = _discovered(provider)
    except OidcError as error:
        return _refused(error.reason, error)
    client = client_of(provider, _key())
    address, begun = begin(described, client, back=_back(), max_age=exchange_age, now=utcnow())
    session[BEGUN] = [begun.written(), then]
    return redirect(address, code=303)


def _provider() -> SignInProvider | None:
    """The provider, read to its end: while it answers, no transaction stands open and no connection is held."""
    rows = db_session()
    row = provider_of_staff(rows)
    if row is not None:
        rows.expunge(row)
    rows.rollback()
    return row


def _discovered(provider: SignInProvider) -> Discovered:
    return providers.discover(provider.issuer, rules(), now=utcnow())


def _exchange(provider: SignInProvider) -> Exchange:
    return Exchange(providers, _discovered(provider), client_of(provider, _key()), rules(), _back())


def rules() -> Rules:
    """What may be called: as everywhere, hosts of one's own network only where they are named."""
    return Rules(private_hosts=settings().webhook_private_hosts)


def _let_in(provider: SignInProvider, claims: Mapping[str, Any], next_path: str) -> ResponseReturnValue:
    with transaction(db_session()) as rows:
        came = services.let_in(rows, provider, claims, now=utcnow())
    response = welcome(came.user, next_path, WAY) if came.factor_there else go_on(came.user, next_path, WAY)
    if came.factor_there:
        session[FACTOR_ELSEWHERE] = True
    return response


def _ask_to_connect(provider: SignInProvider, claims: Mapping[str, Any], member_id: int) -> ResponseReturnValue:
    """Ask before two accounts are one: whoever was led here by a strange page must see whose it is."""
    import json

    if str(session.get("_user_id")) != str(member_id):
        return _refused("state")
    identity = {"iss": claims["iss"], "sub": claims["sub"]}
    session[PENDING] = seal(_key(), json.dumps(identity))
    return Confirmation(
        _("Connect your account with %(provider)s", provider=provider.title),
        _("From then on, whoever signs in there with this account is you here. Is it yours?"),
        _("Connect it"),
        url_for("second_factor.manage"),
        facts=[(_("Account there"), str(claims.get("email") or claims["sub"])), (_("Account here"), member().email)],
        action=url_for("sso.connect"),
    ).page()


def _refused(reason: str, error: Exception | None = None) -> ResponseReturnValue:
    log.warning("signing in elsewhere was refused", reason=reason)
    words = REASONS.get(reason, OTHERWISE)
    signed_in = "_user_id" in session
    return render_template("staff/sso/refused.html", words=words, reason=reason, signed_in=signed_in), 403


def _back() -> str:
    return settings().public_url + url_for("sso.back")


def _key() -> str:
    return settings().key

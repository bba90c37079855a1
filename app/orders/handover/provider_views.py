"""Customers sign in at the shop's own provider: there and back; only an address that it has proven opens orders."""

import structlog
from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.http import Rules
from app.core.oidc.code_flow import Begun, Exchange, begin, finish
from app.core.oidc.provider import Discovered, OidcClient, OidcError, Providers
from app.core.settings.customers import CustomerProviderSettings
from app.core.web import db_session, see_other, settings
from app.orders.contacts.contact_points import email_key
from app.orders.handover.ways_in import let_in, place, safe_path

bp = Blueprint("shop_sign_in", __name__, url_prefix="/sign-in/shop")
log = structlog.get_logger()
# What a provider says of itself is the same for every request of a process.
providers = Providers()
BEGUN = "shop_sign_in"


@bp.get("")
def start() -> ResponseReturnValue:
    """Go to the provider. A link, since browsers let no form of ours lead to another host.

    With ``quiet`` it asks nothing: who is not signed in there comes back as they went.
    """
    client, quiet = _client(), "quiet" in request.args
    if client is None:
        return _refused("off")
    # While the provider answers, no transaction stands open.
    db_session().rollback()
    try:
        address, begun = begin(_discovered(client), client, back=_back(), max_age=None, now=utcnow())
    except OidcError as error:
        return _refused(error.reason)
    session[BEGUN] = [begun.written(), safe_path(request.args.get("next")), quiet]
    return redirect(address + ("&prompt=none" if quiet else ""), code=303)


@bp.get("/back")
def back() -> ResponseReturnValue:
    """Come back with the provider's answer: let in, or a page that leads to the usual ways."""
    client = _client()
    # Taken out first: an answer counts once, also one that is wrong.
    begun, then, quiet = session.pop(BEGUN, (None, None, False))
    if client is None or begun is None:
        return _refused("off" if client is None else "state")
    db_session().rollback()
    rules = _rules()
    try:
        exchange = Exchange(providers, _discovered(client), client, rules, _back())
        claims = finish(exchange, Begun(*begun), request.args.to_dict(), now=utcnow())
    except OidcError as error:
        if quiet and error.reason == "denied":
            return see_other(then or url_for("orders.find"))
        return _refused(error.reason)
    email = claims.get("email")
    folded = email_key(email) if isinstance(email, str) and claims.get("email_verified") is True else None
    if folded is None:
        return _refused("email")
    with transaction(db_session()) as rows:
        audit.record(rows, actor=f"{audit.CUSTOMER}shop", action="customer.signed_in", now=utcnow())
    let_in(folded)
    return see_other(place(db_session(), folded, order=None, then=then))


@bp.app_template_global("shop_sign_in")
def title() -> str | None:
    """What stands on the button; None where no provider is connected. Empty for the shop's own name."""
    connected = settings().of(CustomerProviderSettings)
    return (connected.customers_title or "") if connected.ready else None


def _client() -> OidcClient | None:
    connected = settings().of(CustomerProviderSettings)
    issuer, name, secret = connected.customers_issuer, connected.customers_client_id, connected.customers_client_secret
    return OidcClient(issuer, name, secret.get_secret_value()) if issuer and name and secret else None


def _discovered(client: OidcClient) -> Discovered:
    return providers.discover(client.issuer, _rules(), now=utcnow())


def _rules() -> Rules:
    return Rules(private_hosts=settings().webhook_private_hosts)


def _back() -> str:
    return settings().public_url + url_for("shop_sign_in.back")


def _refused(reason: str) -> Response:
    log.warning("signing in with the shop was refused", reason=reason)
    page = render_template("orders/sign_in_refused.html", unproven=reason == "email", begins=_client() is not None)
    return make_response(page, 403)

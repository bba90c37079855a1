"""All orders of an address: proven by a one-time code to it, left by signing out."""

from flask import Blueprint, current_app, make_response, render_template, request, session, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import keyed_digest, seal, unseal
from app.core.web import db_session, see_other
from app.orders.contacts.contact_points import email_key
from app.orders.lookup import codes, limits
from app.orders.lookup.access import MOST_LISTED, orders_of
from app.orders.lookup.code_views import CodeVerdict, asker, judged, wrong_code
from app.orders.lookup.forms import Typed, read_email, read_typed_code
from app.orders.lookup.guard import ask_database, secret_key
from app.orders.lookup.numbers import forget_numbers
from app.orders.lookup.sending import CodeMessage, post_code
from app.orders.lookup.sessions import GUEST_AGE, browser_key, renew
from app.orders.models import Order

bp = Blueprint("account", __name__)


@bp.get("/account")
def home() -> str:
    """The orders of the address that was proven, or a field for one."""
    email = session.get("account")
    if not email:
        ask_database()
        return render_template("orders/account_find.html", typed=Typed({}))
    orders = orders_of(db_session(), email, now=utcnow())
    # What the order's own page says, so that list and page never differ.
    summaries = current_app.extensions["order_summaries"](db_session(), [order.id for order in orders], now=utcnow())
    returns = current_app.extensions["order_returns"](db_session(), [order.id for order in orders])
    companies = {order.ref: _company(order, email) for order in orders}
    most = MOST_LISTED if len(orders) == MOST_LISTED else None
    return render_template(
        "orders/account.html",
        email=email,
        orders=orders,
        summaries=summaries,
        returns=returns,
        companies=companies,
        most=most,
    )


@bp.post("/account")
def ask() -> Response:
    """Send a code to an address if it has orders; the answer is the same if not."""
    typed = read_email(request.form)
    if typed.errors:
        return make_response(render_template("orders/account_find.html", typed=typed), 422)
    email = email_key(typed.values["email"]) or ""
    key, now, requester = secret_key(), utcnow(), asker(email=email)
    with transaction(db_session()) as rows:
        # That a limit is reached is not told: the next page is the same.
        if limits.reserve(rows, [limits.asker_subject(requester.name)], now=now).allowed:
            subject = _subject(email)
            codes.wait_for_turn(rows, subject)
            if not codes.was_sent_just_now(rows, subject=subject, browser=browser_key(), now=now):
                fresh = codes.new_code(rows, subject=subject, asker=requester, now=now)
                if fresh is not None:
                    post_code(rows, CodeMessage("email", email, fresh, str(get_locale()), None), key=key)
    session["account_asked"] = seal(key, email)
    return see_other(url_for("account.code"))


@bp.get("/account/code")
def code() -> Response:
    """A field for the code."""
    email = _unproven_address()
    if not email:
        return see_other(url_for("account.home"))
    return make_response(render_template("orders/account_code.html", email=email, typed=Typed({})))


@bp.post("/account/code")
def enter() -> Response:
    """Compare the code; the right one shows every order of the address in this browser."""
    email = _unproven_address()
    if not email:
        return see_other(url_for("account.home"))
    typed = read_typed_code(request.form)
    if not typed.errors and (verdict := judged(_subject(email), typed.values["code"])) is not CodeVerdict.RIGHT:
        typed = wrong_code(verdict)
    if typed.errors:
        return make_response(render_template("orders/account_code.html", email=email, typed=typed), 422)
    # a new id at each change of tier, so that a planted one opens nothing.
    renew()
    session.pop("account_asked", None)
    session["account"] = email
    return see_other(url_for("account.home"))


@bp.post("/sign-out")
def sign_out() -> Response:
    """Forget everything about this browser, and ask it to do the same."""
    session.clear()
    response = see_other(url_for("orders.find"))
    # going back must not show what was signed out of.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    forget_numbers(response)
    return response


def _company(order: Order, email: str) -> str | None:
    """The company for whom somebody else ordered, by its name where that is known; None for one's own order."""
    buyers = {contact.email_folded for contact in order.contacts if contact.position == 0}
    return None if email in buyers else str((order.ship_to or {}).get("company") or "")


def _unproven_address() -> str | None:
    """The address that was typed and is not proven yet; sealed, since it may be anybody's."""
    return unseal(secret_key(), str(session.get("account_asked", "")), max_age=int(GUEST_AGE.total_seconds()))


def _subject(email: str) -> bytes:
    return keyed_digest(secret_key(), f"code:account:{email}")

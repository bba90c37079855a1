"""Mailed links: inert until a person opens one in a browser, then the order without the secret in the address."""

import re

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import new_secret
from app.core.web import db_session, see_other
from app.orders.lookup import limits
from app.orders.lookup.access import Pass
from app.orders.lookup.guard import client_address, remember, secret_key, speak_for
from app.orders.lookup.limits import browser_secret, know_again
from app.orders.lookup.links import LinkState, end_access, open_link, order_of_link, was_issued
from app.orders.lookup.numbers import forget_numbers, remember_numbers
from app.orders.lookup.sending import ask_for_links
from app.orders.lookup.sessions import renew

bp = Blueprint("links", __name__, url_prefix="/l")
# an address is made here, of a reference; a link names no target.
RETURN = re.compile(r"[0-9A-Z]{8}")


@bp.get("/<token>")
def show(token: str) -> Response:
    """A button, and nothing that a mail scanner could use up; it presses itself where a person's browser has come."""
    order_id = order_of_link(db_session(), token, purpose="view", now=utcnow())
    if order_id is None:
        return _ended(token)
    speak_for(order_id)
    person = _is_a_persons_visit()
    page = render_template("orders/link.html", token=token, returned=_returned(), case=_case(), by_a_person=person)
    response = make_response(page)
    response.headers.add("Vary", "Sec-Fetch-Dest, Sec-Fetch-Mode, Sec-Fetch-Site, Sec-Fetch-User, Sec-Purpose")
    return response


@bp.post("/<token>")
def use(token: str) -> Response:
    """Open the order in this browser."""
    browser = browser_secret() or new_secret()
    with transaction(db_session()) as rows:
        opened = open_link(rows, token, browser=browser, now=utcnow())
    if opened is None or opened.state is LinkState.ENDED:
        return _ended(token)
    renew()
    remember(opened.ref, Pass(1, opened.epoch))
    response = see_other(_target(opened.ref) or f"/o/{opened.ref}")
    # A link counts browsers: this one must be known when it comes again.
    know_again(response, browser)
    return remember_numbers(response, {opened.ref: opened.number})


@bp.post("/<token>/new")
def renewed(token: str) -> Response:
    """Mail a new link to the address on file; the answer is the same for any text."""
    key, now = secret_key(), utcnow()
    with transaction(db_session()) as rows:
        subjects = [limits.client_subject(key, client_address()), limits.address_subject(key, f"link:{token}")]
        if limits.reserve(rows, subjects, now=now).allowed:
            ask_for_links(rows, key=key, token=token)
    return see_other(url_for("links.sent"))


@bp.get("/sent")
def sent() -> str:
    """What happens after another link was asked for; no address was typed, so none can be corrected."""
    return render_template("orders/link_sent.html")


@bp.post("/<token>/stop")
def stop(token: str) -> Response:
    """«This isn't my order»: end every link to it and all that browsers were granted."""
    now = utcnow()
    with transaction(db_session()) as rows:
        order_id = order_of_link(rows, token, purpose="view", now=now)
        if order_id is not None:
            end_access(rows, order_id, now=now)
    response = see_other(url_for("links.stopped"))
    forget_numbers(response)
    return response


@bp.get("/stopped")
def stopped() -> str:
    """Say that the links are dead."""
    return render_template("orders/link_stopped.html")


def _ended(token: str) -> Response:
    page = render_template("orders/link_ended.html", token=token, is_ours=was_issued(db_session(), token))
    return make_response(page, 410)


def _is_a_persons_visit() -> bool:
    """Whether a browser says that it shows this page to a person who opened it, out of a mail or by a click.

    Programs that fetch links tell none of it; nor do those that load a page ahead. «none» is no page's doing: the link
    came from another program, such as the mail's; «?1» is a click on a page.
    """
    headers = request.headers
    opened = headers.get("Sec-Fetch-Site") == "none" or headers.get("Sec-Fetch-User") == "?1"
    whole_page = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    ahead = headers.get("Sec-Purpose") or headers.get("Purpose") or headers.get("X-Moz")
    return opened and whole_page and not ahead


def _returned() -> str | None:
    """The return that a mail speaks of, if its link names one."""
    ref = request.args.get("return", "")
    return ref if RETURN.fullmatch(ref) else None


def _case() -> str | None:
    """The case of support that a mail speaks of, if its link names one."""
    ref = request.args.get("case", "")
    return ref if RETURN.fullmatch(ref) else None


def _target(order: str) -> str | None:
    """Its page, which asks for itself whether this browser may see it."""
    if case := _case():
        return f"/o/{order}/help/{case}"
    return f"/returns/{returned}" if (returned := _returned()) else None

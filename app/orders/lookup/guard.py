"""The guard of everything that shows an order: what this browser's session may see, and the door when it may not."""

from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

from flask import abort, g, redirect, render_template, request, session, url_for
from flask_htmx import make_response
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.core.web import db_session, htmx, is_htmx, settings
from app.orders.lookup.access import Grant, Pass, granted, passes, with_pass
from app.orders.lookup.forms import Typed
from app.orders.lookup.numbers import number_of
from app.orders.lookup.sessions import UNSENT, browser_key
from app.orders.queries import number_of_order, voice


def require_tier(ref: str, tier: int) -> Grant:
    """What the session was granted of the order ``ref``, or the door.

    Without any grant one is sent to find the order; with grants for other orders alone there is no such page;
    with too low a tier one is asked for a code, and comes back. None of these tells whether the order exists.
    """
    grant = current_grant(ref)
    if grant is None:
        _turn_away(ref)
    if grant.tier < tier:
        session[AFTER_CODE] = _wanted(ref)
        _go(url_for("codes.code", ref=ref))
    return grant


def current_grant(ref: str) -> Grant | None:
    """What the session was granted of the order ``ref``, if anything."""
    own_pass = passes(session.get("orders", {})).get(ref)
    account = session.get("account")
    if own_pass is None and not account:
        return None
    return granted(db_session(), ref, own_pass=own_pass, account=account)


AFTER_CODE = "after_code"
"""Under this name the session keeps where somebody is going who has to enter a code first."""


def is_own(address: str) -> bool:
    """Whether it is an address of ours without the host's name, as a browser reads it, too."""
    return address.startswith("/") and not address.startswith("//") and address.isprintable() and "\\" not in address


# The session is read on every request, and a family does not follow more orders at once.
MOST_OPEN = 50
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """The order that this browser opened last, and may still see."""

    order_id: int
    ref: str
    number: str


def open_order() -> OpenOrder | None:
    """The order that one most likely has a question about, if any is open here."""
    open_here = passes(session.get("orders", {}))
    for ref in reversed([one for one in session.get(OPENED, open_here) if one in open_here]):
        grant = current_grant(ref)
        if grant:
            return OpenOrder(grant.order_id, ref, number_of_order(db_session(), grant.order_id))
    return None


def held_pass(ref: str) -> Pass:
    """The session's pass for an order that ``require_tier`` let through."""
    return passes(session.get("orders", {})).get(ref, Pass(1, 0))


def remember(ref: str, gained: Pass) -> None:
    """Grant this session something of an order; call ``renew`` beside it. The orders opened longest ago drop out."""
    # Before two presses can ask for a code at once, each for a browser of its own.
    browser_key()
    passed = with_pass(session.get("orders", {}), ref, gained)
    # A list beside them: the database keeps no order among the names of a document.
    opened = [*(one for one in session.get(OPENED, passed) if one != ref), ref][-MOST_OPEN:]
    session[OPENED] = opened
    session["orders"] = {one: facts for one, facts in passed.items() if one in opened}


def speak_for(order_id: int) -> None:
    """Let this page speak the order's language, in the name of its brand."""
    g.locale, g.brand = voice(db_session(), order_id)


def ask_database() -> None:
    """Let a page fail at once while the database is away, rather than the form on it once it is filled in."""
    db_session().execute(select(1))


def secret_key() -> str:
    """The installation's secret."""
    return settings().key


def client_address() -> str | None:
    """The client's address as the trusted proxies tell it."""
    return request.remote_addr


def _wanted(ref: str) -> str:
    """The whole address that somebody wanted, to be gone on to once they may; of a fragment, the page it is for."""
    if request.method != "GET":
        # Coming back sends no form again: one that is kept is shown, else the order.
        return "/unsent" if UNSENT in request.args else f"/o/{ref}"
    page = urlsplit((is_htmx() and htmx.current_url) or request.full_path)
    address = urlunsplit(("", "", page.path, page.query, ""))
    return address if is_own(address) else f"/o/{ref}"


def _turn_away(ref: str) -> NoReturn:
    """The door, which says that an order is closed, and its number to who was shown it in this browser before.

    The same for somebody else's order and for none at all (A-07): only the browser's own cookie tells them apart.
    """
    number = number_of(ref)
    if session.get("orders") or session.get("account"):
        typed = Typed({"number": number or ""})
        page = render_template("orders/find.html", typed=typed, closed=True, number=number)
        abort(Response(page, 404, mimetype="text/html"))
    _go(url_for("orders.find", closed=ref if number else 1))


def _go(url: str) -> NoReturn:
    """Leave for another page, as a whole page even when a fragment was asked for."""
    response = redirect(url, 303)
    abort(make_response(redirect=url) if is_htmx() else response)

"""The pages for finding an order: by its number and an address on it, or by a mail to that address."""

import json
from datetime import datetime
from typing import Any, cast

import structlog
from flask import Blueprint, Response, make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import seal, unseal
from app.core.web import db_session, see_other, settings
from app.orders.contact_points import email_key, number_key, pasted_contact
from app.orders.lookup import limits
from app.orders.lookup.access import Candidate, Pass, candidates, match, sends_links
from app.orders.lookup.forms import Typed, pasted_link, read_email, read_find
from app.orders.lookup.guard import ask_database, client_address, remember, secret_key
from app.orders.lookup.sending import ask_for_links
from app.orders.lookup.sessions import GUEST_AGE, renew

bp = Blueprint("orders", __name__)

log = structlog.get_logger()


@bp.get("/")
def find() -> str:
    """Two fields and a button."""
    ask_database()
    return render_template("orders/find.html", typed=Typed({}))


@bp.post("/")
def look_up() -> AnyResponse:
    """Look an order up. Whatever comes of it, the answer is the same; the session alone knows more."""
    if (token := pasted_link(request.form)) is not None:
        return see_other(url_for("links.show", token=token))
    typed = read_find(request.form)
    if typed.errors:
        return make_response(render_template("orders/find.html", typed=typed), 422)
    now = utcnow()
    if _must_wait(now):
        return _wait(typed)
    candidate, sent = _tried(typed, now)
    renew()
    result = {"ref": candidate.ref if candidate else "", "sent": sent, **typed.values}
    session["found"] = seal(secret_key(), json.dumps(result))
    if candidate:
        remember(candidate.ref, Pass(1, candidate.epoch, candidate.position))
    return see_other(url_for("orders.answer"))


@bp.get("/found")
def answer() -> AnyResponse:
    """Go on to the order that was found; or say that none was, or that a link is on its way if one was."""
    result = _last_result()
    if result is None:
        return see_other(url_for("orders.find"))
    if result["ref"]:
        session.pop("found")
        return see_other(f"/o/{result['ref']}")
    typed = Typed({"number": result["number"], "contact": result["contact"]})
    page = render_template("orders/find.html", typed=typed, missed=True, sent=result["sent"], by_text=settings().texts)
    return make_response(page)


@bp.get("/links")
def links() -> str:
    """«I don't have the number»: one field."""
    ask_database()
    return render_template("orders/links.html", typed=Typed({}))


@bp.post("/links")
def send_links() -> AnyResponse:
    """Mail links to all recent orders of an address, if it has any; the answer is the same if not."""
    typed = read_email(request.form)
    if typed.errors:
        return make_response(render_template("orders/links.html", typed=typed), 422)
    email, key, now = email_key(typed.values["email"]) or "", secret_key(), utcnow()
    with transaction(db_session()) as rows:
        subjects = [limits.client_subject(key, client_address()), limits.address_subject(key, email)]
        if limits.reserve(rows, subjects, now=now).allowed:
            ask_for_links(rows, key=key, email=email)
    return see_other(url_for("orders.links_sent"))


@bp.get("/links/sent")
def links_sent() -> str:
    """What happens next, said the same to everyone."""
    return render_template("orders/links_sent.html")


def _tried(typed: Typed, now: datetime) -> tuple[Candidate | None, bool]:
    """One counted try, and whether links are sent; the same steps for a hit, a miss and a try too many.

    Where links are sent, each try asks for one: whether there is anybody to send it to, only the job looks.
    """
    key, number, contact = secret_key(), typed.values["number"], pasted_contact(typed.values["contact"])
    with transaction(db_session()) as rows:
        people = candidates(rows, number)
        # Number and reference of one order share its tries.
        counted_as = people[0].number_key if people else number_key(number)
        subjects = [
            limits.client_subject(key, client_address()),
            limits.order_subject(key, counted_as),
            limits.contact_subject(key, contact),
        ]
        reserved = limits.reserve(rows, subjects, now=now)
    # After the commit: the try is counted whatever happens here.
    candidate = match(people, contact)
    allowed = candidate if reserved.allowed else None
    mailed = allowed if allowed and allowed.links_only else None
    with transaction(db_session()) as rows:
        limits.settle(rows, reserved, right=allowed is not None, now=now)
        sent = sends_links(rows)
        if sent:
            ask_for_links(rows, key=key, contact_id=mailed.contact_id if mailed else None)
    return None if mailed else allowed, sent


def _last_result() -> dict[str, Any] | None:
    """What the last look-up of this browser came to; sealed, since a row of a miss would hold what was typed."""
    opened = unseal(secret_key(), str(session.get("found", "")), max_age=int(GUEST_AGE.total_seconds()))
    return cast(dict[str, Any], json.loads(opened)) if opened else None


def _must_wait(now: datetime) -> bool:
    """While someone guesses at large, every try has to be made twice, some seconds apart."""
    with transaction(db_session()) as rows:
        return limits.surge(rows, now=now) and not limits.has_turn(rows, secret_key(), client_address(), now=now)


def _wait(typed: Typed) -> Response:
    log.warning("guessing_at_large")
    page = render_template("orders/find.html", typed=typed, busy=True)
    return make_response(page, 429, {"Retry-After": str(int(limits.CALM_AFTER.total_seconds()))})

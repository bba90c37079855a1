"""The pages for finding an order: by its number and an address on it, or by a mail to that address."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from flask import Blueprint, Response, make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import seal, unseal
from app.core.web import db_session, see_other, settings
from app.orders.contacts.contact_points import email_key, number_key, pasted_contact
from app.orders.lookup import limits
from app.orders.lookup.access import Candidate, Pass, candidates, matches, sends_links
from app.orders.lookup.forms import Typed, pasted_link, read_email, read_find
from app.orders.lookup.guard import ask_database, client_address, remember, secret_key
from app.orders.lookup.numbers import number_of, remember_numbers
from app.orders.lookup.sending import ask_for_links
from app.orders.lookup.sessions import GUEST_AGE, renew

# Of five tries the last two are announced: at the first, a pause is a threat to who mistyped.
PAUSE_SAID_AFTER = 3

bp = Blueprint("orders", __name__)

log = structlog.get_logger()


@bp.get("/")
def find() -> str:
    """Two fields and a button; who comes from an order that this browser no longer shows is told so."""
    ask_database()
    closed = request.args.get("closed")
    number = number_of(closed) if closed else None
    return render_template("orders/find.html", typed=Typed({"number": number or ""}), closed=closed, number=number)


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
    outcome = _tried(typed, now)
    misses = 0 if outcome.orders else int((_last_result() or {}).get("misses", 0)) + 1
    renew()
    result = {"orders": outcome.shown(), "sent": outcome.sent, "misses": misses, **outcome.pause(), **typed.values}
    session["found"] = seal(secret_key(), json.dumps(result))
    for order in outcome.orders:
        remember(order.ref, Pass(1, order.epoch, order.position))
    return see_other(url_for("orders.answer"))


@bp.get("/found")
def answer() -> AnyResponse:
    """Go on to the order that was found; or say that none was, or that a link is on its way if one was."""
    result = _last_result()
    if result is None:
        return see_other(url_for("orders.find"))
    if orders := [(ref, number, datetime.fromisoformat(placed)) for ref, number, placed in result["orders"]]:
        return remember_numbers(_show(orders), {ref: number for ref, number, _placed in orders})
    typed = Typed({"number": result["number"], "contact": result["contact"]})
    paused_until = datetime.fromisoformat(result["until"]) if result["until"] else None
    page = render_template(
        "orders/find.html",
        typed=typed,
        missed=True,
        sent=result["sent"],
        by_text=settings().texts,
        paused=result["paused"],
        paused_until=paused_until,
        now=utcnow(),
        pauses_soon=result["misses"] >= PAUSE_SAID_AFTER,
    )
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


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a try came to: the orders that it opens, whether links are sent instead, or what is paused till when."""

    orders: list[Candidate] = field(default_factory=list)
    sent: bool = False
    paused: str = ""
    until: datetime | None = None

    def shown(self) -> list[tuple[str, str, str]]:
        """The orders as the next page needs them."""
        return [(order.ref, order.number, order.placed_at.isoformat()) for order in self.orders]

    def pause(self) -> dict[str, str]:
        """The pause as the next page needs it, up to the next whole minute: a clock shows no seconds."""
        until = self.until + timedelta(minutes=1) if self.until else None
        return {"paused": self.paused, "until": until.replace(second=0, microsecond=0).isoformat() if until else ""}


def _tried(typed: Typed, now: datetime) -> _Outcome:
    """One counted try; the same steps for a hit, a miss and a try too many.

    Where links are sent, each try asks for one: whether there is anybody to send it to, only the job looks.
    """
    key, number, contact = secret_key(), typed.values["number"], pasted_contact(typed.values["contact"])
    with transaction(db_session()) as rows:
        people = candidates(rows, number, any_prefix=True)
        subjects = [
            limits.client_subject(key, client_address()),
            limits.typed_subject(key, number),
            limits.contact_subject(key, contact),
        ]
        # An order's number and reference, and what it shares with others, have one count of tries.
        counted_as = sorted({person.number_key for person in people}) or [number_key(number)]
        orders = [limits.order_subject(key, one) for one in counted_as]
        reserved = limits.reserve(rows, subjects, unspoken=orders, now=now)
    # After the commit: the try is counted whatever happens here.
    alike = matches(people, contact)
    right = alike if reserved.allowed else []
    opened = [person for person in right if not person.links_only]
    mailed = None if opened or not right else right[0]
    with transaction(db_session()) as rows:
        limits.settle(rows, reserved, right=bool(right), opens=bool(opened), now=now)
        sent = sends_links(rows)
        if sent:
            ask_for_links(rows, key=key, contact_id=mailed.contact_id if mailed else None)
    return _Outcome(opened, sent, *_pause(reserved))


def _pause(reserved: limits.Reservation) -> tuple[str, datetime | None]:
    """What has no try left the longest, and until when; the same whether there is such an order or not."""
    if reserved.crowded:
        return "crowded", None
    ends = zip(reserved.paused, ("client", "number", "contact"), strict=True)
    until, paused = max(((end, what) for end, what in ends if end), default=(None, ""))
    return paused, until


def _show(orders: list[tuple[str, str, datetime]]) -> AnyResponse:
    """The order; or, where a number without its prefix means several of one person, the choice."""
    if len(orders) > 1:
        return make_response(render_template("orders/which.html", orders=orders))
    session.pop("found")
    return see_other(f"/o/{orders[0][0]}")


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

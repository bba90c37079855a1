"""The sandbox's first page: orders to try, and two actions that only a demo shop has."""

from flask import Blueprint, abort, render_template, session, url_for
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.web import db_session, see_other, settings
from app.sandbox import front
from app.sandbox.arrivals import arrive

bp = Blueprint("demo_shop", __name__, url_prefix="/sandbox")


@bp.before_request
def _only_in_the_demo() -> None:
    # Whoever opens it may press, without a sign-in: it must not be where real orders are.
    if not settings().demo or settings().production:
        abort(404)


@bp.get("")
def home() -> str:
    """Every demo order, the returns that wait for their customers, and where messages are shown."""
    rows, notice = db_session(), session.pop("sandbox_said", None)
    return render_template(
        "sandbox/home.html", orders=front.demo_orders(rows), waiting=front.waiting(rows), notice=notice
    )


@bp.post("/orders")
def new_order() -> Response:
    """Let a new order arrive."""
    with transaction(db_session()) as rows:
        number = arrive(rows, public_url=settings().public_url, now=utcnow())
    session["sandbox_said"] = ["arrived", number]
    return see_other(url_for("demo_shop.home"))


@bp.post("/returns/<ref>/hand-over")
def hand_over(ref: str) -> Response:
    """Have the customer leave the parcel at the counter; the simulated carrier goes on from there."""
    try:
        with transaction(db_session()) as rows:
            front.hand_over(rows, ref, now=utcnow())
        session["sandbox_said"] = ["handed_over", ref]
    except Conflict:
        session["sandbox_said"] = ["not_waiting", ref]
    return see_other(url_for("demo_shop.home"))

"""The page of a form that has yet to be sent, and how much longer this browser's session lasts."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.core.clock import utcnow
from app.core.web import see_other
from app.orders.lookup.sessions import current_session, session_left
from app.pages.unsent.forms import let_go, unsent_form, unsent_page

bp = Blueprint("unsent", __name__)


@bp.get("/unsent")
def show() -> ResponseReturnValue:
    """What was typed, to be sent now or dropped."""
    form = unsent_form()
    if form is None:
        return see_other("/")
    return unsent_page(form, ended=False)


@bp.post("/unsent/discard")
def discard() -> ResponseReturnValue:
    """Drop it."""
    form = unsent_form()
    let_go()
    return see_other("/staff" if form is not None and form.is_staff else "/")


@bp.get("/session")
def remaining() -> ResponseReturnValue:
    """The seconds until this browser's session ends by itself; null where there is none. Asking extends nothing."""
    current = current_session()
    if current is not None:
        current.watch()
    return jsonify(seconds=session_left())


@bp.post("/session")
def extend() -> ResponseReturnValue:
    """Go on: the idle time begins anew."""
    current = current_session()
    if current is not None:
        current.touch(utcnow())
    return jsonify(seconds=session_left())

"""A link from the shop's account pages: inert until a person's browser sends it; used once, and as good as a code."""

import structlog
from flask import Blueprint, g, make_response, render_template, request, session
from werkzeug.wrappers import Response

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.i18n.locale import languages_here
from app.core.settings import clear
from app.core.settings.customers import HandoverSettings
from app.core.web import SystemBlueprint, db_session, secret_used, see_other, settings
from app.orders.handover.tokens import BadHandover, Handover, read_token
from app.orders.handover.used import spend, was_used
from app.orders.handover.ways_in import let_in, place
from app.orders.lookup import limits
from app.orders.lookup.guard import client_address, secret_key

bp = Blueprint("handover", __name__, url_prefix="/from-shop")
# Without a form's token: the shop's own page sends it, and what it sends is signed, for one use.
taking = SystemBlueprint("handover_in", __name__, url_prefix="/from-shop")
LONGEST_FORM = 16 * 1024
log = structlog.get_logger()


@bp.get("/<token>")
def show(token: str) -> Response:
    """A button, which presses itself where a person looks; nothing is used up by looking."""
    try:
        coming, _secret = _read(token)
        if was_used(db_session(), coming.token_id):
            raise BadHandover("used")
    except BadHandover as error:
        return _refused(error.reason)
    _speak(coming)
    return make_response(render_template("orders/handover.html", token=token))


@taking.post("")
def take() -> Response:
    """Let the browser in, once."""
    request.max_content_length = LONGEST_FORM
    token, now = request.form.get("token", ""), utcnow()
    with transaction(db_session()) as rows:
        tries = limits.reserve(rows, [limits.client_subject(secret_key(), client_address())], now=now)
    if not tries.allowed:
        return _refused("often", 429)
    try:
        coming, secret = _read(token)
    except BadHandover as error:
        return _refused(error.reason)
    with transaction(db_session()) as rows:
        if is_first := spend(rows, coming.token_id, ends_at=coming.ends_at):
            limits.give_back(rows, tries)
            # Whose it was is nobody's to keep; that somebody came this way is.
            audit.record(rows, actor=f"{audit.CUSTOMER}shop", action="customer.handed_over", now=now)
    secret_used(secret)
    # A second press of one browser goes where the first went.
    if not is_first and session.get("account") != coming.email:
        return _refused("used")
    if is_first:
        let_in(coming.email)
    return see_other(place(db_session(), coming.email, order=coming.order, then=coming.then))


def _read(token: str) -> tuple[Handover, str]:
    secrets = clear(settings().of(HandoverSettings).customers_secret)
    return read_token(token, secrets, audience=settings().public_url, now=utcnow())


def _speak(coming: Handover) -> None:
    language = (coming.locale or "").replace("_", "-").partition("-")[0].lower()
    if language in languages_here():
        g.locale = coming.locale


def _refused(reason: str, status: int = 403) -> Response:
    # The word alone: the token may still open something elsewhere.
    log.warning("a link from the shop's pages was refused", reason=reason)
    return make_response(render_template("orders/handover_refused.html", often=status == 429), status)

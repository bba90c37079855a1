"""Pages to see and change what one gets: behind the foot of a message, and on the order; GET changes nothing."""

from typing import cast

from flask import Blueprint, abort, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import SystemBlueprint, db_session, see_other
from app.notify.kinds import StageGroup
from app.notify.preferences import preferences
from app.notify.preferences.preferences import PreferenceOwner, StageWishes
from app.notify.send.config import MailConfig
from app.orders.lookup.guard import require_tier

bp = Blueprint("preferences", __name__)
# The mail program that posts has no session and no token: the secret in the address stands for both (RFC 8058).
one_click = SystemBlueprint("one_click", __name__, url_prefix="/preferences")


@bp.get("/preferences/<token>")
def view(token: str) -> str:
    """What the recipient of a message gets."""
    return _page(_mailed(token), url_for("preferences.change", token=token))


@bp.post("/preferences/<token>")
def change(token: str) -> Response:
    """Change it."""
    subject = _mailed(token)
    if _is_overtaken(subject):
        return _overtaken(subject, url_for("preferences.change", token=token))
    return _change(subject, url_for("preferences.view", token=token, saved=1))


@bp.get("/o/<ref>/preferences")
def of_order(ref: str) -> str:
    """What the customer of an order gets; for whoever has proved to be in reach of its address."""
    return _page(_customer(ref), url_for("preferences.change_of_order", ref=ref), back=f"/o/{ref}")


@bp.post("/o/<ref>/preferences")
def change_of_order(ref: str) -> Response:
    """Change it."""
    subject = _customer(ref)
    if _is_overtaken(subject):
        return _overtaken(subject, url_for("preferences.change_of_order", ref=ref), back=f"/o/{ref}")
    return _change(subject, url_for("preferences.of_order", ref=ref, saved=1))


@one_click.get("/<token>/unsubscribe")
def confirm(token: str) -> Response:
    """A person, or a scanner, follows the mail's header: show the page, change nothing."""
    _mailed(token)
    return see_other(url_for("preferences.view", token=token))


@one_click.post("/<token>/unsubscribe")
def stop(token: str) -> Response:
    """One-click unsubscribe (RFC 8058), sent by the mail program without cookies."""
    subject = _mailed(token)
    with transaction(db_session()) as session:
        preferences.unsubscribe(session, subject, now=utcnow())
    return see_other(url_for("preferences.view", token=token, stopped=1))


def order_way(_session: Session, _order_id: int, _tier: int) -> Markup:
    """The way from the order page to its messages."""
    ref = (request.view_args or {}).get("ref", "")
    return Markup(render_template("notify/_way.html", href=f"/o/{ref}/preferences"))  # noqa: S704 (our template)


def sms_wording() -> str:
    """What the switch of texts says, kept with the consent."""
    return str(_("Texts about this and later orders. Reply STOP at any time."))


def stage_wording() -> dict[str, str]:
    """What stands beside the box of each group of stages, kept with the word of who empties it."""
    return {
        StageGroup.ORDER: str(_("The order: received, being prepared, cancelled")),
        StageGroup.DELIVERY: str(_("The delivery: sent, out for delivery, ready, delivered")),
        StageGroup.PROBLEMS: str(_("Problems: late, on hold, not delivered, lost")),
        StageGroup.RETURNS: str(_("Returns and refunds: each step")),
    }


def _stages() -> StageWishes:
    shown, chosen = (frozenset(request.form.getlist(name)) for name in ("stage-shown", "stage"))
    return StageWishes(shown, chosen, stage_wording())


def _page(subject: PreferenceOwner, action: str, *, back: str | None = None, overtaken: bool = False) -> str:
    shown = preferences.show(db_session(), subject, config=_config())
    words = stage_wording()
    outcome = {"saved": "saved" in request.args, "stopped": "stopped" in request.args, "overtaken": overtaken}
    return render_template("notify/preferences.html", shown=shown, action=action, back=back, words=words, **outcome)


def _is_overtaken(subject: PreferenceOwner) -> bool:
    """Whether the page that sends this showed other choices than hold now, and would undo what came between."""
    seen = request.form.get("seen")
    shown = preferences.show(db_session(), subject, config=_config())
    stages = _stages()
    same = set(request.form.getlist("channel")) == shown.channels and (
        not stages.shown or stages.chosen == shown.stages
    )
    return seen is not None and seen != shown.state and not same


def _overtaken(subject: PreferenceOwner, action: str, *, back: str | None = None) -> Response:
    return make_response(_page(subject, action, back=back, overtaken=True), 409)


def _change(subject: PreferenceOwner, then: str) -> Response:
    channels = set(request.form.getlist("channel"))
    with transaction(db_session()) as session:
        preferences.change(
            session, subject, channels, wording=sms_wording(), stages=_stages(), now=utcnow(), config=_config()
        )
    return see_other(then)


def _mailed(token: str) -> PreferenceOwner:
    subject = preferences.find(db_session(), token)
    if subject is None:
        abort(404)
    g.locale = subject.locale
    return subject


def _customer(ref: str) -> PreferenceOwner:
    grant = require_tier(ref, 2)
    subject = preferences.customer(db_session(), grant.order_id, config=_config())
    if subject is None:
        abort(404)
    g.locale = subject.locale
    return subject


def _config() -> MailConfig:
    return cast(MailConfig, current_app.extensions["mail_config"])

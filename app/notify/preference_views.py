"""The page behind the foot of a message: see and change what one gets, without signing in; GET changes nothing."""

from typing import cast

from flask import Blueprint, abort, current_app, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utcnow
from app.db import transaction
from app.notify import preferences
from app.notify.models import PreferenceLink
from app.notify.office import Office
from app.web import csrf, db_session, see_other

bp = Blueprint("preferences", __name__, url_prefix="/preferences")
one_click = Blueprint("one_click", __name__, url_prefix="/preferences")
csrf.exempt(one_click)


@bp.get("/<token>")
def view(token: str) -> str:
    """What this recipient gets."""
    link = _link(token)
    shown = preferences.show(db_session(), link, office=_office())
    return render_template(
        "notify/preferences.html",
        shown=shown,
        token=token,
        saved="saved" in request.args,
        stopped="stopped" in request.args,
    )


@bp.post("/<token>")
def change(token: str) -> Response:
    """Change it."""
    link = _link(token)
    with transaction(db_session()) as session:
        wanted = set(request.form.getlist("channel"))
        preferences.change(session, link, wanted, wording=sms_wording(), now=utcnow(), office=_office())
    return see_other(f"/preferences/{token}?saved=1")


@one_click.get("/<token>/unsubscribe")
def confirm(token: str) -> Response:
    """A person, or a scanner, follows the mail's header: show the page, change nothing."""
    _link(token)
    return see_other(f"/preferences/{token}")


@one_click.post("/<token>/unsubscribe")
def stop(token: str) -> Response:
    """One-click unsubscribe (RFC 8058), sent by the mail program without cookies."""
    link = _link(token)
    with transaction(db_session()) as session:
        preferences.unsubscribe(session, link, now=utcnow())
    return see_other(f"/preferences/{token}?stopped=1")


def sms_wording() -> str:
    """What the switch of texts says, kept with the consent."""
    return str(_("Text messages about this and later orders. Reply STOP at any time."))


def _link(token: str) -> PreferenceLink:
    link = preferences.find(db_session(), token)
    if link is None:
        abort(404)
    g.locale = link.locale
    return link


def _office() -> Office:
    return cast(Office, current_app.extensions["office"])

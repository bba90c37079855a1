"""What admins do with a webhook: stop, resume, end, rotate its secret, test it, send again what failed."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.api.webhooks_out import deliveries, subscriptions
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, NotFound
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.settings.webhooks.page import webhook_host
from app.staff.settings.webhooks.views import key, note, subscription_or_404
from app.staff.shown_once import show_once

bp = Blueprint("webhook_deeds", __name__, url_prefix="/staff/settings/webhooks")
guarded = permission_required(Permission.SETTINGS)


@bp.post("/<public_id>/stop")
@guarded
def stop(public_id: str) -> ResponseReturnValue:
    """Deliver nothing for now; undone by the button that takes this one's place."""
    with transaction(db_session()) as session:
        subscription_or_404(session, public_id)
        stopped = subscriptions.stop(session, public_id, now=utcnow())
        note(session, "webhook.stopped", public_id, stopped.url)
    announce(_("The webhook is stopped. What waits is kept."))
    return _back(public_id)


@bp.post("/<public_id>/resume")
@guarded
def resume(public_id: str) -> ResponseReturnValue:
    """Deliver again."""
    with transaction(db_session()) as session:
        subscription_or_404(session, public_id)
        note(session, "webhook.activated", public_id, subscriptions.enable(session, public_id).url)
    announce(_("The webhook delivers again."))
    return _back(public_id)


@bp.post("/<public_id>/test")
@guarded
def test(public_id: str) -> ResponseReturnValue:
    """A signed test, sent by the job; the page that follows shows what was answered."""
    try:
        with transaction(db_session()) as session:
            subscription_or_404(session, public_id)
            subscription = subscriptions.find(session, public_id)
            delivery = deliveries.ping(session, subscription, now=utcnow())
            note(session, "webhook.tested", public_id, subscription.url)
    except Conflict:
        announce(_("Resume it first: nothing is sent while it is stopped."))
        return _back(public_id)
    # The job sends it: a page never calls the world.
    announce(_("The test is on its way. Load this page again to see the answer."))
    return see_other(url_for("webhooks_out.delivered", public_id=public_id, delivery=delivery.public_id))


@bp.post("/<public_id>/replays")
@guarded
def replay(public_id: str) -> ResponseReturnValue:
    """Send again one delivery, or all that failed."""
    chosen = request.form.get("delivery") or None
    try:
        with transaction(db_session()) as session:
            subscription_or_404(session, public_id)
            subscription = subscriptions.find(session, public_id)
            count = deliveries.replay(session, subscription, public_id=chosen, now=utcnow())
            note(session, "webhook.replayed", public_id, subscription.url)
    except NotFound:
        abort(404)
    announce(ngettext("%(num)s delivery is sent again.", "%(num)s deliveries are sent again.", count))
    return _back(public_id)


@bp.route("/<public_id>/rotation", methods=["GET", "POST"])
@guarded
def rotate(public_id: str) -> ResponseReturnValue:
    """A new secret, shown once; the old one signs beside it until the next rotation."""
    subscription = subscription_or_404(db_session(), public_id)
    if request.method == "GET":
        return Confirmation(
            _("A new secret for %(host)s", host=webhook_host(subscription.url)),
            _("Each delivery then carries two signatures, by the new and the old secret, until the next rotation."),
            _("Make a new secret"),
            url_for("webhooks_out.one", public_id=public_id),
        ).page()
    with transaction(db_session()) as session:
        rotated, secret = subscriptions.rotate(session, public_id, key=key())
        note(session, "webhook.rotated", public_id, rotated.url)
    show_once(public_id, secret)
    announce(_("The secret is new."))
    return _back(public_id)


@bp.route("/<public_id>/end", methods=["GET", "POST"])
@guarded
def end(public_id: str) -> ResponseReturnValue:
    """End it, with its deliveries."""
    subscription = subscription_or_404(db_session(), public_id)
    if request.method == "GET":
        return Confirmation(
            _("End the webhook to %(host)s", host=webhook_host(subscription.url)),
            _("Its deliveries go with it, also those that wait. To pause it, stop it instead."),
            _("End this webhook"),
            url_for("webhooks_out.one", public_id=public_id),
            danger=True,
        ).page()
    with transaction(db_session()) as session:
        # Locked as for every change: of two at once the second finds it gone.
        ending = subscriptions.find(session, public_id, lock=True)
        note(session, "webhook.ended", public_id, ending.url)
        session.delete(ending)
    announce(_("The webhook has ended."))
    return see_other(url_for("webhooks_out.listed"))


def _back(public_id: str) -> ResponseReturnValue:
    return see_other(url_for("webhooks_out.one", public_id=public_id))

"""Trying a connection from its page: a real and harmless call, or one message to oneself."""

from urllib.parse import urlsplit

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.brands.queries import speaking_brand
from app.connections import trials
from app.connections.catalogue import Connection
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.web import database, db_session, see_other, settings
from app.notify.kinds import Channel
from app.notify.providers.ports import Outgoing, header
from app.orders.contacts.phones import phone_key
from app.staff.announcements import announce
from app.staff.auth.guard import member
from app.staff.settings.connections import page
from app.staff.settings.connections.views import bp, guarded, named
from app.staff.settings.connections.words import trial_words


@bp.post("/<name>/trial")
@guarded
def trial(name: str) -> ResponseReturnValue:
    """Make a real and harmless call, and say what came of it."""
    one = named(name)
    refused = _begin(one, one.name)
    if refused is not None:
        return refused
    outcome = trials.call(one, settings(), page.live().base, database().sessions)
    with transaction(db_session()) as rows:
        trials.keep(rows, name, outcome)
    return see_other(url_for("connections.show", name=name, _anchor="trial"))


@bp.post("/<name>/message")
@guarded
def message(name: str) -> ResponseReturnValue:
    """Send oneself one message through this very provider."""
    one = named(name)
    channel = one.provider.channels[0] if one.provider else abort(404)
    to = member().email if channel is Channel.EMAIL else phone_key(request.form.get("to", "")[:40], country=None)
    if not to:
        return page.detail_page(one, errors=[("to", _("Write a number with its country, such as +34600000000."))]), 422
    refused = _begin(one, one.name + trials.MESSAGE)
    if refused is not None:
        return refused
    # It ends before anybody is called: what was read for the message is given back.
    with transaction(db_session()):
        outgoing = _written(channel, to)
    outcome = trials.send(one, settings(), page.live().base, outgoing, database().sessions)
    with transaction(db_session()) as rows:
        trials.keep(rows, one.name + trials.MESSAGE, outcome)
    if outcome.good:
        announce(trial_words(outcome))
    return see_other(url_for("connections.show", name=name))


def _written(channel: Channel, to: str) -> Outgoing:
    """The message, in the member's own language."""
    brand = speaking_brand(db_session())
    shop = brand.name if brand else ""
    subject = _("A test from %(shop)s", shop=shop)
    text = _("This is a test from %(shop)s. It works.", shop=shop)
    host = urlsplit(settings().public_url).hostname or "localhost"
    return trials.message(channel, to, subject, text, from_name=header(shop, 70), host=host)


def _begin(one: Connection, name: str) -> ResponseReturnValue | None:
    """Take the turn to call; a page where somebody has just done so."""
    try:
        with transaction(db_session()) as rows:
            trials.take_turn(rows, name, by=member().actor, now=utcnow())
    except Conflict:
        wait = _("Somebody tested it a moment ago. Wait ten seconds, and try again.")
        return page.detail_page(one, errors=[(None, wait)]), 409
    return None

"""One message in the console: what was said, how it went, how the mail looks; and sending it again."""

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.clock import utcnow
from app.db import transaction
from app.errors import Conflict
from app.notify.kinds import Channel
from app.notify.links import LinkBook
from app.notify.models import Attempt, Message
from app.notify.office import Office, without_secrets
from app.notify.outgoing import outgoing_of
from app.notify.reading import read
from app.notify.services import RESENDABLE, resend
from app.orders.models import Brand, Order
from app.staff import audit
from app.staff.deeds import impossible
from app.staff.guard import member, role_required
from app.staff.masking import recipient
from app.staff.message_words import channel_words, kind_words, reason_words, state_words
from app.staff.roles import Role
from app.web import db_session, see_other

bp = Blueprint("messages", __name__, url_prefix="/staff/messages")
guarded = role_required(Role.SUPPORT)
# The mail's own styles are inline; nothing in it may act, load from elsewhere or lead anywhere.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"


@bp.get("/<public_id>")
@guarded
def page(public_id: str) -> ResponseReturnValue:
    """What was said and what became of it."""
    return _page(_find(public_id))


@bp.get("/<public_id>/mail")
@guarded
def mail(public_id: str) -> ResponseReturnValue:
    """The mail as it looks, made again from today's facts, its links dead; for the frame on the message's page."""
    message = _find(public_id)
    if message.channel != Channel.EMAIL:
        abort(404)
    session = db_session()
    known = read(session, [message])
    session.expunge(message)
    html = outgoing_of(message, known, _office(), LinkBook(_office(), utcnow())).html or ""
    response = Response(without_secrets(html), mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_CSP
    return response


@bp.post("/<public_id>/resends")
@guarded
def again(public_id: str) -> ResponseReturnValue:
    """Send it again, as a message of its own."""
    old, now, by = _find(public_id), utcnow(), member().actor
    try:
        with transaction(db_session()) as session:
            made = resend(session, old.id, by=by, now=now, office=_office())
            subject = f"{old.kind}/{old.public_id}"
            audit.record(session, actor=by, action="message.resent", order_id=old.order_id, subject=subject, now=now)
    except Conflict:
        return _page(old, fault=impossible()), 409
    return see_other(url_for("messages.page", public_id=made.public_id))


def _page(message: Message, fault: str | None = None) -> str:
    session = db_session()
    order = session.get(Order, message.order_id) if message.order_id else None
    attempts = select(Attempt).where(Attempt.message_id == message.id).order_by(Attempt.id)
    return render_template(
        "staff/messages/message.html",
        message=message,
        order=order,
        zone=session.get_one(Brand, message.brand_key).time_zone,
        attempts=session.scalars(attempts).all(),
        to=recipient(message.recipient),
        kind=kind_words(message.kind),
        state=state_words(message.state),
        reason=reason_words(message.reason) if message.reason else None,
        channel=channel_words(message.channel),
        resendable=message.state in RESENDABLE and bool(message.recipient),
        errors=[(None, fault)] if fault else [],
    )


def _find(public_id: str) -> Message:
    found = db_session().scalar(select(Message).where(Message.public_id == public_id))
    return found or abort(404)


def _office() -> Office:
    office: Office = current_app.extensions["office"]
    return office

"""One message in the console: what was said, how it went, how the mail looks; and sending it again."""

from datetime import datetime

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands.queries import find_brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid
from app.core.i18n.words import HOME_ZONE
from app.core.tokens import new_secret
from app.core.web import db_session, see_other
from app.notify.kinds import Channel
from app.notify.records import AttemptRecord, MessageRecord
from app.notify.render.links import LinkBook
from app.notify.render.reading import read
from app.notify.send.config import MailConfig, without_secrets
from app.notify.send.outgoing import rendered
from app.notify.send.resend import RESENDABLE, NotAgain, noted, proposal, resend
from app.orders.records import OrderRecord
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import typed
from app.staff.messages.words import (
    channel_words,
    kind_words,
    language_words,
    outcome_words,
    provider_words,
    reason_words,
    state_words,
)
from app.staff.orders.masking import recipient

bp = Blueprint("messages", __name__, url_prefix="/staff/messages")
guarded = permission_required(Permission.ORDERS)
may_send = permission_required(Permission.MESSAGES)
# The mail's own styles are inline; nothing in it may act, load from elsewhere or lead anywhere.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
# Another address may be the way out where the one on file is what is wrong.
ELSEWHERE = frozenset({"suppressed", "address_changed", "on_file_only"})


@bp.get("/<public_id>")
@guarded
def page(public_id: str) -> ResponseReturnValue:
    """What was said and what became of it."""
    return _page(_find_message(public_id))


@bp.get("/<public_id>/mail")
@guarded
def mail(public_id: str) -> ResponseReturnValue:
    """The mail as it looks, made again from today's facts, its links dead; for the frame on the message's page."""
    message = _find_message(public_id)
    if message.channel != Channel.EMAIL:
        abort(404)
    session = db_session()
    facts = read(session, [message])
    html = rendered(message, facts, _config(), LinkBook(_config(), utcnow())).html_whole
    # Whoever reads along in the console must not get in by the customer's own link.
    response = Response(without_secrets(html), mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_CSP
    return response


@bp.get("/<public_id>/resend")
@may_send
def ask(public_id: str) -> ResponseReturnValue:
    """What would go now and where, before it goes; or why it must not."""
    return _resend_page(_find_message(public_id))


@bp.post("/<public_id>/resends")
@may_send
def again(public_id: str) -> ResponseReturnValue:
    """Send it again, as a message of its own; the same form sent twice is one message."""
    old, now, by = _find_message(public_id), utcnow(), member().actor
    to, press = typed("to"), typed("press")
    try:
        with transaction(db_session()) as session:
            resent = resend(session, old.id, by=by, now=now, config=_config(), to=to, press=press)
            # The same press sent twice finds the message of the first, which is in the trail already.
            if resent.created_at == now:
                _record(session, old, resent, now=now)
    except NotAgain as error:
        return _resend_page(old, to=to, press=press, refused=error.reason), 409
    except Invalid:
        return _resend_page(old, to=to, press=press, fault=_wrong_address(old)), 422
    announce(_("Sent again to %(to)s.", to=recipient(resent.recipient)))
    return see_other(url_for("messages.page", public_id=resent.public_id))


def _record(session: Session, old: MessageRecord, resent: MessageRecord, *, now: datetime) -> None:
    audit.record(
        session,
        actor=member().actor,
        action="message.resent",
        order_id=old.order_id,
        subject=f"{old.kind}/{old.public_id}",
        detail=noted(old, resent),
        now=now,
    )


def _resend_page(old: MessageRecord, *, to: str = "", press: str = "", refused: str = "", fault: str = "") -> str:
    """The page that asks first: what goes, where, why not; a field for another address where one would help."""
    shown, reason = None, refused
    try:
        shown = proposal(
            db_session(),
            old,
            by=member().actor,
            now=utcnow(),
            config=_config(),
            to="" if fault else to,
            press=press,
        )
        reason = reason or shown.refusal or ""
    except NotAgain as error:
        reason = error.reason
    return render_template(
        "staff/messages/resend.html",
        message=old,
        again=shown,
        kind=kind_words(old.kind),
        channel=channel_words(old.channel),
        to=recipient(shown.message.recipient) if shown else "",
        value=to,
        # Made with the page and sent along: by it a form that is sent twice is known as one press.
        press=press or new_secret()[:22],
        reason=reason_words(reason) if reason else "",
        # Refusals that no address mends offer no button.
        may_go=shown is not None and (not reason or reason in ELSEWHERE),
        errors=[("to", fault)] if fault else [],
    )


def _wrong_address(old: MessageRecord) -> str:
    if old.channel == Channel.SMS:
        return _("Write a phone number, such as +34 612 345 678.")
    return _("Write an e-mail address, such as name@example.com.")


def _page(message: MessageRecord) -> str:
    session = db_session()
    order = session.get(OrderRecord, message.order_id, populate_existing=True) if message.order_id else None
    brand = find_brand(session, message.brand_key)
    attempts = select(AttemptRecord).where(AttemptRecord.message_id == message.id).order_by(AttemptRecord.id)
    return render_template(
        "staff/messages/message.html",
        message=message,
        order=order,
        zone=brand.time_zone if brand else HOME_ZONE,
        attempts=session.scalars(attempts).all(),
        to=recipient(message.recipient),
        kind=kind_words(message.kind),
        state=state_words(message.state),
        reason=reason_words(message.reason) if message.reason else None,
        channel=channel_words(message.channel),
        outcome_words=outcome_words,
        provider_words=provider_words,
        language=language_words(message.locale),
        resendable=message.state in RESENDABLE and bool(message.recipient),
    )


def _find_message(public_id: str) -> MessageRecord:
    message = db_session().scalar(select(MessageRecord).where(MessageRecord.public_id == public_id))
    return message or abort(404)


def _config() -> MailConfig:
    config: MailConfig = current_app.extensions["mail_config"]
    return config

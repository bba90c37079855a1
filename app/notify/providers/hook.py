"""The door for providers' reports: verify the raw bytes, store them once, 202."""

import hashlib
from collections.abc import Callable
from urllib.parse import parse_qs

from flask import Blueprint, Response, request
from pydantic_core import from_json
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import csrf, db_session, settings
from app.events import inbox
from app.notify.models import Message
from app.notify.providers.signatures import sendgrid_signed, twilio_signed, within_window

hooks = Blueprint("message_hooks", __name__, url_prefix="/hooks/messages")
csrf.exempt(hooks)

Key = str
# Twilio sends some twenty; to take more apart before the signature is checked would be work for strangers.
MOST_FIELDS = 200
LATER = {"Retry-After": "30"}


@hooks.post("/twilio")
def twilio() -> Response:
    """A text's state has changed."""
    return _door("twilio", _twilio_key(lambda form: "/".join(_one(form, name) for name in _STATUS)))


@hooks.post("/twilio-inbound")
def twilio_inbound() -> Response:
    """A customer has written a text."""
    return _door("twilio-inbound", _twilio_key(lambda form: _one(form, "MessageSid")))


@hooks.post("/sendgrid")
def sendgrid() -> Response:
    """What became of some mails."""
    return _door("sendgrid", _sendgrid_key)


_STATUS = ("MessageSid", "MessageStatus", "ErrorCode")
Form = dict[str, list[str]]


def _door(source: str, verified: Callable[[bytes], Key | int]) -> Response:
    """Store what ``verified`` gave a key for; a number is the refusal."""
    body = request.get_data(cache=False)
    key = verified(body)
    if isinstance(key, int):
        return Response(status=key, headers=LATER if key == 503 else {})
    headers = {"message": request.args.get("message", "")[:64]}
    try:
        with transaction(db_session()) as session:
            inbox.store(session, door=f"messages:{source}", delivery_key=key, headers=headers, body=body, now=utcnow())
    except SQLAlchemyError:
        return Response(status=503, headers=LATER)
    return Response(status=202)


def _twilio_key(key: Callable[[Form], Key]) -> Callable[[bytes], Key | int]:
    def verified(body: bytes) -> Key | int:
        config = settings()
        tokens = [t.get_secret_value() for t in (config.twilio_auth_token, config.twilio_auth_token_previous) if t]
        if not tokens:
            return 503
        try:
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return 401
        query = request.query_string.decode("latin-1")
        url = f"{config.public_url}{request.path}" + (f"?{query}" if query else "")
        signature = request.headers.get("X-Twilio-Signature", "")
        return key(form) if twilio_signed(signature, url=url, form=form, tokens=tokens) else 401

    return verified


def _sendgrid_key(body: bytes) -> Key | int:
    keys = settings().sendgrid_webhook_key
    if not keys:
        return 503
    signature = request.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    timestamp = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    if not sendgrid_signed(signature, timestamp=timestamp, body=body, keys=keys):
        return 401
    if not within_window(timestamp, utcnow()) and _told_before(body):
        return 401
    return hashlib.sha256(body).hexdigest()


def _told_before(body: bytes) -> bool:
    """Whether an old delivery tells anything that was told already: a replay. Late first news is welcome."""
    try:
        told = from_json(body)
    except ValueError:
        return True
    events = [event for event in (told if isinstance(told, list) else []) if isinstance(event, dict)]
    references = [str(event.get("message", "")) for event in events]
    rows = db_session().scalars(select(Message.receipts).where(Message.public_id.in_(references)))
    known = {told["id"] for receipts in rows for told in receipts}
    return any(str(event.get("sg_event_id", "")) in known for event in events)


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[0][:100]

"""The doors of order management systems: verify the raw bytes, store them once, 202. Understanding comes later."""

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import clear
from app.core.standard_webhooks import verify
from app.core.web import csrf, db_session, settings
from app.events import inbox

doors = Blueprint("oms", __name__, url_prefix="/hooks/oms")
csrf.exempt(doors)

SIGNED_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
KEPT_HEADERS = ("Content-Type", "User-Agent", "webhook-id", "webhook-timestamp")


@doors.post("/generic")
def generic() -> Response:
    """Take in an order document signed by the Standard Webhooks scheme; a replay changes nothing."""
    body = request.get_data()
    secrets = clear(settings().oms_webhook_secret)
    if not secrets:
        return Response(status=503, headers={"Retry-After": "60"})
    now = utcnow()
    signed = {name: request.headers.get(name, "") for name in SIGNED_HEADERS}
    message_id = verify(secrets, headers=signed, body=body, now=now)
    if message_id is None:
        return Response(status=401)
    if len(message_id) > 255:
        abort(400)
    headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
    session = db_session()
    try:
        with transaction(session):
            inbox.store(session, door="oms:generic", delivery_key=message_id, headers=headers, body=body, now=now)
    except SQLAlchemyError:
        return Response(status=503, headers={"Retry-After": "30"})
    return Response(status=202)

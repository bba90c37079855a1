"""The carriers' webhook door: verify the raw bytes, store them once, 202. Nothing is understood here."""

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from app.carriers.webhooks.endpoints import DOORS, KEPT_HEADERS, MAX_BODY, Endpoint
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import csrf, db_session, settings
from app.events import inbox

blueprint = Blueprint("carriers", __name__)
csrf.exempt(blueprint)


@blueprint.post("/hooks/carriers/<source>")
@blueprint.post("/hooks/carriers/<source>/<credential>", endpoint="receive_by_path")
def receive(source: str, credential: str | None = None) -> Response:
    """Take one delivery. ``credential`` in the path serves senders that can set no header."""
    door = DOORS.get(source)
    if door is None or (credential is not None and door.believed):
        raise NotFound
    secrets = door.secrets(settings())
    if not secrets:
        return _later("This door is not configured.")
    request.max_content_length = MAX_BODY
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if credential is not None:
        headers["credential"] = credential
    if not door.verify(secrets, headers, body, utcnow()):
        return Response(status=401)
    return _keep(door, headers, body)


def _keep(door: Endpoint, headers: dict[str, str], body: bytes) -> Response:
    """Store it; a delivery that came before is as good as stored."""
    session = db_session()
    try:
        with transaction(session):
            inbox.store(
                session,
                door=f"carriers:{door.source}",
                delivery_key=door.delivery_key(headers, body),
                headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
                body=body,
                now=utcnow(),
            )
    except SQLAlchemyError:
        return _later("It could not be stored.")
    return Response(status=202)


def _later(reason: str) -> Response:
    return Response(reason, status=503, headers={"Retry-After": "60"}, mimetype="text/plain")

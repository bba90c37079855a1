"""The carriers' webhook endpoint: verify the raw bytes, store them once, 202. Nothing is understood here."""

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from app.carriers.base.declaration import Endpoint
from app.carriers.webhooks.endpoints import KEPT_HEADERS, MAX_BODY, at, secrets_of
from app.core.bodies.pushes import PushedBody, pushed_body
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import SystemBlueprint, db_session, secret_used, settings
from app.events import inbox

blueprint = SystemBlueprint("carriers", __name__)
# Carriers hold no session that somebody else's page could use.


@blueprint.post("/hooks/carriers/<source>")
@blueprint.post("/hooks/carriers/<source>/<credential>", endpoint="receive_by_path")
def receive(source: str, credential: str | None = None) -> Response:
    """Take one delivery. ``credential`` in the path serves senders that can set no header."""
    pushes = at(source)
    # Who signs has no credential in the path: such an address would end up in logs for nothing.
    if pushes is None or (credential is not None and pushes[1].believed):
        raise NotFound
    endpoint, secrets = pushes[1], secrets_of(source, settings())
    # W-01: never taken because nothing is configured; the sender comes again.
    if not secrets:
        return _later("This endpoint is not configured.")
    request.max_content_length = MAX_BODY
    body = pushed_body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    if credential is not None:
        headers["credential"] = credential
    fitting = [one for one in secrets if _proves(endpoint, [one], headers, body)]
    if not fitting:
        return Response(status=401)
    secret_used(fitting[0])
    return _keep(source, endpoint, headers, body)


def _proves(endpoint: Endpoint, secrets: list[str], headers: dict[str, str], body: PushedBody) -> bool:
    # All forms, whichever fits, so that the time taken tells nothing.
    return any([endpoint.proof.verify(secrets, headers, signable, utcnow()) for signable in body.signable])


def _keep(source: str, endpoint: Endpoint, headers: dict[str, str], body: PushedBody) -> Response:
    """Store it; a delivery that came before is as good as stored."""
    session = db_session()
    try:
        with transaction(session):
            inbox.store(
                session,
                endpoint=f"carriers:{source}",
                delivery_key=endpoint.delivery_key(headers, body.content),
                headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
                body=body.sent,
                now=utcnow(),
            )
    # What is not stored is not acknowledged (E-01).
    except SQLAlchemyError:
        return _later("It could not be stored.")
    return Response(status=202)


def _later(reason: str) -> Response:
    return Response(reason, status=503, headers={"Retry-After": "60"}, mimetype="text/plain")

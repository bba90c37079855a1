"""Where order management systems deliver: verify the raw bytes, store them once, 202. Understanding comes later."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, abort, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import SQLAlchemyError

from app.core.bodies.pushes import READING_HEADERS, PushedBody, pushed_body
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.parts import SYSTEMS, declared
from app.core.web import SystemBlueprint, db_session, secret_used, settings
from app.events import inbox
from app.oms.ports import PushedOrder, System, SystemWebhook
from app.oms.understanding import FAMILY

endpoints = SystemBlueprint("oms", __name__, url_prefix="/hooks/oms")

# Others may hold credentials: only what helps to understand the body stays.
KEPT_HEADERS = (*READING_HEADERS, "User-Agent")
# It stands in an index, and no system has longer ids.
LONGEST_KEY = 255


def _open(state: BlueprintSetupState) -> None:
    """An address for every system that calls us, with its name."""
    for name, system in declared(SYSTEMS, System).items():
        if system.webhook is not None:
            state.add_url_rule(f"/{name}", name, _endpoint(name, system.settings, system.webhook), methods=["POST"])


endpoints.record(_open)


def _endpoint(name: str, kind: type[Any], webhook: SystemWebhook[Any]) -> Callable[[], Response]:
    """Takes one delivery of this system; a replay changes nothing."""

    def receive() -> Response:
        body = pushed_body()
        secrets = webhook.secrets(settings().of(kind))
        # W-01: never taken because nothing is configured; the sender comes again.
        if not secrets:
            return Response(status=503, headers={"Retry-After": "60"})
        key = _key(webhook, body, secrets)
        if key is None:
            return Response(status=401)
        if len(key) > LONGEST_KEY:
            abort(400)
        if webhook.sample is not None and body.content == webhook.sample:
            return Response(status=204)
        secret_used(next((one for one in secrets if _key(webhook, body, [one]) is not None), ""))
        return _keep(f"{FAMILY}:{name}", key, (*KEPT_HEADERS, *webhook.kept_headers), body.sent)

    return receive


def _key(webhook: SystemWebhook[Any], body: PushedBody, secrets: Sequence[str]) -> str | None:
    """The delivery's key, where its sender signed the bytes as they were sent (W-01) or before they were packed."""
    headers = {header.lower(): value for header, value in request.headers.items()}
    keys = [webhook.verify(PushedOrder(headers, signable, utcnow()), secrets) for signable in body.signable]
    return next((key for key in keys if key is not None), None)


def _keep(endpoint: str, key: str, header_names: tuple[str, ...], body: bytes) -> Response:
    headers = {name: request.headers[name] for name in header_names if name in request.headers}
    try:
        with transaction(db_session()) as session:
            inbox.store(session, endpoint=endpoint, delivery_key=key, headers=headers, body=body, now=utcnow())
    # What is not stored is not acknowledged (E-01).
    except SQLAlchemyError:
        return Response(status=503, headers={"Retry-After": "30"})
    return Response(status=202)

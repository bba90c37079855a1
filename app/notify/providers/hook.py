"""The endpoints for providers' reports: verify the raw bytes, store them once, 202."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.core.bodies.pushes import READING_HEADERS, PushedBody, pushed_body
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import SystemBlueprint, db_session, settings
from app.events import inbox
from app.notify.models import Message
from app.notify.providers.callbacks import FAMILY
from app.notify.providers.declaration import Hook, HookRequest, Signed
from app.notify.providers.registry import Declared, endpoints

hooks = SystemBlueprint("message_hooks", __name__, url_prefix="/hooks/messages")

# Time for a restart; providers that do not heed it come again by their own clock.
LATER = {"Retry-After": "30"}


def _open(state: BlueprintSetupState) -> None:
    """An address for every provider that calls us, with its name."""
    for name, (declared, hook) in endpoints().items():
        if hook.sign is not None:
            view = _endpoint(name, declared, hook)
            state.add_url_rule(f"/{name}", name.replace("-", "_"), view, methods=["POST"])


# When the application is built, not on import: installed packages bring providers, too.
hooks.record(_open)


def _endpoint(name: str, declared: Declared, hook: Hook[Any, Any]) -> Callable[[], Response]:
    """Takes one delivery to this hook."""

    def receive() -> Response:
        body = pushed_body()
        secrets = hook.secrets(settings().of(declared.settings))
        # Never «accepted because unsigned»; a provider comes again after a 503.
        if not secrets:
            return Response(status=503, headers=LATER)
        signed = _signed(hook, body, secrets)
        if signed is None or _is_replay(signed):
            return Response(status=401)
        return _keep(f"{FAMILY}:{name}", signed.key, body.sent)

    return receive


def _signed(hook: Hook[Any, Any], body: PushedBody, secrets: Sequence[str]) -> Signed | None:
    """The delivery as its sender signed it: as it came, or before it was packed."""
    if hook.sign is None:
        return None
    headers = {name.lower(): value for name, value in request.headers.items()}
    plain = {name: value for name, value in headers.items() if name != "content-encoding"}
    signed = hook.sign(_as_it_came(plain, body.content), secrets)
    # Where nothing was packed, the second look would be at the same.
    return signed or (hook.sign(_as_it_came(headers, body.sent), secrets) if body.is_packed else None)


def _as_it_came(headers: dict[str, str], body: bytes) -> HookRequest:
    """The delivery under the address that the provider has called: behind a proxy ours is another."""
    query = request.query_string.decode("latin-1")
    url = f"{settings().public_url}{request.path}" + (f"?{query}" if query else "")
    return HookRequest(url, headers, body, utcnow())


def _is_replay(signed: Signed) -> bool:
    """Whether an old delivery tells anything that was told already: a replay. Late first news is welcome."""
    if not signed.replays:
        return False
    references = [reference for reference, _ in signed.replays]
    rows = db_session().scalars(select(Message.receipts).where(Message.public_id.in_(references)))
    event_ids = {entry["id"] for receipts in rows for entry in receipts}
    return any(event in event_ids for _, event in signed.replays)


def _keep(endpoint: str, key: str, body: bytes) -> Response:
    """Store it once; what the address says of the message goes with it."""
    # Our ids are shorter: what is longer is none.
    headers = {"message": request.args.get("message", "")[:64]}
    headers |= {name: request.headers[name] for name in READING_HEADERS if name in request.headers}
    try:
        with transaction(db_session()) as session:
            inbox.store(session, endpoint=endpoint, delivery_key=key, headers=headers, body=body, now=utcnow())
    except SQLAlchemyError:
        return Response(status=503, headers=LATER)
    return Response(status=202)

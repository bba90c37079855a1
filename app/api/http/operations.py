"""One operation of the API: its description for OpenAPI, and the single path every request takes through it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from flask import Response, g, request
from flask_babel import LazyString
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy.orm import Session

from app.api.http import bodies, idempotency
from app.api.http.problems import Problem
from app.api.keys import find_key, note_use
from app.api.models import ApiKey
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, settings

Handler = TypeVar("Handler", bound=Callable[..., "Answer"])
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler found, a model or plain JSON, written out by the operation; and what the audit trail notes.

    ``is_noted``: whoever made the change has noted it, or nothing changed.
    """

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    noted: "Noted | None" = None
    is_noted: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """Of what an action was: its order, its subject, and facts about it without a customer's words."""

    subject: str
    order_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


NOTED_BELOW = Noted("")
"""The service that did it has written its row of the trail itself."""


class NothingMore(BaseModel, extra="forbid"):
    """The body of an action that needs no facts; it may be left out."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A body of many items: an array, an object with the array under ``name``, or NDJSON; handed on as ``raw``."""

    item: type[BaseModel]
    name: str
    most: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What the documentation says of a route and what its wrapper enforces.

    ``forms`` are other media types it has; ``audit`` is the action's name in the audit trail, ``audited_below``: the
    service writes that row itself, whoever calls it.
    ``picture``: the body is one, which the handler reads itself; ``versioned``: it goes by If-Match.
    """

    scope: str
    summary: LazyString
    notes: LazyString | None = None
    body: type[BaseModel] | None = None
    batch: Batch | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    example: Any = None
    answer_example: Any = None
    forms: tuple[str, ...] = ()
    audit: str | None = None
    audited_below: bool = False
    picture: bool = False
    versioned: bool = False


def operation(described: Operation) -> Callable[[Handler], View]:
    """Make a view of a handler: key and scope, body and query checked, idempotency, one commit, ETag."""

    def decorate(handler: Handler) -> View:
        @wraps(handler)
        def view(**path: Any) -> Response:
            session = db_session()
            with transaction(session):
                # All of a request in one: the action, its row of the trail and the answer for a repetition.
                return _serve(session, described, handler, path)

        view.operation = described  # type: ignore[attr-defined]
        return view

    return decorate


def described(view: Callable[..., Any]) -> Operation | None:
    """The description a view carries."""
    description: Operation | None = getattr(view, "operation", None)
    return description


def caller() -> ApiKey:
    """The key that makes this request."""
    key: ApiKey = g.api_key
    return key


def acting() -> str:
    """Who makes this request, as it is kept beside an action."""
    return f"{audit.API}{caller().name}"


def _serve(session: Session, described: Operation, handler: Callable[..., Answer], path: dict[str, Any]) -> Response:
    # First of all: without a key nobody learns what would be valid.
    g.api_key = _authenticate(session, described.scope)
    _refuse_odd_path(path)
    arguments: dict[str, Any] = dict(path)
    if described.query is not None:
        arguments["query"] = bodies.read_query(request, described.query)
    raw = b""
    if described.batch is not None or described.body is not None:
        raw = bodies.raw_json(request, lines=described.batch is not None, optional=_may_be_left_out(described.body))
    ticket = None
    # PUT and DELETE may be repeated as they are.
    if request.method == "POST":
        ticket = idempotency.open_ticket(session, caller(), request, raw, sealing_key=_sealing_key())
    if ticket is not None and ticket.answer is not None:
        return ticket.answer
    # After the ticket: a repetition gets its answer though the same body might be refused by now.
    if described.body is not None:
        arguments["body"] = bodies.read_body(raw, described.body)
    elif described.batch is not None:
        arguments["raw"] = raw
    answer = handler(session, **arguments)
    _note(
        session,
        None if answer.is_noted or described.audited_below else described.audit,
        answer.noted or Noted("/".join(map(str, path.values()))),
    )
    response = _respond(answer)
    if ticket is not None:
        idempotency.keep(session, ticket, response, sealing_key=_sealing_key(), now=utcnow())
    return response


def _note(session: Session, action: str | None, noted: Noted) -> None:
    if action is None or noted is NOTED_BELOW:
        return
    audit.record(
        session,
        actor=acting(),
        action=action,
        order_id=noted.order_id,
        subject=noted.subject,
        detail=noted.detail,
        now=utcnow(),
    )


def _may_be_left_out(body: type[BaseModel] | None) -> bool:
    return body is not None and not any(field.is_required() for field in body.model_fields.values())


def _sealing_key() -> str:
    return settings().key


def _authenticate(session: Session, scope: str) -> ApiKey:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = find_key(session, secret.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise Problem(401, "Send Authorization: Bearer and a key.", headers={"WWW-Authenticate": "Bearer"})
    if note_use(session, key.id, address=request.remote_addr, now=utcnow()):
        # By itself, so that requests of one key do not wait for each other's work.
        with transaction(session):
            pass
    if scope not in key.scopes:
        # RFC 6750 has the scope in the challenge, where a client looks for it.
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise Problem(403, f"This key lacks the scope {scope}.", headers={"WWW-Authenticate": challenge})
    return key


def _refuse_odd_path(path: dict[str, Any]) -> None:
    for value in path.values():
        # PostgreSQL takes no U+0000, and nothing of ours has so long a name.
        if isinstance(value, str) and ("\0" in value or len(value) > 200):
            raise Problem(404)


def _respond(answer: Answer) -> Response:
    if isinstance(answer.content, Response):
        return answer.content
    body = b"" if answer.status == 204 else to_json(answer.content, by_alias=True)
    response = Response(body, status=answer.status, mimetype="application/json")
    response.headers.extend(answer.headers)
    # May be kept, never used unasked: the state may have moved on, and it is this caller's only.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if request.method in ("GET", "HEAD"):
        # What has versions has a tag of its own, which If-Match takes.
        if "ETag" not in response.headers:
            response.set_etag(hashlib.blake2b(body, digest_size=12).hexdigest())
        response.make_conditional(request)
    return response


def same_names(shape: type[BaseModel], row: object) -> dict[str, Any]:
    """What the row has by the names of the answer's fields; the rest is for the caller to say."""
    return {name: getattr(row, name) for name in shape.model_fields if hasattr(row, name)}

"""Keys over HTTP: make one that may do no more than the one that makes it, list, rotate, end."""

from datetime import datetime
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api import keys
from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, NothingMore, Operation, acting, caller, operation, same_names
from app.api.models import ApiKey
from app.api.records import ApiKeyRecord
from app.core.clock import utcnow
from app.core.errors import Fault, Invalid

SCOPE = "keys:write"
EXAMPLE = {"name": "warehouse", "scopes": ["orders:read"]}


class KeyDocument(BaseModel, extra="forbid"):
    """A new key: what it is called, and what it may do."""

    name: Annotated[str, Field(strict=True, min_length=1, max_length=100)]
    scopes: Annotated[list[Annotated[str, Field(strict=True)]], Field(min_length=1, max_length=100)]


class KeyAnswer(BaseModel):
    """A key; ``secret`` is told once, when it is made or rotated."""

    id: int
    name: str
    shown: str
    scopes: list[str]
    created_at: datetime
    made_by: str | None
    used_at: datetime | None
    used_from: str | None
    ends_at: datetime | None
    revoked_at: datetime | None
    secret: str | None = None


class KeyList(BaseModel):
    """All keys, and all scopes there are with what each opens."""

    keys: list[KeyAnswer]
    scopes: dict[str, str]


@api.get("/keys")
@operation(Operation(scope=SCOPE, summary=_l("All keys"), answer=KeyList))
def list_keys(session: Session) -> Answer:
    """Tell every key, without its secret."""
    scopes = {name: str(words) for name, words in keys.SCOPES.items()}
    return Answer(KeyList(keys=[_answer(key) for key in keys.all_keys(session, now=utcnow())], scopes=scopes))


@api.post("/keys")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Make a key"),
        notes=_l("It may do no more than the key that makes it. The secret is told this once."),
        body=KeyDocument,
        answer=KeyAnswer,
        status=201,
        example=EXAMPLE,
        audit="api_key.created",
    )
)
def post_key(session: Session, body: KeyDocument) -> Answer:
    """Make a key."""
    beyond = [
        Fault(f"/scopes/{at}", "The key that makes it lacks this scope")
        for at, scope in enumerate(body.scopes)
        if scope in keys.SCOPES and scope not in caller().scopes
    ]
    if beyond:
        raise Invalid(beyond)
    key, secret = keys.create_key(session, name=body.name, scopes=body.scopes, by=acting(), now=utcnow())
    return Answer(_answer(key, secret), status=201, noted=_noted(key))


@api.post("/keys/<int:key_id>/rotation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Rotate a key"),
        notes=_l("Another key takes its place; the old one opens for 24 hours more. The secret is told this once."),
        body=NothingMore,
        answer=KeyAnswer,
        example={},
        audit="api_key.rotated",
    )
)
def post_key_rotation(session: Session, key_id: int, body: NothingMore) -> Answer:
    """Rotate a key, whose scopes the caller has."""
    _within(session, key_id)
    key, secret = keys.rotate_key(session, key_id, by=acting(), now=utcnow())
    return Answer(_answer(key, secret), noted=_noted(key))


@api.delete("/keys/<int:key_id>")
@operation(Operation(scope=SCOPE, summary=_l("End a key"), status=204, audit="api_key.revoked"))
def delete_key(session: Session, key_id: int) -> Answer:
    """End a key at once."""
    return Answer(None, status=204, noted=_noted(keys.revoke_key(session, key_id, now=utcnow())))


def _within(session: Session, key_id: int) -> None:
    # A rotation tells the new secret: it must not lend its caller what the caller lacks.
    lacking = sorted(set(keys.key_by_id(session, key_id).scopes) - set(caller().scopes))
    if lacking:
        raise Invalid([Fault("", f"The key that rotates it lacks {', '.join(lacking)}")])


def _noted(key: ApiKey) -> Noted:
    return Noted(key.name, detail=keys.facts_of(key))


def _answer(key: ApiKey | ApiKeyRecord, secret: str | None = None) -> KeyAnswer:
    return KeyAnswer(**same_names(KeyAnswer, key) | {"secret": secret})

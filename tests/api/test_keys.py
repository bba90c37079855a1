"""Keys: needed, scoped, hashed at rest, noted when used, gone when revoked."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key, find_key, note_use
from app.api.models import ApiKey
from app.core import tokens
from app.core.clock import utcnow
from app.core.errors import Invalid


def test_only_the_hash_of_a_key_is_kept(session: Session) -> None:
    key, secret = create_key(session, name="erp", scopes=["orders:read"], now=utcnow())
    assert secret.startswith("pk_")
    assert key.secret_hash == tokens.digest(secret)
    assert secret not in str(session.execute(select(ApiKey.__table__)).all())
    assert find_key(session, secret) is key
    assert (key.shown, len(key.shown)) == (secret[:7], 7), "enough to know a key by, and no more"


@pytest.mark.parametrize(
    ("name", "scopes"), [("erp", ["orders:fly"]), ("erp", []), (" ", ["orders:read"]), ("x" * 101, ["orders:read"])]
)
def test_a_key_needs_a_name_and_scopes_that_exist(session: Session, name: str, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        create_key(session, name=name, scopes=scopes, now=utcnow())


def test_use_is_noted_every_five_minutes(session: Session) -> None:
    now = utcnow()
    key, _ = create_key(session, name="erp", scopes=["orders:read"], now=now)
    assert note_use(session, key.id, now=now)
    assert not note_use(session, key.id, now=now + timedelta(minutes=4))
    assert note_use(session, key.id, now=now + timedelta(minutes=6))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer pk_wrong",
        "Basic cGs6",
        "bearer\tpk_x",
        "Bearer pk_\udcff",
        "Bearer " + "x" * 9000,
    ],
)
def test_without_a_valid_key_nothing_is_told(client: FlaskClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode("utf-8", "replace").decode("latin-1")}
    answer = client.get("/api/v1/orders", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["type"].endswith("#problem-unauthorized")


def test_a_revoked_key_is_no_key(api: FlaskClient, session: Session) -> None:
    assert api.get("/api/v1/orders").status_code == 200
    session.scalars(select(ApiKey)).one().revoked_at = utcnow()
    session.commit()
    assert api.get("/api/v1/orders").status_code == 401


def test_every_scope_opens_something(app) -> None:  # type: ignore[no-untyped-def]
    from app.api.http import openapi

    used = {route.operation.scope for route in openapi.routes(app)}
    assert used | {"metrics:read"} == set(SCOPES)

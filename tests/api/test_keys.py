"""Keys: needed, scoped, hashed at rest, noted when used, gone when revoked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key, find_key, note_use, rotate_key
from app.api.models import ApiKey
from app.core import tokens
from app.core.clock import utcnow
from app.core.errors import Conflict, Invalid
from tests.api.conftest import pointers


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


def test_a_rotated_key_opens_for_a_day_beside_the_new_one(session: Session) -> None:
    now = utcnow()
    old, old_secret = create_key(session, name="erp", scopes=["orders:read", "support"], now=now)
    new, new_secret = rotate_key(session, old.id, by="eva@shop.example", now=now)
    assert (new.name, new.scopes, new.made_by) == ("erp", old.scopes, "eva@shop.example")
    assert (find_key(session, old_secret), find_key(session, new_secret)) == (old, new)
    with pytest.raises(Conflict):
        rotate_key(session, old.id, by="eva@shop.example", now=now)
    old.ends_at = now - timedelta(seconds=1)
    session.flush()
    assert find_key(session, old_secret) is None


def test_a_key_says_where_it_was_used_from(api: FlaskClient, session: Session) -> None:
    api.get("/api/v1/orders")
    key = session.scalars(select(ApiKey)).one()
    assert (key.used_from, key.used_at is not None) == ("127.0.0.1", True)


def test_a_key_makes_keys_that_may_do_no_more_than_itself(key_with: Callable[..., FlaskClient]) -> None:
    maker = key_with("keys:write", "orders:read")
    beyond = maker.post("/api/v1/keys", json={"name": "wms", "scopes": ["orders:read", "returns:write"]})
    assert (beyond.status_code, pointers(beyond)) == (422, ["#/scopes/1"])
    made = maker.post("/api/v1/keys", json={"name": "wms", "scopes": ["orders:read"]})
    assert (made.status_code, made.json["made_by"], made.json["scopes"]) == (201, "api:narrow", ["orders:read"])
    listed = maker.get("/api/v1/keys")
    assert made.json["secret"] not in listed.text
    assert listed.json["scopes"].keys() == SCOPES.keys()


def test_keys_are_rotated_and_ended_over_http(
    key_with: Callable[..., FlaskClient], app: Flask, session: Session
) -> None:
    broad, _ = create_key(session, name="broad", scopes=["returns:write"], now=utcnow())
    maker = key_with("keys:write", "orders:read")
    assert maker.post(f"/api/v1/keys/{broad.id}/rotation").status_code == 422, "it would lend what it lacks"
    made = maker.post("/api/v1/keys", json={"name": "wms", "scopes": ["orders:read"]}).json
    rotated = maker.post(f"/api/v1/keys/{made['id']}/rotation").json
    assert rotated["secret"] != made["secret"]
    assert maker.delete(f"/api/v1/keys/{rotated['id']}").status_code == 204
    assert maker.delete(f"/api/v1/keys/{rotated['id']}").status_code == 409
    assert maker.delete("/api/v1/keys/999999").status_code == 404
    session.expire_all()
    assert (find_key(session, made["secret"]) is None, find_key(session, rotated["secret"])) == (False, None)

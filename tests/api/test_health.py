"""Health: alive, ready, and figures for those who may see them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import Engine, text

from app.core.db import Database
from app.core.tables import schema


def test_alive_says_ok(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_when_the_database_is_at_the_newest_migration(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_not_ready_behind_on_migrations(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "missing", lambda engine: "the database is at migration 0001, the program at 0007")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "0001" in answer.json["reason"]


@pytest.fixture
def no_database(flask_app: Flask) -> Iterator[None]:
    usual = flask_app.extensions["database"]
    flask_app.extensions["database"] = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    yield
    flask_app.extensions["database"] = usual


def test_not_ready_and_never_2xx_without_a_database(no_database: None, app_client: FlaskClient) -> None:
    assert app_client.get("/healthz").status_code == 200
    assert app_client.get("/readyz").status_code == 503
    answer = app_client.get("/api/v1/orders", headers={"Authorization": "Bearer pk_x"})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"


def test_figures_are_for_the_machine_itself_or_holders_of_the_token(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    here = client.get("/metrics")
    assert here.status_code == 200
    assert b"process_resident_memory_bytes" in here.data
    assert b"paradero_jobs" in here.data
    away = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_overrides=away).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    token = app.config["SETTINGS"].model_copy(update={"metrics_token": SecretStr("t0ken")})
    monkeypatch.setitem(app.config, "SETTINGS", token)
    for header, status in (("Bearer t0ken", 200), ("Bearer t0kem", 404), ("Bearer é", 404), ("", 404)):
        headers = {"Authorization": header.encode().decode("latin-1")}
        assert client.get("/metrics", headers=headers, environ_overrides=away).status_code == status
        assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize("name", ["synchronous_commit", "full_page_writes", "fsync"])
def test_a_database_that_may_forget_is_not_ready_unless_it_is_to_be_thrown_away(
    app_client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The tests' own database forgets everything, and says so."""
    assert app_client.get("/readyz").status_code == 200
    lasting = "'on' as fsync, 'on' as full_page_writes, 'on' as synchronous_commit, null as disposable"
    for off in ("", name):
        columns = lasting.replace(f"'on' as {off},", f"'off' as {off},") if off else lasting
        monkeypatch.setattr(schema, "_DURABLE", text(f"select {columns}"))
        answer = app_client.get("/readyz")
        assert answer.status_code == (503 if off else 200)
        assert (off in str(answer.json)) is True

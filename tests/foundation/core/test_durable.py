"""A database that may lose what it acknowledged is told by health, doctor and worker; tried on a real one."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from app import create_app
from app.core.settings import Settings
from app.core.tables import schema
from app.server import worker
from app.server.embedded import Embedded
from tests.conftest import SECRET

NAMES = ("fsync", "full_page_writes", "synchronous_commit")


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    """A PostgreSQL of its own, started as `make run` starts it."""
    folder = Path(tempfile.mkdtemp(prefix="paradero-durable-"))
    folder.chmod(0o755)
    embedded = Embedded(folder / "pg")
    yield embedded
    embedded.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def migrated(server: Embedded) -> str:
    url = server.database()
    schema.upgrade(url)
    return url


@pytest.fixture
def portal(migrated: str) -> Iterator[Flask]:
    app = create_app(Settings.from_env({"DATABASE_URL": migrated, "SECRET_KEY": SECRET}))
    yield app
    app.extensions["database"].engine.dispose()


def set_to(server: Embedded, name: str, value: str) -> None:
    """Have the server take the setting, and wait until whoever comes next finds it."""
    run(server, f"alter system set {name} = {value}", "select pg_reload_conf()")
    while run(server, f"show {name}") != value:
        run(server, "select pg_sleep(0.05)")


def run(server: Embedded, *statements: str) -> object:
    """Say it to the server as its owner; gives the last answer."""
    engine = create_engine(server.admin_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        return answers[-1].scalar() if answers[-1].returns_rows else None


def logged(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a worker that starts on this database logs as an error."""
    lines: list[str] = []
    monkeypatch.setattr(worker.engine, "database", lambda: portal.extensions["database"])
    monkeypatch.setattr(worker.log, "error", lambda event, **facts: lines.append(f"{event}: {facts['reason']}"))
    worker._wait_for_database()
    return lines


def test_the_database_of_make_run_forgets_nothing(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert portal.test_client().get("/readyz").status_code == 200
    assert "may lose" not in portal.test_cli_runner().invoke(args=["portal", "doctor"]).output
    assert logged(portal, monkeypatch) == []


@pytest.mark.parametrize("name", NAMES)
def test_one_that_may_forget_is_told_by_health_doctor_and_worker(
    portal: Flask, server: Embedded, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wrong = f"PostgreSQL may lose what it acknowledged: {name} is off"
    set_to(server, name, "off")
    try:
        answer = portal.test_client().get("/readyz")
        assert (answer.status_code, answer.json) == (503, {"status": "not ready", "reason": wrong})
        doctor = portal.test_cli_runner().invoke(args=["portal", "doctor"])
        assert doctor.exit_code == 1
        assert f"✗ {wrong}.\n  Switch it on: alter system set" in doctor.output
        assert logged(portal, monkeypatch) == [f"the database is not safe: {wrong}"]
    finally:
        set_to(server, name, "on")
    assert portal.test_client().get("/readyz").status_code == 200


def test_one_that_is_thrown_away_says_so_and_may(portal: Flask, server: Embedded) -> None:
    """Trials that measure or break things do not wait for the disk."""
    set_to(server, "fsync", "off")
    run(server, "alter role current_user set paradero.disposable = 'on'")
    try:
        assert portal.test_client().get("/readyz").status_code == 200
    finally:
        run(server, "alter role current_user reset paradero.disposable")
        set_to(server, "fsync", "on")

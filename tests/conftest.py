"""Fixtures: a real PostgreSQL built by the migrations, the application on it, and a clock to hand."""

import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from app import create_app
from app.connections.store import StoredValues
from app.core.db import Database
from app.core.i18n.catalogues import compile_catalogues
from app.core.settings import Settings
from app.core.tables.schema import upgrade
from app.orders.lookup import codes
from app.pages import shop
from app.server.embedded import Embedded
from app.staff.auth import passwords
from tests import scratch
from tests.locks import LockOrder
from tests.unlocked import Unlocked
from tests.voices import summary

SECRET = "a-secret-for-tests-only-0123456789abcdef"
# How long an example takes says how busy the machine is, and nothing of what it shows.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("untimed")
WALKS = ("tests/browser/", "tests/chaos/", "tests/foundation/server/", "tests/house/", "tests/returns/test_story.py")
# What production uses; tests/staff/auth/test_passwords.py holds how much work it makes.
HASHERS = {passwords: passwords._hasher, codes: codes._hasher}
KEPT = {"alembic_version", "procrastinate_workers"}


def pytest_configure(config: pytest.Config) -> None:
    """One throw-away server for all workers, made by the first process."""
    if hasattr(config, "workerinput"):
        return
    compile_catalogues()
    if "TEST_DATABASE_URL" not in os.environ and not config.option.collectonly:
        folder = scratch.folder()
        server = Embedded(folder / "pg", throw_away=True)
        os.environ["TEST_DATABASE_URL"] = server.admin_url
        config.stash[SERVER], config.stash[FOLDER] = server, folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no lines where a whole house is walked: it takes minutes, and other tests walk the same branches."""
    for item in items:
        if item.nodeid.startswith(WALKS):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their length: packed ones hold the time at which they were packed, and names must not."""
    return f"{argname} of {len(val)} bytes" if isinstance(val, bytes) else None


SERVER: pytest.StashKey[Embedded] = pytest.StashKey()
FOLDER: pytest.StashKey[Path] = pytest.StashKey()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server with the run."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def easy_hashes() -> Iterator[None]:
    """Hashes of the same kind with little work in each: tests sign in a thousand times."""
    with pytest.MonkeyPatch.context() as patched:
        for module in HASHERS:
            patched.setattr(module, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A database of this test process, built by the migrations."""
    admin = os.environ["TEST_DATABASE_URL"]
    name = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    url = engine.url.set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    yield url
    with engine.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings as a fresh installation has them, on the test database, and nothing of an installation that is here."""
    anchors = tmp_path_factory.mktemp("audit") / "audit.anchors"
    return Settings.from_env({"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "AUDIT_ANCHOR": str(anchors)})


@pytest.fixture(scope="session")
def flask_app(settings: Settings) -> Flask:
    """The application, made once."""
    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    # It stays as it was made: what tests count is not to depend on the seconds that they take.
    app.extensions["connections"].rest()
    shop.REMEMBERED_SECONDS = 86_400
    return app


@pytest.fixture(scope="session")
def engine(flask_app: Flask) -> Engine:
    """The application's engine, with the default brand in place."""
    made: Engine = flask_app.extensions["database"].engine
    with made.begin() as connection:
        connection.execute(
            text(
                "insert into brand (key, name, is_default, help_email) "
                "values ('demo', 'Almazara', true, 'ayuda@almazara.example') on conflict do nothing"
            )
        )
    return made


@contextmanager
def on_one_connection(app: Flask, connection: Connection) -> Iterator[Session]:
    """A session, and the application beside it, whose commits are savepoints on this connection."""
    database = app.extensions["database"]
    usual = database.sessions
    database.sessions = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        with database.sessions() as made:
            yield made
    finally:
        database.sessions = usual
        # With what was stored goes what it had put in force.
        app.extensions["connections"].take(StoredValues(None, {}))
        app.extensions.pop("houses", None)


@pytest.fixture
def session(flask_app: Flask, engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints of a transaction that is rolled back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            with on_one_connection(flask_app, connection) as made:
                yield made
        finally:
            outer.rollback()


@pytest.fixture
def app(flask_app: Flask, session: Session) -> Flask:
    """The application, seeing what ``session`` sees."""
    return flask_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, as Flask's own."""
    return app.test_client()


@pytest.fixture(scope="session")
def patient(engine: Engine) -> Iterator[Engine]:
    """The application's own engine, time-outs and all, with connections for many threads at once."""
    made = Database(engine.url.render_as_string(hide_password=False), pool_size=30, key=SECRET)
    yield made.engine
    made.engine.dispose()


@pytest.fixture
def committed(flask_app: Flask, engine: Engine, patient: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions whose commits are real, watched for rows locked against the one order; all is as before afterwards."""
    with engine.begin() as connection:
        brands = connection.scalar(text("select jsonb_agg(brand)::text from brand"))
    locks, unlocked = LockOrder(), Unlocked()
    with locks.watching(patient), locks.watching(engine), unlocked.watching(patient, engine):
        yield sessionmaker(patient, expire_on_commit=False)
    with engine.begin() as connection:
        names = connection.scalars(text("select quote_ident(tablename) from pg_tables where schemaname = 'public'"))
        emptied = [name for name in names if name not in KEPT]
        # The audit trail refuses to be emptied; only a superuser may pass its trigger by.
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(f"truncate {', '.join(emptied)} restart identity cascade"))
        # A policy that a test saved is not to hold in the next one.
        restored = "insert into brand select * from jsonb_populate_recordset(null::brand, cast(:brands as jsonb))"
        connection.execute(text(restored), {"brands": brands})
    flask_app.extensions.pop("houses", None)
    assert locks.reversals == []
    assert unlocked.changes == []


@pytest.fixture
def now() -> datetime:
    """A Sunday morning in November."""
    return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much was compared by whoever compares what the portal says."""
    if line := summary():
        terminalreporter.write_line(line)

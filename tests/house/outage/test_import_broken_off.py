"""An import whose database stops under it ends in one plain line, and goes on from there once it is back."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import create_app
from app.api.v1.examples import ORDER
from app.core.settings import Settings
from app.core.tables.schema import upgrade
from app.oms.files import commands, importing
from app.server.embedded import Embedded
from tests.conftest import SECRET

GOES_ON = "Called again with the same file, it goes on from here."


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where a PostgreSQL of its own lives."""
    folder = Path(tempfile.mkdtemp(prefix="paradero-import-"))
    folder.chmod(0o755)
    yield folder / "pg"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Five orders, of which the second is spoilt."""
    path = tmp_path / "o.ndjson"
    documents = [ORDER | {"number": f"{request.node.name[-9:]}{at}"} for at in range(5)]
    documents[1]["colour"] = "blue"
    path.write_text("".join(json.dumps(document) + "\n" for document in documents))
    return path


def portal(url: str) -> Flask:
    """The portal on that database."""
    return create_app(Settings.from_env({"DATABASE_URL": url, "SECRET_KEY": SECRET}))


def imported(app: Flask, file: Path) -> Result:
    return app.test_cli_runner().invoke(args=["portal", "orders", "import", str(file)])


def before_chunk(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], object]) -> None:
    """Have ``act`` done as the chunk of this number is to be taken, once."""
    usual, chunks = importing.take, []

    def take(session: Session, chunk: Any, *, now: Any) -> Any:
        chunks.append(chunk)
        # The transaction is open by then.
        session.execute(text("select 1"))
        if len(chunks) == number:
            act()
        return usual(session, chunk, now=now)

    monkeypatch.setattr(commands, "CHUNK", 2)
    monkeypatch.setattr(importing, "take", take)


def is_broken_off(result: Result) -> None:
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output and isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: The database broke off the import: ") and line.endswith(GOES_ON)
    assert result.stdout.splitlines()[-1] == "1 created, 0 updated, 0 unchanged, 1 refused"


def goes_on(app: Flask, file: Path) -> None:
    result = imported(app, file)
    assert (result.exit_code, "Going on at line 3" in result.stderr) == (1, True)
    assert result.stdout.splitlines()[-1] == "4 created, 0 updated, 0 unchanged, 1 refused"


def test_a_server_that_stops_in_the_middle(folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Embedded(folder)
    url = server.database()
    upgrade(url)
    app = portal(url)
    before_chunk(monkeypatch, 2, server.stop)
    try:
        is_broken_off(imported(app, file))
        away = imported(app, file)
        assert (away.exit_code, len(away.stderr.splitlines())) == (3, 1)
        assert "Traceback" not in away.output
    finally:
        again = Embedded(folder)
    try:
        goes_on(app, file)
    finally:
        app.extensions["database"].engine.dispose()
        again.stop()


def test_connections_that_are_ended_in_the_middle(
    database_url: str, committed: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, administrator = portal(database_url), create_engine(database_url)
    ours = "select count(pg_terminate_backend(pid)) from pg_stat_activity where state = 'idle in transaction'"

    def end_all() -> None:
        with administrator.connect() as connection:
            assert connection.scalar(text(f"{ours} and datname = current_database()"))

    before_chunk(monkeypatch, 2, end_all)
    try:
        is_broken_off(imported(app, file))
        goes_on(app, file)
    finally:
        app.extensions["database"].engine.dispose()
        administrator.dispose()


def test_a_database_that_is_not_migrated_is_a_fault_to_be_mended(folder: Path, file: Path) -> None:
    server = Embedded(folder.with_name("empty"))
    app = portal(server.database())
    try:
        result = imported(app, file)
        assert (result.exit_code, "paradero migrate" in result.stderr) == (2, True)
        assert len(result.stderr.splitlines()) == 1
    finally:
        app.extensions["database"].engine.dispose()
        server.stop()

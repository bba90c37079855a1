"""A command that cannot do its work says so in a line, and ends with 2; no trace of the program hides it."""

from pathlib import Path

import click
import pytest
from flask import Flask
from psycopg import errors
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError, TimeoutError

from app import create_app
from app.cli import Commands
from app.core.errors import Conflict, Fault, Invalid, ProviderRejected
from app.core.settings import Settings
from tests.conftest import SECRET

# One command of each room that reads the database.
READING = (
    "api-key list",
    "demo",
    "look-up demo",
    "messages why 1001",
    "migrate",
    "policy show",
    "postcodes import ES",
    "staff create ada@shop.example --role admin",
    "staff verify-audit",
    "tracking rebuild",
)


@pytest.fixture(scope="module")
def without_database() -> Flask:
    """A portal whose database is away: nobody listens at that port."""
    return create_app(Settings(database_url="postgresql+psycopg://u@127.0.0.1:9/x", secret_key=SecretStr(SECRET)))


@pytest.mark.parametrize("words", READING)
def test_a_database_that_is_away_is_told_in_a_line(without_database: Flask, words: str) -> None:
    done = without_database.test_cli_runner().invoke(args=["portal", *words.split()])
    assert done.exit_code == 2
    assert "✗ The database cannot be reached: connection failed" in done.stderr
    assert len(done.stderr.splitlines()) <= 3


def test_an_empty_database_is_to_be_migrated(engine: Engine, tmp_path: Path) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("drop database if exists nothing_in_it"))
        connection.execute(text("create database nothing_in_it"))
    try:
        url = engine.url.set(database="nothing_in_it").render_as_string(hide_password=False)
        app = create_app(Settings(database_url=url, secret_key=SecretStr(SECRET)))
        done = app.test_cli_runner().invoke(args=["portal", "policy", "show"])
        assert (done.exit_code, "«paradero migrate»" in done.stderr) == (2, True)
        app.extensions["database"].engine.dispose()
    finally:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("drop database nothing_in_it with (force)"))


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (Invalid([Fault("/name", "Write one."), Fault("", "Too much.")]), ["✗ /name: Write one.", "✗ Too much."]),
        (Conflict("Somebody was quicker."), ["✗ Somebody was quicker."]),
        (
            OperationalError("", {}, errors.LockNotAvailable()),
            ["✗ Others were at work on the same just now. Call it again."],
        ),
        (TimeoutError(), ["✗ The database has no connection left for this. Call it again."]),
    ],
)
def test_what_a_person_can_mend_is_a_line_each(app: Flask, error: Exception, lines: list[str]) -> None:
    done = app.test_cli_runner().invoke(_that_fails(error), args=["fail"])
    assert (done.exit_code, done.stderr.splitlines()) == (2, lines)


@pytest.mark.parametrize(
    "error", [ValueError("a fault of ours"), ProviderRejected("no"), ProgrammingError("", {}, errors.SyntaxError())]
)
def test_what_only_its_maker_can_mend_keeps_its_trace(app: Flask, error: Exception) -> None:
    assert app.test_cli_runner().invoke(_that_fails(error), args=["fail"]).exception is error


def _that_fails(error: Exception) -> Commands:
    group = Commands("portal")

    @group.command("fail")
    def fail() -> None:
        raise error

    assert isinstance(group, click.Group)
    return group

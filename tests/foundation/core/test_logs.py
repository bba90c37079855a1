"""Every line of every process is told in one way: JSON where that is set, an exception's facts in the same line."""

import ast
import contextlib
import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import procrastinate
import pytest
import structlog
from alembic import command
from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.core import logging as logs
from app.core.db import transaction
from app.core.logging import error_facts, lines
from app.core.queue import defer, queue_of
from app.core.settings import ROOT, Settings
from app.core.tables import schema
from app.server.commands import web_words, worker_words
from tests.conftest import SECRET

FILES = sorted((ROOT / "app").rglob("*.py"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
WORD = "filomena@canary.example"
Said = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    """What is written from now on, a document a line; every line must be one."""
    written, root, ours = io.StringIO(), logging.getLogger(), logging.getLogger(logs.OURS)
    usual = root.handlers[:], root.level, ours.level, structlog.get_config()
    monkeypatch.setattr(sys, "stderr", written)
    # Who configured it in this process before holds the hook of a test that is over.
    logging.captureWarnings(False)
    logs.configure(as_json=True)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level, ours.level = usual[:3]
    structlog.configure(**usual[3])
    logging.captureWarnings(False)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_line_of_ours_is_a_document(documents: Said) -> None:
    structlog.get_logger("app.somewhere").warning("a thing\nhappened", number=3, word="é")
    (line,) = documents()
    assert (line["event"], line["level"], line["logger"]) == ("a thing\nhappened", "warning", "app.somewhere")
    assert (line["number"], line["word"], line["timestamp"][-1]) == (3, "é", "Z")


@pytest.mark.parametrize("name", ["apscheduler.executors.default", "procrastinate.worker", "alembic.runtime", "x.y"])
def test_a_line_of_a_library_is_a_document_with_its_exception_inside(documents: Said, name: str) -> None:
    logging.getLogger(name).error("it %s", "failed", exc_info=raised(KeyError(WORD)))
    (line,) = documents()
    assert (line["event"], line["logger"], line["exception"]["type"]) == ("it failed", name, "KeyError")
    assert line["exception"]["at"][-1].startswith("tests/foundation/core/test_logs.py:")


def test_warnings_and_ends_of_threads_are_documents(documents: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    logs.watch_process()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)
    thread = threading.Thread(target=lambda: {}[WORD])
    thread.start()
    thread.join()
    error = raised(ValueError(WORD))
    sys.excepthook(ValueError, error, error.__traceback__)
    assert [line["logger"] for line in documents()] == ["py.warnings", "app", "app"]
    assert WORD not in json.dumps(documents())


def test_the_database_is_migrated_in_silence_or_in_documents(documents: Said, database_url: str) -> None:
    logging.getLogger("alembic").setLevel(logging.INFO)
    try:
        command.current(schema.config(database_url))
    finally:
        logging.getLogger("alembic").setLevel(logging.NOTSET)
    assert {line["logger"].partition(".")[0] for line in documents()} == {"alembic"}


def test_what_libraries_repeat_is_left_out(documents: Said) -> None:
    one = "Job send_code[12](sealed='gAAAAABpJ', to='x, y') ended"
    two = "Retrying: https://api.example/2010/Messages?To=%2B34611090201 for +34 611 090 201"
    for words in (one, two, f"broken: {WORD}", "key SG.aBcDeF1234567890xyz-_ of 323000760001"):
        logging.getLogger("library").warning(words)
    logging.getLogger("library").info("whole requests are told at this level: %s", WORD)
    assert [line["event"] for line in documents()] == [
        "Job send_code[12](…) ended",
        "Retrying: https://api.example/… for •••",
        "broken: •••",
        "key SG.••• of •••",
    ]


def test_a_job_that_breaks_names_itself_and_none_of_its_facts(
    documents: Said, committed: sessionmaker[Session], settings: Settings
) -> None:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=settings.psycopg_url))

    @app.task(name="send_code", queue=queue_of("send_code"))
    def broken(sealed: str, to: str) -> None:
        raise ValueError(f"{to} cannot be read in {sealed}")

    with committed() as session, transaction(session):
        defer(session, "send_code", sealed="gAAAAABsealed-canary-0123456789", to=WORD)
        defer(session, "send_code", sealed="another (with) brackets)", to="+34 611 090 201")
    app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    lines = [line for line in documents() if "send_code" in line["event"]]
    assert [line["exception"]["type"] for line in lines] == ["ValueError", "ValueError"]
    output = json.dumps(documents())
    assert [word for word in (WORD, "canary", "brackets", "611 090") if word in output] == []


def test_the_level_is_the_settings_and_no_lower_for_libraries(documents: Said) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as written:
        logs.configure(as_json=True, level="DEBUG")
        structlog.get_logger("app.x").debug("ours")
        logging.getLogger("urllib3").debug("theirs")
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == ["ours"]


class Contact(BaseModel):
    """A document that holds an address."""

    email: int


def failing_row(engine: Engine, statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as error, engine.connect() as connection:
        connection.execute(text(statement), {"word": WORD})
    return error.value


def test_an_exception_never_repeats_what_somebody_typed(engine: Engine) -> None:
    with pytest.raises(ValidationError) as bad:
        Contact.model_validate({"email": WORD})
    outer = raised(RuntimeError(WORD))
    outer.__cause__ = raised(FileNotFoundError(2, "No such file", WORD))
    twice = f"create temp table t (email text unique) on commit drop; insert into t values ('{WORD}'), ('{WORD}')"
    errors = [
        bad.value, outer, raised(KeyError(WORD)), raised(ValueError(WORD)), raised(Exception(WORD)),
        failing_row(engine, "select cast(:word as integer)"), failing_row(engine, "select :word from nowhere"),
        failing_row(engine, twice.replace(":", "")),
    ]  # fmt: skip
    for error in errors:
        assert WORD not in json.dumps(error_facts(error)) + lines(error_facts(error))
    assert 'relation "nowhere" does not exist' in error_facts(errors[6])["says"]
    assert error_facts(errors[7])["says"].startswith("23505 duplicate key value violates unique constraint")
    assert error_facts(outer)["because"]["says"] == "No such file"


def test_what_speaks_of_the_program_is_told() -> None:
    assert error_facts(raised(AttributeError("'NoneType' object has no attribute 'ref'")))["says"].endswith("'ref'")
    assert "sys.py" not in str(error_facts(raised(KeyError("x")))["at"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_lines_are_written_by_one_way_and_name_nothing_event(path: Path) -> None:
    """``event`` is the name of the logger's own first parameter: to pass it is an error inside the error's handler."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    written = [node for node in calls if node.func.attr in LEVELS and _is_logger(node.func.value)]
    assert [node.lineno for node in written if any(word.arg == "event" for word in node.keywords)] == []
    assert [node.lineno for node in written if len(node.args) != 1] == [], "facts are named, not formatted"
    if path.name not in ("logging.py", "faults.py"):
        levels = {id(node.func.value) for node in calls if node.func.attr == "setLevel"}
        others = [node.lineno for node in calls if node.func.attr == "getLogger" and id(node) not in levels]
        assert others == [], "structlog.get_logger() writes lines"


def _is_logger(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("log", "logger")) or isinstance(node, ast.Call)


@pytest.fixture
def empty_database(engine: Engine) -> Iterator[str]:
    """The address of a database without a single table."""
    name = f"bare_{uuid.uuid4().hex[:12]}"
    admin = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture
def environ(empty_database: str) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    variables = {
        "DATABASE_URL": empty_database,
        "SECRET_KEY": SECRET,
        "LOG_JSON": "1",
        "PORT": port,
        "WEB_WORKERS": "1",
    }
    return {**os.environ, **variables}


def test_the_web_server_writes_nothing_but_documents(environ: dict[str, str]) -> None:
    """Every page breaks where there is no table; who asked for it is in no line."""
    process = _start(web_words(Settings.from_env(environ)), environ)
    try:
        url = f"http://127.0.0.1:{environ['PORT']}"
        assert _asked(process, f"{url}/healthz") == 200
        assert _asked(process, f"{url}/l/{'t0ken' * 8}") == 500
        assert _asked(process, f"{url}/preferences/{'t0ken' * 8}?email={WORD}") == 500
    finally:
        process.send_signal(signal.SIGTERM)
        written = process.communicate(timeout=120)[0]
    entries = [json.loads(line) for line in written.splitlines()]
    broken = [line for line in entries if line["event"] == "unforeseen error"]
    assert [line["route"] for line in broken] == ["/l/<token>", "/preferences/<token>"]
    assert "42P01" in broken[0]["exception"]["says"]
    assert WORD not in written
    assert "t0ken" not in written


def _start(words: list[str], environ: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _asked(process: "subprocess.Popen[str]", url: str) -> int:
    """The status of an answer; a server that is starting is asked again."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 (an address of our own)
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            threading.Event().wait(0.1)
    return 0


def test_the_worker_writes_nothing_but_documents(environ: dict[str, str]) -> None:
    """Without a table it does not begin, and says why."""
    process = _start(worker_words(), environ)
    written = process.communicate(timeout=120)[0]
    last = [json.loads(line) for line in written.splitlines()][-1]
    assert process.returncode == 1
    assert last["event"] == "the process ends by an error"
    assert "paradero migrate" in last["exception"]["says"]


def test_a_person_at_a_terminal_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("x", logging.ERROR, "", 1, "broken", (), None)
    error = raised(TypeError("no such word"))
    record.exc_info = (TypeError, error, error.__traceback__)
    assert logs.formatter(as_json=False).format(record).splitlines()[-1] == "TypeError: no such word"

"""How a process begins: in plain words where the settings are wrong, and beside ``make run`` without any."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.settings import ROOT
from app.server import start
from tests.conftest import SECRET

WRONG = {"DATABASE_URL": "mysql://x", "SECRET_KEY": "short-canary", "PORT": "abc", "UPS_CLIENT_ID": "only-half-canary"}
NAMES = {"DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "PORT", "VAR_DIR", "PUBLIC_URL", "DEMO", "PRODUCTION"}


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command in a shell that sets nothing else."""
    bare = {name: value for name, value in os.environ.items() if name not in NAMES}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=ROOT, env=bare | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [("doctor",), ("api-key", "list"), ("staff", "create", "x", "--role", "admin")])
def test_a_command_says_every_fault_and_no_traceback(words: tuple[str, ...]) -> None:
    done = run("-m", "flask", "portal", *words, **WRONG)
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 4)
    assert "Traceback" not in done.stderr + done.stdout
    for name in ("DATABASE_URL", "SECRET_KEY", "PORT", "UPS_CLIENT_SECRET"):
        assert f"✗ {name} " in done.stdout
    assert "canary" not in done.stdout + done.stderr


def test_a_command_without_any_settings_says_which_are_needed(tmp_path: Path) -> None:
    done = run("-m", "flask", "portal", "doctor", VAR_DIR=str(tmp_path))
    assert (done.returncode, done.stdout.count("is not set")) == (2, 2)


def test_an_import_without_settings_says_so_and_ends_as_with_a_file_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "o.ndjson").write_text("{}\n")
    done = run(
        "-m", "paradero", "orders", "import", str(tmp_path / "o.ndjson"), VAR_DIR=str(tmp_path), SECRET_KEY=SECRET
    )
    assert (done.returncode, done.stderr) == (2, "")
    lacking, where = done.stdout.splitlines()
    assert lacking == "✗ DATABASE_URL is not set. See docs/configuration.md."
    assert "beside «make run» a command finds its database by itself" in where


@pytest.mark.parametrize("words", [("-c", "import wsgi"), ("-m", "app.server.worker")])
def test_a_server_ends_with_one_line_that_names_the_faults(words: tuple[str, ...]) -> None:
    done = run(*words, **WRONG, LOG_JSON="1")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    faults = json.loads(line)["faults"]
    assert [fault.partition(":")[0] for fault in faults] == ["DATABASE_URL", "PORT", "SECRET_KEY", "UPS_CLIENT_SECRET"]
    assert "canary" not in line


def test_a_server_that_breaks_at_its_start_says_so_in_one_line() -> None:
    broken = "import app.server.start; app.server.start.create_app = lambda settings: 1 / 0; import wsgi"
    done = run("-c", broken, DATABASE_URL="postgresql://x@y/z", SECRET_KEY=SECRET, LOG_JSON="1")
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["exception"]["type"] == "ZeroDivisionError"
    assert done.returncode == 1


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    """A portal that ``make run`` keeps running, as it is written down."""
    monkeypatch.setattr(start, "FILE", tmp_path / "running.json")
    (tmp_path / "secret_key").write_text(SECRET)
    chosen = {
        "DATABASE_URL": database_url,
        "SECRET_KEY_FILE": str(tmp_path / "secret_key"),
        "PORT": "8001",
        "DEMO": "1",
    }
    start.keep({**chosen, "PUBLIC_URL": "http://127.0.0.1:8001", "OTHER": "x"}, inherited={"OTHER": "x"})
    return tmp_path


def test_a_command_beside_make_run_finds_its_portal(folder: Path) -> None:
    done = run("-m", "flask", "portal", "api-key", "create", "beside", "--scope", "orders:read", VAR_DIR=str(folder))
    assert done.stdout.startswith("pk_"), done.stderr
    doctor = run("-m", "flask", "portal", "doctor", VAR_DIR=str(folder))
    assert "customers reach the portal at http://127.0.0.1:8001" in doctor.stdout


def test_what_is_kept_is_for_its_owner_and_goes_with_the_portal(folder: Path) -> None:
    file = folder / "running.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "OTHER" not in json.loads(file.read_text())
    start.forget()
    start.forget()
    assert start.completed({}) == {}


def test_what_is_set_goes_before_what_is_kept(folder: Path) -> None:
    assert start.completed({"PORT": "9"})["PORT"] == "9"
    assert "SECRET_KEY_FILE" not in start.completed({"SECRET_KEY": "x"})
    for own in ({"DATABASE_URL": "x"}, {"DATABASE_URL_FILE": "x"}, {"PRODUCTION": "1"}):
        assert start.completed(own) == own


def test_what_was_given_by_hand_is_not_written_down(folder: Path) -> None:
    environ = {"DATABASE_URL": "postgresql://me:secret@host/db", "DEMO": "0"}
    start.keep({**environ, "PORT": "8000"}, inherited=environ)
    assert json.loads((folder / "running.json").read_text()) == {"PORT": "8000"}

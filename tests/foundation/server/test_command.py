"""The command ``paradero``: what it offers, where its data lie, and what is in the way of ``paradero run``."""

import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import COMMANDS, paradero, portal
from app.core.settings import ROOT, data_folder
from app.server.supervisor import laptops
from tests.served import free_port

OURS = {"PARADERO_DATA", "VAR_DIR", "PORT", "DATABASE_URL", "SECRET_KEY", "TEST_DATABASE_URL", "PUBLIC_URL", "DEMO"}


def called(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """``paradero …`` in a shell that sets nothing else, to its end."""
    # «make test» leaves word of itself, by which the command would speak of «make run».
    bare = {name: value for name, value in os.environ.items() if name not in OURS and name != "MAKELEVEL"}
    command = [sys.executable, "-m", "paradero", *words]
    return subprocess.run(command, cwd=ROOT, env=bare | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    command = portal.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.name == name
    short_help = command.get_short_help_str(1000)
    assert short_help.startswith(COMMANDS[name].help.rstrip(".")), short_help


def test_both_ways_in_offer_the_same_and_one_starts_it_all() -> None:
    assert set(paradero.list_commands(None)) - set(portal.list_commands(None)) == {"run"}  # type: ignore[arg-type]
    assert CliRunner().invoke(paradero, ["nonsense"]).exit_code == 2


def test_help_and_version_load_neither_flask_nor_the_rooms() -> None:
    for word in ("--help", "--version"):
        watched = f"import sys, paradero; sys.argv[1:] = ['{word}']\n"
        watched += (
            "try: paradero.main()\nexcept SystemExit: pass\nsys.exit(bool({'flask', 'sqlalchemy'} & {*sys.modules}))"
        )
        done = subprocess.run([sys.executable, "-c", watched], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_an_old_python_is_told_which_it_must_be() -> None:
    old = "import sys; sys.version_info = (3, 10, 4); import paradero; sys.exit(paradero.main())"
    done = subprocess.run([sys.executable, "-c", old], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "needs Python 3.11 or newer; this is 3.10" in done.stderr


def test_the_data_lie_where_one_says_in_the_checkout_or_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_folder({"PARADERO_DATA": "here", "VAR_DIR": "/there"}) == Path.cwd() / "here"
    assert data_folder({"VAR_DIR": "/there"}) == Path("/there")
    assert data_folder({}) == ROOT / "var"
    assert data_folder({"XDG_DATA_HOME": "/data"}, root=tmp_path) == Path("/data/paradero")
    monkeypatch.setenv("HOME", "/people/ana")
    monkeypatch.setattr(sys, "platform", "linux")
    assert data_folder({}, root=tmp_path) == Path("/people/ana/.local/share/paradero")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert data_folder({}, root=tmp_path) == Path("/people/ana/Library/Application Support/paradero")


def test_a_service_without_a_home_keeps_them_where_services_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert data_folder({}, root=tmp_path) == Path("/var/lib/paradero")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_port_that_is_taken_is_said(taken: int, tmp_path: Path) -> None:
    done = called("run", "--port", str(taken), "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Port {taken} is in use. Stop what uses it, or choose another: paradero run --port 8001\n"
    assert "make run PORT=8001" in called("run", PORT=str(taken), PARADERO_DATA=str(tmp_path), MAKELEVEL="1").stderr


def test_a_folder_that_cannot_be_written_into_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    done = called("--data", str(folder), "run", "--port", str(free_port()))
    assert done.returncode == 2
    assert done.stderr.startswith(f"The data cannot be kept in {folder}: Not a directory. ")


def test_a_port_that_is_none_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    done = called("run", PORT="abc", PARADERO_DATA=str(tmp_path), DATABASE_URL="postgresql://me@127.0.0.1/x")
    assert done.returncode == 2
    assert "PORT: must be a whole number" in done.stderr


def test_a_file_named_from_here_is_found_by_processes_that_work_elsewhere() -> None:
    environ = laptops({"SECRET_KEY_FILE": "keys/secret", "AUDIT_ANCHOR": "/anchors", "SMTP_URL_FILE": "", "PORT": "9"})
    assert environ["SECRET_KEY_FILE"] == str(Path.cwd() / "keys" / "secret")
    assert (environ["AUDIT_ANCHOR"], environ["SMTP_URL_FILE"], environ["PORT"]) == ("/anchors", "", "9")
    assert environ["PUBLIC_URL"] == "http://127.0.0.1:9"


def test_every_fault_of_the_settings_is_said_and_nothing_done(tmp_path: Path) -> None:
    done = called("doctor", DATABASE_URL="mysql://x", SECRET_KEY="short", PARADERO_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert [name for name in ("DATABASE_URL", "SECRET_KEY") if f"✗ {name} " not in done.stdout] == []


def test_what_the_lock_leaves_out_is_imported_by_nothing_that_runs() -> None:
    """Every part of karrio's connectors that we ask, the clients of SendGrid and Twilio, and the whole portal."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = project["tool"]["uv"]["exclude-dependencies"]
    modules = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}
    assert {"aiohttp", "jwt", "barcode", "toml"} <= modules
    script = f"import sys; sys.modules.update(dict.fromkeys({sorted(modules)!r})); {WALK}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


IMPORTED_AS = {"pyjwt": "jwt", "python-barcode": "barcode"}
WALK = """
import importlib, pkgutil
from app.carriers.base import karrio as sdk
from app.core.parts import SEAMS
# For a translation by Django, which nobody loads.
NEVER = ("i18n",)
def walk(name):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), name + "."):
        if module.name.rpartition(".")[2] not in NEVER:
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                print(module.name, error)
sdk.code_table("fedex")
import karrio.mappers
for connector in pkgutil.iter_modules(karrio.mappers.__path__):
    walk(f"karrio.mappers.{connector.name}")
    walk(f"karrio.providers.{connector.name}")
    sdk.client(connector.name, {})
import sendgrid, sendgrid.helpers.mail, twilio.rest, twilio.request_validator, twilio.http.http_client
walk("app")
"""

"""What a shop copies to its machines: no secret gets into the image or the repository, nothing listens to strangers."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app.cli import COMMANDS
from tools import image, notice

ROOT = Path(__file__).resolve().parents[3]
SECRET_FILES = [".env", ".env.production", "var/secret_key", "var/postgres/PG_VERSION", "tls.pem", "deep/tls.key"]
BUILT_FILES = [
    "app/static/vendor/htmx-0.js",
    "app/translations/es/LC_MESSAGES/messages.mo",
    "dist/x.whl",
    "tests/x.py",
]
NEEDED_FILES = [
    ".env.example",
    "wsgi.py",
    "app/core/settings/__init__.py",
    "migrations/env.py",
    "requirements.txt",
    "requirements-build.txt",
    "package.json",
    "paradero.py",
    "tools/wheel.py",
    "docs/configuration.md",
    "README.md",
    "LICENSE",
    "NOTICE",
]
NAMES_OF_SECRETS = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|DATABASE_URL|SMTP_URL")


LEFT_OUT = tuple((ROOT / ".dockerignore").read_text().split())


def in_image(path: str) -> bool:
    """Whether ``COPY . .`` takes this file."""
    return image.taken(path, LEFT_OUT)


@pytest.mark.parametrize("path", SECRET_FILES)
def test_a_secret_does_not_get_into_the_image(path: str) -> None:
    assert not in_image(path)


@pytest.mark.parametrize("path", BUILT_FILES)
def test_what_is_built_here_is_built_anew_for_the_image(path: str) -> None:
    assert not in_image(path)


@pytest.mark.parametrize("path", NEEDED_FILES)
def test_the_image_has_what_it_runs_on(path: str) -> None:
    assert in_image(path)


@pytest.mark.parametrize(("path", "status"), [(".env", 0), (".env.production", 0), ("var/x", 0), (".env.example", 1)])
def test_git_leaves_settings_and_data_alone(path: str, status: int) -> None:
    process = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
    assert process.returncode == status


def test_containers_are_published_to_this_machine_only() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not str(port).startswith("127.0.0.1:")] == []


def test_nothing_that_is_handed_out_holds_a_secret() -> None:
    variables = [line.partition("=") for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line]
    assert [name for name, _, value in variables if NAMES_OF_SECRETS.search(name) and value] == []
    compose = (ROOT / "compose.yaml").read_text()
    assert re.findall(r"^ *\w*(?:PASSWORD|SECRET|TOKEN|KEY)\w*: (?!\$\{).+", compose, re.M) == []


def test_the_example_names_every_setting() -> None:
    from app.core.settings import brought_settings, complete

    every = [name.upper() for kind in (complete(), *brought_settings()) for name in kind.model_fields]
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert set(every) - named == set() and len(every) > 30


def test_the_image_has_no_extras_and_every_role_is_a_command_of_the_portal() -> None:
    steps = list(image.instructions((ROOT / "Dockerfile").read_text()))
    assert [rest for name, rest in steps if name == "RUN" and ("-run" in rest or "-dev" in rest or "[" in rest)] == []
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    commands = [json.loads(rest) for name, rest in steps if name == "CMD"]
    commands += [service["command"] for service in services.values() if "command" in service]
    assert [command for command in commands if command[0] != "paradero" or command[1] not in COMMANDS] == []
    assert {command[1] for command in commands} == {"web", "worker", "migrate"}


def test_the_notice_names_all_that_is_installed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert notice.main(["check"]) == 0
    other = re.sub(r"^flask 3\S+", "flask 2.0", notice.NOTICE.read_text(), count=1, flags=re.M)
    monkeypatch.setattr(notice, "NOTICE", tmp_path / "NOTICE")
    notice.NOTICE.write_text(other)
    assert notice.main(["check"]) == 1
    assert "still names flask 2.0" in capsys.readouterr().out

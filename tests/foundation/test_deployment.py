"""What a shop copies to its machines: no secret gets into the image or the repository, nothing listens to strangers."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRET_FILES = [".env", ".env.production", "var/secret_key", "var/postgres/PG_VERSION", "tls.pem", "deep/tls.key"]
NEEDED_FILES = [
    ".env.example",
    "wsgi.py",
    "app/core/settings.py",
    "migrations/env.py",
    "requirements.txt",
    "package.json",
]
NAMES_OF_SECRETS = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|DATABASE_URL|SMTP_URL")


def in_image(path: str) -> bool:
    """Whether ``COPY . .`` takes this file, as Docker reads .dockerignore: the last pattern that fits decides."""
    taken = True
    for line in (ROOT / ".dockerignore").read_text().split():
        pattern = line.removeprefix("!")
        parts = path.split("/")
        heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        anywhere = pattern.removeprefix("**/")
        names = parts if pattern.startswith("**/") else heads
        if any(fnmatch(name, anywhere) for name in names):
            taken = line.startswith("!")
    return taken


@pytest.mark.parametrize("path", SECRET_FILES)
def test_a_secret_does_not_get_into_the_image(path: str) -> None:
    assert not in_image(path)


@pytest.mark.parametrize("path", NEEDED_FILES)
def test_the_image_has_what_it_runs_on(path: str) -> None:
    assert in_image(path)


@pytest.mark.parametrize(("path", "status"), [(".env", 0), (".env.production", 0), ("var/x", 0), (".env.example", 1)])
def test_git_leaves_settings_and_data_alone(path: str, status: int) -> None:
    found = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
    assert found.returncode == status


def test_containers_are_published_to_this_machine_only() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not str(port).startswith("127.0.0.1:")] == []


def test_nothing_that_is_handed_out_holds_a_secret() -> None:
    given = [line.partition("=") for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line]
    assert [name for name, _, value in given if NAMES_OF_SECRETS.search(name) and value] == []
    compose = (ROOT / "compose.yaml").read_text()
    assert re.findall(r"^ *\w*(?:PASSWORD|SECRET|TOKEN|KEY)\w*: (?!\$\{).+", compose, re.M) == []


def test_the_example_names_every_setting() -> None:
    from app.core.settings import brought_settings, complete

    every = [name.upper() for kind in (complete(), *brought_settings()) for name in kind.model_fields]
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert set(every) - named == set() and len(every) > 30

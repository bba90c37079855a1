"""A provider brought by a package, as the page on extending shows it: it sends and reports, no line of ours changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.house import packages
from tests.notify.stand_in import StandIn, provider

KEY, HOOK = "paloma-key-of-the-shop", "paloma-secret-of-the-shop"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package in the documentation, installed."""
    files = packages.documented("A sender of messages")
    entry_points = packages.entry_points_of(files.pop("pyproject.toml"))
    return packages.install(tmp_path, "paradero-paloma", files, entry_points)


@pytest.fixture
def paloma() -> Any:
    with provider() as api:
        yield api


def test_an_installed_provider_sends_and_its_reports_are_understood(
    committed: sessionmaker[Session], database_url: str, installed: Path, tmp_path: Path, paloma: StandIn
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    paloma.answers = [(201, {}, {"id": "P-1"}), (400, {}, {"code": "number_refuses"})]
    settings = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "PALOMA_URL": paloma.url,
        "PALOMA_HOOK_SECRET": HOOK,
    }
    mine = {"PALOMA_KEY_FILE": str(tmp_path / "key"), "PALOMA_FROM": "+34611111111"}
    seen = packages.run(installed, "tests.notify.installed_story", **settings, **mine)

    assert (seen["names"]["sms"], seen["names"]["email"]) == (["paloma"], ["sandbox"])
    assert seen["from"] == "+34611111111" and seen["sent"] == 2
    texts = [json.loads(request.body) for request in paloma.requests]
    assert [text["reference"] for text in texts] == seen["references"]
    assert {text["from"] for text in texts} == {"+34611111111"} and all(text["text"] for text in texts)
    assert {request.headers["Authorization"] for request in paloma.requests} == {f"Bearer {KEY}"}
    # The second number refuses: nothing goes there any more.
    assert seen["after_sending"] == [["accepted", "P-1", None], ["failed", None, "paloma:number_refuses"]]
    assert seen["suppressed"] == [["sms", "paloma:number_refuses"]]
    assert seen["hook"] == [401, 202, 202]
    assert seen["after_report"][0] == ["delivered", "P-1", None]
    assert "SMS leaves through a provider" in seen["doctor"]
    assert not [where for where, text in seen.items() if KEY in str(text) or HOOK in str(text)]


FAULTY = """
from app.core.settings import PartSettings
from app.notify.kinds import Channel
from app.notify.providers.declaration import Provider


class Thief(PartSettings):
    switch = "secret_key"
    secret_key: str | None = None


def declare(name, settings=PartSettings):
    return Provider(name=name, title=name, channels=(Channel.SMS,), settings=settings, make=print, codes={})


good = declare("good")
renamed = declare("another")
nothing = "no declaration"
"""
THIEF = FAULTY + '\nsecret = declare("secret", Thief)\n'


def test_what_is_no_provider_of_its_name_or_takes_a_setting_of_ours_is_left_out(tmp_path: Path) -> None:
    files = {"faulty/__init__.py": "", "faulty/some.py": FAULTY, "faulty/thief.py": THIEF}
    named = {name: f"faulty.some:{name}" for name in ("good", "renamed", "nothing", "absent")}
    target = packages.install(
        tmp_path, "faulty", files, {"paradero.providers": named | {"secret": "faulty.thief:secret"}}
    )
    settings = {"DATABASE_URL": "postgresql://nobody@localhost/none", "SECRET_KEY": SECRET}
    seen = packages.run(target, "tests.notify.installed_witness", **settings)
    assert seen["providers"] == ["sendgrid", "twilio", "smtp", "good", "sandbox"]
    assert seen["endpoints"] == ["sandbox", "sendgrid", "twilio", "twilio-inbound"]
    assert [fault for name in ("renamed", "nothing") for fault in seen["misfits"] if f"«{name}»" in fault]
    assert [fault for name in ("absent", "secret") for fault in seen["faults"] if f"«{name}» cannot be loaded" in fault]
    assert len(seen["misfits"]) == len(seen["faults"]) == 2 and not seen["carries"]

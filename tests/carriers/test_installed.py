"""A carrier brought by a package, as the page on extending shows it: used in full, no line of the portal changed."""

import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from tests.carriers.installed_story import NUMBER
from tests.carriers.stand_in import StandIn, standing_in
from tests.conftest import SECRET
from tests.house import packages

STORY = "tests.carriers.installed_story"
KEY, HOOK = "veloz-key-of-the-shop", "veloz-secret-of-the-shop"


def told(*codes: str) -> dict[str, Any]:
    """Veloz's document: these scans, an hour apart, the last one an hour ago."""
    start = utcnow() - timedelta(hours=len(codes))
    hours = [(start + timedelta(hours=rank)).isoformat(timespec="seconds") for rank in range(len(codes))]
    events = [{"at": at, "code": code, "text": code, "town": "Jaén"} for at, code in zip(hours, codes, strict=True)]
    return {"shipments": [{"number": NUMBER, "events": events}]}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package in the documentation, installed."""
    files = packages.documented("A carrier")
    entry_points = packages.entry_points_of(files.pop("pyproject.toml"))
    return packages.install(tmp_path, "paradero-veloz", files, entry_points)


def run(target: Path, database_url: str, api: StandIn, **environ: str) -> Any:
    body = json.dumps(told("ALTA", "RUTA", "REPARTO", "OK"))
    signature = hmac.new(HOOK.encode(), body.encode(), "sha256").hexdigest()
    known = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "VELOZ_API_URL": api.url}
    return packages.run(target, STORY, "veloz", body, signature, **known, VELOZ_WEBHOOK_SECRET=HOOK, **environ)


def test_an_installed_carrier_is_asked_heard_and_shown_like_ours(
    committed: sessionmaker[Session], database_url: str, installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    with standing_in({"GET /shipments": (200, told("ALTA", "RUTA", "REPARTO"))}) as api:
        seen = run(installed, database_url, api, VELOZ_API_KEY_FILE=str(tmp_path / "key"))
    assert [(path, headers["authorization"]) for _, path, headers, _ in api.asked] == [
        (f"/shipments?numbers={NUMBER}", f"Bearer {KEY}")
    ]
    assert (seen["asked"], seen["pushed"]) == ("out_for_delivery", "delivered")
    assert seen["hook"] == [401, 202, 202]
    assert seen["sources"] == ["poll:veloz", "push:veloz"]
    assert "Veloz Envíos" in seen["page"]
    assert f"https://www.veloz.example/seguimiento?envio={NUMBER}" in seen["page"]
    assert [mail for mail in seen["mails"] if "Veloz Envíos" in mail]
    assert "can be asked: veloz." in seen["doctor"] and "hooks/carriers/…: veloz." in seen["doctor"]
    assert "VELOZ_API_KEY" in seen["list"]
    assert not [where for where, text in seen.items() if KEY in str(text) or HOOK in str(text)]


def test_half_of_its_settings_stops_the_start_as_for_ours(
    committed: sessionmaker[Session], database_url: str, installed: Path
) -> None:
    with standing_in({}) as api, pytest.raises(AssertionError, match="BadSettings: VELOZ_…_FILE: cannot read it"):
        run(installed, database_url, api, VELOZ_API_KEY_FILE="/nowhere/at/all")

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
    settings = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "VELOZ_API_URL": api.url}
    return packages.run(target, STORY, "veloz", body, signature, **settings, VELOZ_WEBHOOK_SECRET=HOOK, **environ)


def test_an_installed_carrier_is_asked_heard_and_shown_like_ours(
    committed: sessionmaker[Session], database_url: str, installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    with standing_in({"GET /shipments": (200, told("ALTA", "RUTA", "REPARTO"))}) as api:
        seen = run(installed, database_url, api, VELOZ_API_KEY_FILE=str(tmp_path / "key"))
    assert [(path, headers["authorization"]) for _, path, headers, _ in api.requests] == [
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


FAULTY = """
from app.carriers.base.declaration import AskingAccess, Carrier, Endpoint
from app.carriers.base.plain import parcels
from app.carriers.webhooks import signatures


def refuse(credentials):
    raise RuntimeError("no " + credentials["key"])


def endpoint(setting, source=None):
    return Endpoint(setting, signatures.standard(), source=source)


good = Carrier("good", "Good", access=AskingAccess({"GOOD_KEY": "key"}, make=refuse))
renamed = Carrier("another", "Another")
greedy = Carrier("greedy", "Greedy", aliases=("royal_mail", "ups"))
intruder = Carrier("intruder", "Intruder", parcels=parcels, endpoint=endpoint("INTRUDER_SECRET", "aftership"))
thief = Carrier("thief", "Thief", parcels=parcels, endpoint=endpoint("SECRET_KEY"))
nothing = "no declaration"
"""
NAMES = ("good", "renamed", "greedy", "intruder", "thief", "nothing", "absent", "unreadable")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What becomes of a package all of whose carriers but one are at fault, and that one cannot be made to ask."""
    files = {"faulty/__init__.py": "", "faulty/carriers.py": FAULTY, "faulty/broken.py": "import no_such_module"}
    named = {name: f"faulty.carriers:{name}" for name in NAMES} | {"unreadable": "faulty.broken:CARRIER"}
    target = packages.install(tmp_path_factory.mktemp("faulty"), "faulty", files, {"paradero.carriers": named})
    settings = {"DATABASE_URL": "postgresql://nobody@localhost/none", "SECRET_KEY": SECRET, "GOOD_KEY": KEY}
    return packages.run(target, "tests.carriers.installed_witness", **settings, LAPOSTE_API_KEY="k", THIEF_KEY="x")


def test_what_is_no_carrier_of_its_name_is_left_out_and_the_others_stay(faulty: Any) -> None:
    assert {"good", "greedy", "intruder", "thief", "ups", "evri"} <= set(faulty["carriers"])
    assert not {"renamed", "another", "nothing", "absent", "unreadable"} & set(faulty["carriers"])
    assert (faulty["titles"]["nothing"], faulty["titles"]["unreadable"]) == ("Nothing", "Unreadable")
    assert faulty["choices"]["ups"] == "UPS"


def test_what_is_ours_cannot_be_claimed(faulty: Any) -> None:
    assert faulty["alias"] == "royalmail"
    assert faulty["pushing"]["aftership"] == "aftership"
    assert not {"thief", "intruder"} & set(faulty["pushing"].values())
    assert (faulty["secret"], faulty["brought"]) == (SECRET, [])


def test_a_carrier_that_cannot_be_made_to_ask_stops_no_other(faulty: Any) -> None:
    assert faulty["sources"] == ["laposte"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "good"])
def test_each_fault_is_told_to_the_doctor(faulty: Any, name: str) -> None:
    assert [fault for fault in faulty["faults"] if f"«{name}»" in fault]
    assert KEY not in str(faulty["faults"])

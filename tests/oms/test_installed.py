"""A system brought by a package, as the page on extending shows it: what it delivers becomes orders."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.core.parts import SYSTEMS, parts
from app.core.settings import PartSettings, Settings
from app.oms.ports import System
from tests.conftest import SECRET
from tests.house import packages

HOOK = "tienda-secret-of-the-shop"


def order(number: str, **changes: Any) -> dict[str, Any]:
    """One of Tienda's orders."""
    times = {"created": "2026-11-20T10:00:00+01:00", "changed": "2026-11-20T11:00:00+01:00"}
    items = [{"ref": "a", "name": "Botijo", "units": 2, "cents": 1850}]
    return {"id": number, **times, "state": "paid", "name": "Ana", "email": "ana@example.com", "items": items} | changes


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package in the documentation, installed."""
    files = packages.documented("An OMS")
    entry_points = packages.entry_points_of(files.pop("pyproject.toml"))
    return packages.install(tmp_path, "paradero-tienda", files, entry_points)


def test_what_an_installed_system_delivers_becomes_orders(
    committed: sessionmaker[Session], database_url: str, installed: Path
) -> None:
    good, odd = {"orders": [order("T-1"), order("T-2", state="sent")]}, {"orders": [order("T-3", state="lost?")]}
    settings = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "OMS_TIENDA_SECRET": HOOK}
    bodies = [json.dumps(body) for body in (good, odd, [])]
    seen = packages.run(installed, "tests.oms.installed_story", *bodies, **settings)
    assert seen["answers"] == [401, 202, 202] * 3
    assert seen["orders"] == [["T-1", "confirmed"], ["T-2", "shipped"]]
    assert seen["lines"] == [["Botijo", 2]] * 2
    assert [row[:2] for row in seen["kept"]] == [
        ["oms:tienda", "done"],
        ["oms:tienda", "dead"],
        ["oms:tienda", "dead"],
    ]
    assert "#/orders/0/status" in seen["kept"][1][2] and "no delivery of Tienda" in seen["kept"][2][2]
    assert "may deliver orders: Tienda." in seen["doctor"]


@pytest.mark.parametrize("system", parts(SYSTEMS).values(), ids=lambda system: system.name)
def test_a_system_of_ours_says_what_it_is(system: System[PartSettings]) -> None:
    folder = Path("app/oms") / system.name / "system.py"
    assert folder.is_file() and system.title
    assert (system.webhook is None) != (system.commands is None)
    bare = Settings.from_env({"DATABASE_URL": "postgresql://x/y", "SECRET_KEY": SECRET})
    if system.webhook is not None:
        assert list(system.webhook.secrets(bare.of(system.settings))) == []


class Greedy(PartSettings):
    """A setting that is another's."""

    twilio_from: str = ""


@pytest.mark.parametrize(("name", "settings"), [("Tienda", PartSettings), ("tienda", Greedy)])
def test_what_would_take_anothers_place_cannot_be_declared(name: str, settings: type[PartSettings]) -> None:
    with pytest.raises(ValueError):
        System(name=name, title="Tienda", settings=settings)

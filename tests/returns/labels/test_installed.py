"""A label maker brought by a package, as the page on extending shows it: a return's label is its label."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.brands.models import Brand
from app.core.db import transaction
from tests.conftest import SECRET
from tests.house import packages
from tests.notify.stand_in import provider

KEY, FILE = "rapida-key-of-the-shop", b"%PDF-1.7 made elsewhere"
WAITS = "Estamos preparando tu etiqueta"


@pytest.fixture
def policies(committed: sessionmaker[Session]) -> Iterator[None]:
    """The brands' policies are as before when the test is over: brands stay from test to test."""
    with committed() as session:
        before = {brand.key: brand.policy for brand in session.scalars(select(Brand))}
    yield
    with committed() as session, transaction(session):
        for brand in session.scalars(select(Brand).with_for_update()):
            brand.policy = before[brand.key]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package in the documentation, installed."""
    files = packages.documented("A label maker")
    entry_points = packages.entry_points_of(files.pop("pyproject.toml"))
    return packages.install(tmp_path, "paradero-rapida", files, entry_points)


def test_an_installed_maker_makes_the_label_of_a_return(
    committed: sessionmaker[Session], policies: None, database_url: str, installed: Path
) -> None:
    with provider() as rapida:
        rapida.answers = [(201, {}, {"number": "RA00000001ES", "pdf": base64.b64encode(FILE).decode()})]
        environment = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "RAPIDA_URL": rapida.url, "RAPIDA_KEY": KEY}
        seen = packages.run(installed, "tests.returns.labels.installed_story", **environment)
    (request,) = rapida.requests
    assert (request.method, request.path, request.headers["Authorization"]) == ("POST", "/labels", f"Bearer {KEY}")
    body = json.loads(request.body)
    assert (body["sender"]["city"], body["sender"]["country"], body["grams"]) == ("Madrid", "ES", 180)
    assert body["recipient"]["name"] and request.headers["Idempotency-Key"]

    assert seen["before"]["number"] is None and WAITS in seen["before"]["page"]
    assert (seen["after"]["number"], seen["after"]["carrier"]) == ("RA00000001ES", "rapida")
    assert "RA00000001ES" in seen["after"]["page"] and WAITS not in seen["after"]["page"]
    assert "label.pdf?size=4x6" in seen["after"]["page"]
    assert not [file for file in ("label.zpl", "size=a4") if file in seen["after"]["page"]]
    assert seen["pdf"] == [200, "application/pdf", FILE.decode()] and seen["others"] == [FILE.decode(), 303]
    assert seen["told"] == ["return.requested", "return.approved", "return.label_ready"]
    assert "makes no labels here" not in seen["doctor"]
    assert not [where for where, text in seen.items() if KEY in str(text)]

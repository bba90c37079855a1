"""Brands from the command line: what is wrong is a line a fault and ends with 2."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.brands.models import Brand
from tests.brands.test_document import WHOLE
from tests.brands.test_pictures import drawn


def run(app: Flask, *words: str) -> Result:
    """``paradero brand …``."""
    return app.test_cli_runner().invoke(args=["portal", "brand", *words])


def said(app: Flask, key: str = "demo") -> dict[str, object]:
    """What a brand says of itself."""
    document: dict[str, object] = json.loads(run(app, "show", key).stdout)
    return document


def test_a_brand_is_set_by_options_and_what_is_not_named_stays(app: Flask, session: Session) -> None:
    words = ("--help-email", "ayuda@norte.example", "--languages", "en, es", "--set", "returns_to.usual.country=ES")
    place = ("--set", "returns_to.usual.line1=Calle Mayor 1", "--set", "returns_to.usual.city=Bilbao")
    assert run(app, "set", "demo", "--name", "Casa Norte").exit_code == 0
    done = run(app, "set", "demo", *words, *place)
    assert (done.exit_code, done.stdout) == (0, "demo: version 3 is in force.\n")
    document = said(app)
    assert (document["name"], document["languages"]) == ("Casa Norte", ["en", "es"])
    session.expire_all()
    address = {"line1": "Calle Mayor 1", "city": "Bilbao", "country": "ES"}
    assert session.get_one(Brand, "demo").return_address == address
    assert {row.actor.partition(":")[0] for row in session.scalars(select(AuditRow))} == {"cli"}


def test_a_brand_is_added_from_a_file_and_listed(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "norte.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    assert run(app, "add", "norte", "--file", str(tmp_path / "norte.json"), "--name", "Norte").exit_code == 0
    assert said(app, "norte") == WHOLE | {"name": "Norte"}
    assert run(app, "list").stdout.splitlines()[1] == "norte  Norte  pedidos.norte.example"


def test_each_fault_is_a_line_and_the_end_is_2(app: Flask) -> None:
    done = run(app, "set", "demo", "--help-email", "nobody", "--time-zone", "Bilbao", "--host", "x")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "help.email: Write an e-mail address such as help@shop.example.",
        "time_zone: Choose a time zone such as Europe/Madrid.",
        "host: Write a host name alone, such as orders.shop.example.",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("set", "demo"),
        ("set", "demo", "--set", "name"),
        ("show", "nobody"),
        ("set", "nobody", "--name", "x"),
        ("restore", "demo", "9"),
        ("retire", "demo"),
        ("rename", "demo", "Ñandú"),
        ("add", "demo", "--name", "x"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_trace(app: Flask, words: tuple[str, ...]) -> None:
    done = run(app, *words)
    assert done.exit_code in (1, 2)
    assert isinstance(done.exception, SystemExit)
    assert done.stderr and "Traceback" not in done.stderr


def test_a_file_that_is_no_document_is_refused(app: Flask, tmp_path: Path) -> None:
    for text in ("{", "[]"):
        (tmp_path / "x.json").write_text(text, encoding="utf-8")
        assert run(app, "set", "demo", "--file", str(tmp_path / "x.json")).exit_code == 2


def test_versions_are_listed_and_brought_back(app: Flask) -> None:
    before = said(app)
    run(app, "set", "demo", "--name", "Casa Norte")
    assert run(app, "restore", "demo", "1").stdout == "demo: version 3 is in force.\n"
    assert said(app) == before
    lines = run(app, "history", "demo").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["3", "live"], ["2", "replaced"], ["1", "replaced"]]


def test_a_picture_is_set_from_a_file(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(drawn())
    (tmp_path / "bad.svg").write_text("<svg/>", encoding="utf-8")
    assert run(app, "file", "demo", "logo", str(tmp_path / "logo.png")).stdout == "demo: logo is 300 × 100.\n"
    refused = run(app, "file", "demo", "icon", str(tmp_path / "bad.svg"))
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (2, "look.icon")


def test_key_default_and_retirement(app: Flask) -> None:
    run(app, "add", "norte", "--name", "Norte")
    assert run(app, "rename", "norte", "sur").exit_code == 0
    assert run(app, "retire", "norte").stdout == "norte is retired.\n"
    assert run(app, "retire", "sur", "--undo").exit_code == 0
    assert run(app, "default", "sur").exit_code == 0
    assert run(app, "list").stdout.splitlines()[0] == "sur  Norte  default"

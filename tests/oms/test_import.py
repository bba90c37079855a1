"""The import: a line a fault, nothing half-done, resumed where it stopped."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.api.v1.examples import ORDER
from app.audit.models import AuditRow
from app.oms.files import commands, importing, progress
from app.oms.files.progress import ImportProgress
from app.orders.models import Order, OrderLine
from tests.oms.test_spreadsheet import HEAD, ROW


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["portal", "orders", "import", *words])


def _ndjson(path: Path, *documents: Any) -> str:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in documents]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")
    return str(path)


def _count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_good_orders_are_taken_and_counted(app: Flask, session: Session, tmp_path: Path) -> None:
    file = _ndjson(tmp_path / "o.ndjson", *(ORDER | {"number": f"N{at}"} for at in range(3)))
    first = _run(app, file)
    assert first.exit_code == 0, first.output
    assert "3 created, 0 updated, 0 unchanged, 0 refused" in first.output
    assert _count(session, Order) == 3
    assert _count(session, ImportProgress) == 0
    newer = ORDER | {"number": "N0", "updated_at": "2026-11-09T00:00:00Z", "status": "completed"}
    older = ORDER | {"number": "N1", "updated_at": "2026-10-09T00:00:00Z"}
    second = _run(app, _ndjson(tmp_path / "p.ndjson", newer, older, ORDER | {"number": "N2"}))
    assert "0 created, 1 updated, 2 unchanged" in second.output


def test_each_fault_has_its_line_and_nothing_is_half_done(app: Flask, session: Session, tmp_path: Path) -> None:
    spoilt = ORDER | {"number": "BAD", "lines": [ORDER["lines"][0] | {"quantity": 0}], "colour": 1}
    no_brand = ORDER | {"number": "ALSO", "brand": "nobody"}
    file = _ndjson(tmp_path / "o.ndjson", ORDER, "", spoilt, "{", "[]", no_brand, ORDER | {"number": "GOOD"})
    result = _run(app, file)
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if line.startswith("line ")]
    assert [line.rsplit(": ", 1)[0] for line in lines[:2]] == ["line 3: #/lines/0/quantity", "line 3: #/colour"]
    assert [line.split(":")[0] for line in lines[2:]] == ["line 4", "line 5", "line 6"]
    assert set(session.scalars(select(Order.number))) == {"1001", "GOOD"}
    assert _count(session, OrderLine) == 2


def test_everything_wrong_with_an_order_is_told_at_once(app: Flask, session: Session, tmp_path: Path) -> None:
    rows = [ROW.format(f"A{number}", 1) for number in range(1, 4)]
    spoilt = {"confirmed": "shiped", ",2,": ",0,", "1990": "12.50", "a@example.com": "nobody"}
    for good, bad in spoilt.items():
        rows[1] = rows[1].replace(good, bad)
    assert all(bad in rows[1] for bad in spoilt.values())
    file = tmp_path / "o.csv"
    file.write_text("\n".join([HEAD, *rows]) + "\n")
    result = _run(app, str(file))
    faults = [line.split(": ")[:2] for line in result.output.splitlines() if line.startswith("line ")]
    assert sorted(faults) == [
        ["line 3", "#/customer/email"],
        ["line 3", "#/lines/0/quantity"],
        ["line 3", "#/status"],
        ["line 3", "line.unit_price"],
    ]
    assert set(session.scalars(select(Order.number))) == {"A1", "A3"}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("colour", ""), ("quantity", "line.quantity"), ("line.titel", "line.title"), ("Placed At", "placed_at"),
     ("shipment.traking_number", "shipment.tracking_number")],
)  # fmt: skip
def test_an_unknown_column_is_named_with_the_one_that_is_meant(
    app: Flask, tmp_path: Path, wrong: str, right: str
) -> None:
    file = tmp_path / "o.csv"
    file.write_text(f"{HEAD},{wrong}\n")
    result = _run(app, str(file))
    meant = f"; is {right} meant?" if right else ""
    assert f"Error: {wrong}: There is no such column{meant}\n" in result.output


def test_what_is_no_list_of_orders_is_said_in_one_line(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(b"\xff\xfe garbage,\x00\x01,more\n1,2,3\n")
    result = _run(app, str(file))
    (line,) = [line for line in result.output.splitlines() if line.startswith("Error")]
    assert (result.exit_code, "names none of the columns" in line, line.isprintable()) == (1, True, True)


def test_bytes_that_are_no_text_are_a_fault_of_their_line(app: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(
        f"{HEAD}\n{ROW.format('A1', 1)}\n".encode()
        + ROW.format("A2", 1).replace("Camisa", "Cami\udcf1a").encode("utf-8", "surrogateescape")
        + b"\n"
    )
    result = _run(app, str(file))
    assert "line 3: #: The text is not UTF-8" in result.output
    assert session.scalars(select(Order.number)).all() == ["A1"]


def test_an_interrupted_import_goes_on_where_it_was(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    file = _ndjson(tmp_path / "o.ndjson", *(ORDER | {"number": f"N{at}"} for at in range(6)))
    usual, taken = importing.take, []

    def dies(session: Session, chunk: Any, tally: Any, *, now: Any) -> None:
        taken.append([entry.number for entry in chunk])
        usual(session, chunk, tally, now=now)
        if len(taken) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(commands.importing, "take", dies)
    assert _run(app, file).exit_code != 0
    assert set(session.scalars(select(Order.number))) == {"N0", "N1"}
    result = _run(app, file)
    assert result.exit_code == 0
    assert "Going on at line 3" in result.output
    assert "6 created, 0 updated, 0 unchanged, 0 refused" in result.output
    assert session.scalars(select(AuditRow.detail)).one()["created"] == 6
    assert taken == [["N0", "N1"], ["N2", "N3"], ["N2", "N3"], ["N4", "N5"]]
    assert _count(session, Order) == 6
    assert "6 unchanged" in _run(app, file).output


def _left_off(session: Session, file: str) -> None:
    """As a run that was broken off after the first line, which it refused."""
    now = session.scalar(select(func.now()))
    file_hash = commands._hash(Path(file))
    progress.remember(session, file_hash, progress.ImportCounts(refused=1), name="o", next_line=2, now=now)
    session.commit()


def test_it_can_be_told_to_begin_again(app: Flask, session: Session, tmp_path: Path) -> None:
    file = _ndjson(tmp_path / "o.ndjson", ORDER)
    _left_off(session, file)
    ended = _run(app, file)
    assert ended.exit_code == 1
    assert "0 created, 0 updated, 0 unchanged, 1 refused" in ended.output
    _left_off(session, file)
    assert "1 created, 0 updated, 0 unchanged, 0 refused" in _run(app, file, "--from-start").output


@pytest.mark.parametrize(("name", "text"), [("o.xlsx", "x"), ("o.csv", "colour\nblue\n"), ("o.csv", "")])
def test_a_file_that_is_not_understood_is_refused_before_anything(
    app: Flask, tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    result = _run(app, str(file))
    assert result.exit_code == 1
    assert "Error: " in result.output


def test_an_empty_file_holds_no_orders(app: Flask, tmp_path: Path) -> None:
    assert "0 created" in _run(app, _ndjson(tmp_path / "o.ndjson", "")).output

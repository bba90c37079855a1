"""The import: a line a fault, nothing half-done, resumed where it stopped, and an ending that says what came of it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.api.v1.examples import ORDER
from app.audit.models import AuditRow
from app.oms.files import commands, importing, progress
from app.oms.files.progress import ImportProgress
from app.orders.models import Order, OrderLine
from tests.oms.sheets import HEAD, ROW


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["portal", "orders", "import", *words])


def _ndjson(path: Path, *documents: Any) -> str:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in documents]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")
    return str(path)


def _csv(path: Path, *rows: str, head: str = HEAD) -> str:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return str(path)


def _count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _lines(result: Result, begin: str) -> list[str]:
    return [line for line in result.output.splitlines() if line.startswith(begin)]


def test_good_orders_are_taken_and_counted(app: Flask, session: Session, tmp_path: Path) -> None:
    file = _ndjson(tmp_path / "o.ndjson", *(ORDER | {"number": f"N{at}"} for at in range(3)))
    first = _run(app, file)
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines()[-1] == "3 created, 0 updated, 0 unchanged, 0 refused"
    assert _count(session, Order) == 3
    assert _count(session, ImportProgress) == 0
    newer = ORDER | {"number": "N0", "updated_at": "2026-11-09T00:00:00Z", "status": "completed"}
    older = ORDER | {"number": "N1", "updated_at": "2026-10-09T00:00:00Z"}
    second = _run(app, _ndjson(tmp_path / "p.ndjson", newer, older, ORDER | {"number": "N2"}))
    assert "0 created, 1 updated, 2 unchanged" in second.output


def test_of_two_documents_of_one_order_the_later_one_counts_wherever_it_stands(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    later = ORDER | {"updated_at": "2026-11-09T00:00:00Z", "status": "completed"}
    for at, documents in enumerate(([ORDER, later], [later | {"number": "X"}, ORDER | {"number": "X"}])):
        result = _run(app, _ndjson(tmp_path / f"{at}.ndjson", *documents))
        assert result.exit_code == 0
    assert set(session.scalars(select(Order.status))) == {"completed"}


def test_each_fault_has_its_line_and_nothing_is_half_done(app: Flask, session: Session, tmp_path: Path) -> None:
    spoilt = ORDER | {"number": "BAD", "lines": [ORDER["lines"][0] | {"quantity": -1}], "colour": 1}
    no_brand = ORDER | {"number": "ALSO", "brand": "nobody"}
    file = _ndjson(tmp_path / "o.ndjson", ORDER, "", spoilt, "{", "[]", no_brand, ORDER | {"number": "GOOD"})
    result = _run(app, file)
    assert result.exit_code == 1
    lines = _lines(result, "line ")
    assert [line.rsplit(": ", 1)[0] for line in lines[:2]] == ["line 3: #/lines/0/quantity", "line 3: #/colour"]
    assert [line.split(":")[0] for line in lines[2:]] == ["line 4", "line 5", "line 6"]
    assert set(session.scalars(select(Order.number))) == {"1001", "GOOD"}
    assert _count(session, OrderLine) == 2


def test_one_that_cannot_be_stored_leaves_the_others_of_its_chunk(app: Flask, session: Session, tmp_path: Path) -> None:
    # Refused by a rule of the table, which no check of the document knows.
    session.execute(text('alter table "order" alter column note type varchar(5)'))
    file = _ndjson(tmp_path / "o.ndjson", ORDER, ORDER | {"number": "BAD", "note": "too long"}, ORDER | {"number": "B"})
    result = _run(app, file)
    assert _lines(result, "line ") == ["line 2: #: Something here cannot be stored"]
    assert "2 created, 0 updated, 0 unchanged, 1 refused" in result.output
    assert set(session.scalars(select(Order.number))) == {"1001", "B"}


def test_everything_wrong_with_an_order_is_told_at_once_by_its_columns(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    rows = [ROW.format(f"A{number}", 1) + "," for number in range(1, 4)]
    spoilt = {"confirmed": "shiped", ",2,": ",-2,", "1990": "1e3", "EUR": "euros"}
    for good, bad in spoilt.items():
        rows[1] = rows[1].replace(good, bad)
    rows[1] += "nobody"
    assert all(bad in rows[1] for bad in spoilt.values())
    result = _run(app, _csv(tmp_path / "o.csv", *rows, head=HEAD + ",brand"))
    assert sorted(line.split(": ")[:2] for line in _lines(result, "line ")) == [
        ["line 3", "brand"],
        ["line 3", "currency"],
        ["line 3", "line.quantity"],
        ["line 3", "line.unit_price"],
        ["line 3", "status"],
    ]
    assert set(session.scalars(select(Order.number))) == {"A1", "A3"}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("colour", ""), ("quantity", "line.quantity"), ("line.titel", "line.title"), ("plased_at", "placed_at"),
     ("shipment.traking_number", "shipment.tracking_number"), ("Payment Status", "payment_status")],
)  # fmt: skip
def test_an_unknown_column_is_named_with_the_one_that_is_meant(
    app: Flask, tmp_path: Path, wrong: str, right: str
) -> None:
    result = _run(app, _csv(tmp_path / "o.csv", head=f"{HEAD},{wrong}"))
    meant = f"; is {right} meant?" if right else ""
    assert f"Error: {wrong}: There is no such column{meant}\n" in result.output


def test_what_is_no_list_of_orders_is_said_in_one_line(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(b"\xff\xfe garbage,\x00\x01,more\n1,2,3\n")
    result = _run(app, str(file))
    (line,) = _lines(result, "Error")
    assert (result.exit_code, "names none of the columns" in line, line.isprintable()) == (2, True, True)


def test_what_was_set_right_is_said_in_sum_and_on_demand_one_by_one(app: Flask, tmp_path: Path) -> None:
    rows = [ROW.format(f"A{at}", 1).replace("1990", '"19,90"') + ",+12" for at in range(5)]
    file = _csv(tmp_path / "o.csv", *rows, head=HEAD + ",customer.phone")
    sums = _lines(_run(app, file), "note: ")
    assert sums == [
        "note: line.unit_price: Amounts with decimals were read as minor units: 19.90 as 1990 "
        "(5 times, first in line 2, 3, 4)",
        "note: customer.phone: This is no phone number that can be read: no texts are sent to it. "
        "(5 times, first in line 2, 3, 4)",
    ]
    single = _lines(_run(app, file, "--notes"), "note: ")
    assert (len(single), single[-1].split(": ")[1:3]) == (10, ["line 6", "customer.phone"])


def test_json_lines_have_the_same_notes(app: Flask, tmp_path: Path) -> None:
    documents = [ORDER | {"number": f"N{at}", "payments": [{"amount": 1}]} for at in range(4)]
    result = _run(app, _ndjson(tmp_path / "o.ndjson", *documents))
    assert (
        "note: #/payments/*/id: It was missing; the usual value was taken. (4 times, first in line 1, 2, 3)"
        in result.output
    )


def test_a_check_says_what_would_come_of_it_and_writes_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    assert _run(app, _ndjson(tmp_path / "a.ndjson", ORDER)).exit_code == 0
    audited = _count(session, AuditRow)
    newer = ORDER | {"updated_at": "2026-11-09T00:00:00Z", "status": "completed"}
    file = _ndjson(tmp_path / "o.ndjson", newer, ORDER | {"number": "NEW"}, ORDER | {"number": "BAD", "lines": 1})
    result = _run(app, file, "--check")
    ending = "1 created, 1 updated, 0 unchanged, 1 refused (checked only: nothing was written)"
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, ending)
    session.expire_all()
    assert [(order.number, order.status) for order in session.scalars(select(Order))] == [("1001", ORDER["status"])]
    assert (_count(session, AuditRow), _count(session, ImportProgress)) == (audited, 0)
    assert _run(app, file).stdout.splitlines()[-1] == "1 created, 1 updated, 0 unchanged, 1 refused"


def test_refused_rows_are_mended_in_their_own_file_and_imported_again(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    head = HEAD + ",ship_to.postcode"
    good, bad = ROW.format("A1", 1) + ",08001", ROW.format("000123", 1) + ',"08001"'
    file = tmp_path / "o.csv"
    text = "\n".join([head, good, bad.replace(",2,", ",x,"), "000123,,,,,,2,#REF!,1,500,"]).replace(",", ";") + "\n"
    file.write_text(text, encoding="utf-8")
    refused = tmp_path / "refused.csv"
    assert _run(app, str(file), "--refused", str(refused)).exit_code == 1
    rows = list(csv.reader(refused.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == [*head.split(","), "refused_because"]
    assert [row[-1].split(":")[0] for row in rows[1:]] == ["line.quantity", "line.title"]
    assert [row[:-1] for row in rows[1:]] == [line.split(";") for line in text.replace('"', "").splitlines()[2:]]
    mended = refused.read_text(encoding="utf-8").replace(";x;", ";2;").replace("#REF!", "Falda")
    refused.write_text(mended, encoding="utf-8")
    again = _run(app, str(refused), "--refused", str(tmp_path / "again.csv"))
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "1 created, 0 updated, 0 unchanged, 0 refused")
    assert (tmp_path / "again.csv").read_text(encoding="utf-8-sig").splitlines() == [rows[0] and ";".join(rows[0])]
    assert set(session.scalars(select(Order.number))) == {"A1", "000123"}


def test_refused_json_lines_say_why_within_themselves(app: Flask, tmp_path: Path) -> None:
    refused = tmp_path / "refused.ndjson"
    file = _ndjson(tmp_path / "o.ndjson", ORDER | {"status": "shiped"}, "{broken", ORDER | {"number": "GOOD"})
    _run(app, file, "--refused", str(refused))
    document, broken = refused.read_text(encoding="utf-8").splitlines()
    assert ("/status: " in json.loads(document)["refused_because"], broken) == (True, "{broken")
    refused.write_text(document.replace("shiped", "shipped"), encoding="utf-8")
    assert "1 created" in _run(app, str(refused)).output


def test_a_run_that_goes_on_with_another_file_of_refused_rows_begins_it(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _interrupted(monkeypatch, 2)
    file = _csv(tmp_path / "o.csv", *(ROW.format(f"A{at}", 1).replace(",2,", ",x,") for at in range(4)))
    assert _run(app, file, "--refused", str(tmp_path / "one.csv")).exit_code == 130
    other = tmp_path / "other.csv"
    assert "0 unchanged, 4 refused" in _run(app, file, "--refused", str(other)).output
    assert [row.split(",")[0] for row in other.read_text(encoding="utf-8-sig").splitlines()] == ["number", "A2", "A3"]


def test_a_place_where_nothing_can_be_written_is_told_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    result = _run(app, _csv(tmp_path / "o.csv", ROW.format("A1", 1)), "--refused", str(tmp_path / "no" / "r.csv"))
    assert (result.exit_code, "No such file or directory" in result.stderr) == (2, True)


def test_the_file_itself_is_never_written_over(app: Flask, tmp_path: Path) -> None:
    file = _csv(tmp_path / "o.csv", ROW.format("A1", 1))
    assert _run(app, file, "--refused", file).exit_code == 2
    assert (tmp_path / "o.csv").read_text(encoding="utf-8").startswith(HEAD)


def _interrupted(monkeypatch: pytest.MonkeyPatch, at: int) -> list[list[str]]:
    """Have the import interrupted as it takes its chunk of this number; gives the chunks that were taken."""
    usual, taken = importing.take, []

    def take(session: Session, chunk: Any, *, now: Any) -> Any:
        taken.append([order.entry.number for order in chunk])
        outcomes = usual(session, chunk, now=now)
        if len(taken) == at:
            raise KeyboardInterrupt
        return outcomes

    monkeypatch.setattr(commands, "CHUNK", 2)
    monkeypatch.setattr(importing, "take", take)
    return taken


def test_an_interrupted_import_goes_on_where_it_was(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = _interrupted(monkeypatch, 2)
    file = _ndjson(tmp_path / "o.ndjson", *(ORDER | {"number": f"N{at}"} for at in range(6)))
    broken = _run(app, file)
    assert (broken.exit_code, broken.stdout.splitlines()[-1]) == (130, "2 created, 0 updated, 0 unchanged, 0 refused")
    assert set(session.scalars(select(Order.number))) == {"N0", "N1"}
    result = _run(app, file)
    assert result.exit_code == 0
    assert "Going on at line 3" in result.output
    assert "6 created, 0 updated, 0 unchanged, 0 refused" in result.output
    assert session.scalars(select(AuditRow.detail)).one()["created"] == 6
    assert taken == [["N0", "N1"], ["N2", "N3"], ["N2", "N3"], ["N4", "N5"]]
    assert _count(session, Order) == 6
    assert "6 unchanged" in _run(app, file).output


def test_rows_apart_and_refused_ones_are_neither_lost_nor_told_twice_when_it_breaks_off(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, calls = progress.remember, []

    def remember(*facts: Any, **more: Any) -> None:
        calls.append(facts)
        # The refused rows are written by now, and the transaction is not committed.
        if len(calls) == 2:
            raise RuntimeError
        usual(*facts, **more)

    monkeypatch.setattr(commands, "CHUNK", 2)
    monkeypatch.setattr(progress, "remember", remember)
    rows = [ROW.format("A", 1), ROW.format("B", 1), ROW.format("BAD1", 1), ROW.format("C", 1)]
    rows += [ROW.format("BAD2", 1), ROW.format("A", 2), ROW.format("D", 1)]
    file = _csv(tmp_path / "o.csv", *(row.replace(",2,", ",x,") if "BAD" in row else row for row in rows))
    refused = tmp_path / "refused.csv"
    broken = _run(app, file, "--refused", str(refused))
    assert isinstance(broken.exception, RuntimeError)
    assert "BAD2" in refused.read_text(encoding="utf-8-sig")
    assert broken.stdout.splitlines()[-1] == "1 created, 0 updated, 0 unchanged, 1 refused"
    ended = _run(app, file, "--refused", str(refused))
    assert ended.stdout.splitlines()[-1] == "4 created, 0 updated, 0 unchanged, 2 refused"
    assert [row.split(",")[0] for row in refused.read_text(encoding="utf-8-sig").splitlines()[1:]] == ["BAD1", "BAD2"]
    lines_of_a = select(OrderLine.line_id).join(Order, Order.id == OrderLine.order_id).where(Order.number == "A")
    assert set(session.scalars(lines_of_a)) == {"1", "2"}


def test_faults_of_orders_that_were_committed_and_not_told_of_are_told_by_the_next_run(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [ORDER | {"number": f"N{at}"} for at in range(6)]
    documents[2]["colour"] = documents[5]["size"] = "?"
    file, usual, chunks = _ndjson(tmp_path / "o.ndjson", *documents), commands._Taking.done, []

    def done(taking: Any, outcomes: Any) -> None:
        chunks.append(outcomes)
        # As when the process is killed: the chunk is committed, and nothing is said of it.
        if len(chunks) in (2, 3):
            raise RuntimeError
        usual(taking, outcomes)

    monkeypatch.setattr(commands, "CHUNK", 2)
    monkeypatch.setattr(commands._Taking, "done", done)
    assert not _lines(_run(app, file), "line")
    second = _run(app, file)
    assert _lines(second, "line") == ["line 3: #/colour: Unknown field"], second.output
    last = _run(app, file)
    assert _lines(last, "line") == ["line 6: #/size: Unknown field"], last.output
    assert (last.exit_code, last.stdout.splitlines()[-1]) == (1, "4 created, 0 updated, 0 unchanged, 2 refused")
    assert _count(session, ImportProgress) == 0


def _left_off(session: Session, file: str) -> None:
    """As a run that was broken off after the first line, which it refused."""
    now = session.scalar(select(func.now()))
    file_hash = commands._hash(Path(file))
    reached = progress.Resumed(2, progress.ImportCounts(refused=1))
    progress.remember(session, file_hash, reached, name="o", now=now)
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
    assert (result.exit_code, result.stdout) == (2, "0 created, 0 updated, 0 unchanged, 0 refused\n")
    assert "Error: " in result.stderr


def test_a_file_that_is_not_there_is_refused(app: Flask) -> None:
    assert _run(app, "nowhere.csv").exit_code == 2


def test_an_empty_file_holds_no_orders(app: Flask, tmp_path: Path) -> None:
    assert "0 created" in _run(app, _ndjson(tmp_path / "o.ndjson", "")).output


def test_a_line_now_and_then_says_how_far_it_is_where_no_terminal_is(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.oms.files.report._SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(commands, "CHUNK", 2)
    result = _run(app, _csv(tmp_path / "o.csv", *(ROW.format(f"A{at}", 1) for at in range(3))))
    assert result.stderr.splitlines() == ["o.csv: line 3 of 4", "o.csv: line 4 of 4"]

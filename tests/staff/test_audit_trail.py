"""The audit trail: append-only, chained, anchored outside; filtered by who, what and when; taken out as a file."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from app.audit import anchor, trail
from app.audit.models import AuditRow
from app.audit.trail import _hash
from app.core.db import transaction
from app.jobs import upkeep
from tests.at_once import at_once
from tests.conftest import SECRET

Tamper = Callable[[Any], None]


def write(session: Session, now: datetime, count: int = 5) -> None:
    with transaction(session):
        for number in range(count):
            trail.record(
                session, actor=f"{number % 2}@shop.example", action="note.added", subject=f"s{number}", now=now
            )


@pytest.fixture
def tamper(session: Session) -> Tamper:
    """What somebody could do who owns the database."""

    def past_the_trigger(statement: Any) -> None:
        session.execute(text("set local session_replication_role = replica"))
        session.execute(statement)
        session.execute(text("set local session_replication_role = origin"))
        session.commit()
        session.expire_all()

    return past_the_trigger


def ids(session: Session) -> list[int]:
    return list(session.scalars(select(AuditRow.id).order_by(AuditRow.id)))


@pytest.mark.parametrize(
    "statement",
    ["update audit set actor = 'x'", "delete from audit", "delete from audit where false", "truncate audit"],
)
def test_the_database_itself_refuses_to_change_a_row(session: Session, now: datetime, statement: str) -> None:
    write(session, now)
    with pytest.raises(ProgrammingError, match="append-only"), session.begin_nested():
        session.execute(text(statement))
    assert len(ids(session)) == 5


def test_a_role_of_its_own_may_only_add(app: Flask, session: Session, now: datetime) -> None:
    written = app.test_cli_runner().invoke(args=["portal", "staff", "audit-role", "portal_test"])
    assert written.exit_code == 0
    session.execute(text("create role portal_test"))
    session.execute(text(written.output))
    session.execute(text("alter table audit disable trigger user"))
    session.execute(text("set local role portal_test"))
    write(session, now)
    assert trail.first_broken(session) is None
    for statement in ("update audit set actor = 'x'", "delete from audit", "truncate audit", "drop table audit"):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), session.begin_nested():
            session.execute(text(statement))
    session.execute(text("update web_session set seen_at = now()"))
    session.execute(text("reset role"))
    assert app.test_cli_runner().invoke(args=["portal", "staff", "audit-role", "x; drop"]).exit_code == 1


def test_a_changed_row_breaks_the_chain(admin: FlaskClient, session: Session, now: datetime, tamper: Tamper) -> None:
    write(session, now)
    assert trail.first_broken(session) is None
    assert trail.first_broken(session, newest=3) is None
    assert "rows hold" in admin.get("/staff/audit").text
    changed = ids(session)[3]
    tamper(update(AuditRow).where(AuditRow.id == changed).values(actor="x"))
    assert trail.first_broken(session) == changed
    assert trail.first_broken(session, newest=2) == changed
    assert f"The chain breaks at row {changed}" in admin.get("/staff/audit").text


def test_a_removed_row_breaks_the_chain(session: Session, now: datetime, tamper: Tamper) -> None:
    write(session, now)
    all_of_them = ids(session)
    tamper(delete(AuditRow).where(AuditRow.id == all_of_them[1]))
    assert trail.first_broken(session) == all_of_them[2]


@pytest.fixture
def anchors(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this portal keeps its anchors."""
    path = tmp_path / "var" / "audit.anchors"
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"audit_anchor": path}))
    return path


def anchored(session: Session, path: Path, now: datetime) -> bool:
    head = anchor.take(session, now=now)
    return head is not None and anchor.keep(path, head, key=SECRET)


def verify(app: Flask, *more: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["portal", "staff", "verify-audit", *more])
    return done.exit_code, done.output.strip()


def test_what_was_removed_at_the_end_is_seen_by_the_anchor(
    app: Flask, session: Session, now: datetime, anchors: Path, tamper: Tamper
) -> None:
    write(session, now)
    assert anchored(session, anchors, now)
    write(session, now)
    assert verify(app) == (0, "The chain holds.")
    newest = ids(session)[-5:]
    tamper(delete(AuditRow).where(AuditRow.id.in_(newest)))
    assert verify(app)[0] == 0, "rows that no anchor knew cannot be missed"
    tamper(delete(AuditRow).where(AuditRow.id.in_(ids(session)[-2:])))
    assert trail.first_broken(session) is None
    status, output = verify(app)
    assert (status, "had 5 rows" in output) == (1, True)


def test_an_emptied_trail_is_seen_by_the_anchor(
    app: Flask, session: Session, now: datetime, anchors: Path, tamper: Tamper
) -> None:
    write(session, now)
    anchored(session, anchors, now)
    tamper(text("truncate audit"))
    write(session, now)
    assert trail.first_broken(session) is None
    assert verify(app)[0] == 1


def test_a_trail_written_anew_is_seen_by_the_anchor(
    app: Flask, session: Session, now: datetime, anchors: Path, tamper: Tamper
) -> None:
    write(session, now)
    anchored(session, anchors, now)
    tamper(update(AuditRow).where(AuditRow.id == ids(session)[2]).values(actor="staff:another@shop.example"))
    previous = None
    for row in session.scalars(select(AuditRow).order_by(AuditRow.id)).all():
        facts = {column.name: getattr(row, column.name) for column in AuditRow.__table__.columns}
        made = _hash(facts | {"previous_hash": previous})
        tamper(update(AuditRow).where(AuditRow.id == row.id).values(previous_hash=previous, hash=made))
        previous = made
    assert trail.first_broken(session) is None
    assert verify(app)[0] == 1


def test_an_anchor_that_nobody_signed_is_refused(app: Flask, session: Session, now: datetime, anchors: Path) -> None:
    write(session, now)
    head = anchor.take(session, now=now)
    assert head is not None
    anchors.parent.mkdir()
    forged = head.line("another key than this one, of 32 signs")
    for line in (forged, head.line(SECRET).replace('"rows": 5', '"rows": 4'), "{}", "[]", "x", '"x"'):
        anchors.write_text(line + "\n")
        status, output = verify(app)
        assert (status, "not signed" in output) == (1, True), line
    anchors.unlink()
    assert verify(app, "--anchor", head.line(SECRET)) == (0, "The chain holds.")
    assert verify(app, "--anchor", forged)[0] == 1
    status, output = verify(app)
    assert (status, "No anchor is kept" in output) == (0, True)


def test_an_anchor_is_written_only_where_rows_were_added(session: Session, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "a" / "anchors"
    assert not anchored(session, path, now)
    write(session, now)
    assert [anchored(session, path, now + timedelta(hours=hour)) for hour in range(3)] == [True, False, False]
    write(session, now, count=1)
    assert anchored(session, path, now)
    assert [json.loads(line)["rows"] for line in path.read_text().splitlines()] == [5, 6]


def test_the_workers_job_keeps_the_anchor_in_file_and_log(
    app: Flask,
    session: Session,
    now: datetime,
    anchors: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(upkeep, "settings", lambda: app.config["SETTINGS"])
    monkeypatch.setattr(upkeep, "work_session", app.extensions["database"].sessions)
    monkeypatch.setattr(upkeep.log, "info", lambda message, **facts: lines.append(facts))
    monkeypatch.setattr(upkeep.log, "warning", lambda message, **facts: lines.append(facts))
    upkeep.anchor_audit()
    write(session, now)
    upkeep.anchor_audit()
    assert anchors.read_text() == lines[0]["anchor"] + "\n"
    anchors.unlink()
    anchors.mkdir()
    upkeep.anchor_audit()
    assert json.loads(lines[1]["anchor"])["rows"] == 5


def test_one_flipped_byte_among_many_rows_is_found(session: Session, now: datetime) -> None:
    rows, previous = [], None
    for number in range(10_000):
        facts = {"at": now, "actor": "staff:a@shop.example", "action": "note.added", "order_id": number,
                 "subject": None, "detail": {}, "previous_hash": previous}  # fmt: skip
        previous = _hash(facts)
        rows.append(facts | {"hash": previous})
    session.execute(insert(AuditRow), rows)
    assert trail.first_broken(session) is None
    session.execute(text("set local session_replication_role = replica"))
    broken = ids(session)[7_777]
    session.execute(
        text("update audit set hash = set_byte(hash, 5, (get_byte(hash, 5) + 1) % 256) where id = :id"), {"id": broken}
    )
    assert trail.first_broken(session) == broken


def test_rows_that_are_written_at_once_make_one_chain(committed: sessionmaker[Session], now: datetime) -> None:
    def add(number: int) -> None:
        for _ in range(5):
            with committed() as session, transaction(session):
                trail.record(session, actor=f"api:{number}", action="refund.paid", now=now)

    at_once(8, add)
    with committed() as session:
        assert (trail.first_broken(session), len(ids(session))) == (None, 40)


def test_a_deed_that_fails_leaves_no_row(session: Session, now: datetime) -> None:
    with pytest.raises(KeyError), transaction(session):
        trail.record(session, actor="a@shop.example", action="note.added", now=now)
        raise KeyError
    with transaction(session):
        trail.record(session, actor="b@shop.example", action="note.added", now=now)
    assert session.scalars(select(AuditRow.actor)).all() == ["staff:b@shop.example"]


def test_rows_are_filtered_by_who_what_and_when(admin: FlaskClient, session: Session, now: datetime) -> None:
    write(session, now)
    with transaction(session):
        trail.record(session, actor="api:erp", action="refund.paid", subject="paid", now=now + timedelta(days=3))
    assert "s1" in admin.get("/staff/audit?actor=1@shop.example").text
    assert "s2" not in admin.get("/staff/audit?actor=1@shop.example").text
    assert "No row fits" in admin.get("/staff/audit?action=refund.approved").text
    assert "paid" in admin.get("/staff/audit?actor=api:erp").text
    day, later = f"{now:%Y-%m-%d}", f"{now + timedelta(days=1):%Y-%m-%d}"
    assert ">s1<" in admin.get(f"/staff/audit?until={day}").text
    assert ">s1<" not in admin.get(f"/staff/audit?from={later}").text
    wrong = admin.get("/staff/audit?from=yesterday")
    assert (wrong.status_code, "Write a day" in wrong.text) == (422, True)


def test_what_came_of_an_imported_file_stands_beside_it(admin: FlaskClient, session: Session, now: datetime) -> None:
    counts = {"created": 1200, "updated": 3, "unchanged": 4, "refused": 5}
    with transaction(session):
        trail.record(session, actor="cli:ana", action="orders.imported", subject="o.csv", detail=counts, now=now)
    assert "o.csv · new: 1,200, changed: 3, refused: 5" in admin.get("/staff/audit").text


def test_a_day_is_the_shops_own(admin: FlaskClient, session: Session) -> None:
    """23:30 UTC on the 22nd is the 23rd in Madrid."""
    late = datetime.fromisoformat("2026-11-22T23:30:00+00:00")
    write(session, late, count=1)
    assert ">s0<" in admin.get("/staff/audit?from=2026-11-23&until=2026-11-23").text
    assert ">s0<" not in admin.get("/staff/audit?until=2026-11-22").text


def test_a_second_page_begins_where_the_first_ended(admin: FlaskClient, session: Session, now: datetime) -> None:
    write(session, now, count=101)
    first = admin.get("/staff/audit").text
    assert ">s100<" in first
    assert ">s0<" not in first
    before = session.query(AuditRow.id).filter_by(subject="s1").scalar()
    assert f"before={before}" in first
    assert ">s0<" in admin.get(f"/staff/audit?before={before}").text


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_the_trail_is_taken_out_as_a_file_and_that_is_a_row(
    app: Flask, admin: FlaskClient, support: FlaskClient, session: Session, now: datetime, form: str
) -> None:
    write(session, now)
    with transaction(session):
        trail.record(session, actor="=cmd()@shop.example", action="note.added", subject="=1+1", now=now)
    answer = admin.post("/staff/audit/export", data={"actor": "1@shop.example", "form": form})
    day = f"{now:%Y-%m-%d}"
    command = ["portal", "staff", "audit", "--who", "1@shop.example", "--from", day, "--until", day, "--form", form]
    printed = app.test_cli_runner().invoke(args=command).output
    for file in (answer.text, printed):
        rows = list(csv.DictReader(io.StringIO(file))) if form == "csv" else list(map(json.loads, file.splitlines()))
        assert [row["subject"] for row in rows] == ["s1", "s3"]
    whole = admin.post("/staff/audit/export", data={"form": "csv"}).text
    assert "'=1+1" in whole
    exported = session.scalars(select(AuditRow).where(AuditRow.action == "audit.exported").order_by(AuditRow.id)).all()
    assert [row.actor.partition(":")[0] for row in exported] == ["staff", "cli", "staff"]
    assert exported[0].detail == {"actor": "1@shop.example", "form": form}
    assert support.post("/staff/audit/export").status_code == 403


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_days(admin: FlaskClient, day: str) -> None:
    assert admin.get(f"/staff/audit?from={day}&until={day}").status_code == 200

"""The audit trail: filtered by who and what, and a changed row is found."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.staff import audit
from app.staff.models import AuditRow


def write(session: Session, now: datetime, count: int = 5) -> None:
    for number in range(count):
        audit.record(session, actor=f"{number % 2}@shop.example", action="note.added", subject=f"s{number}", now=now)
    session.commit()


def test_rows_are_filtered(admin: FlaskClient, session: Session, now: datetime) -> None:
    write(session, now)
    text = admin.get("/staff/audit?actor=1@shop.example").text
    assert "s1" in text
    assert "s2" not in text
    assert "No row fits" in admin.get("/staff/audit?action=refund.paid").text


def test_a_changed_row_breaks_the_chain(admin: FlaskClient, session: Session, now: datetime) -> None:
    write(session, now)
    assert audit.first_broken(session) is None
    assert audit.first_broken(session, newest=3) is None
    assert "rows hold" in admin.get("/staff/audit").text
    changed = session.scalar(update(AuditRow).where(AuditRow.subject == "s3").values(actor="x").returning(AuditRow.id))
    session.commit()
    session.expire_all()
    assert audit.first_broken(session) == changed
    assert audit.first_broken(session, newest=2) == changed
    assert f"The chain breaks at row {changed}" in admin.get("/staff/audit").text


def test_a_removed_row_breaks_the_chain(session: Session, now: datetime) -> None:
    write(session, now)
    rows = session.query(AuditRow).order_by(AuditRow.id).all()
    after = rows[2].id
    session.delete(rows[1])
    session.commit()
    assert audit.first_broken(session) == after


def test_a_second_page_begins_where_the_first_ended(admin: FlaskClient, session: Session, now: datetime) -> None:
    write(session, now, count=101)
    first = admin.get("/staff/audit").text
    assert ">s100<" in first
    assert ">s0<" not in first
    before = session.query(AuditRow.id).filter_by(subject="s1").scalar()
    assert f"before={before}" in first
    assert ">s0<" in admin.get(f"/staff/audit?before={before}").text

"""``flask portal staff …``: members from the command line, and the whole trail checked."""

from datetime import datetime

from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.clock import utcnow
from tests.staff.browsers import lets_in, member


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["portal", "staff", *arguments])
    return done.exit_code, done.output.strip()


def test_a_member_is_made_with_a_password_that_works(app: Flask, session: Session) -> None:
    status, output = run(app, "create", "ana@shop.example", "--role", "support")
    assert status == 0
    assert lets_in(session, "ana@shop.example", output.rpartition(" ")[2], utcnow())
    assert run(app, "create", "ana@shop.example", "--role", "support")[0] == 1


def test_whoever_cannot_get_in_any_more_is_let_in_again(app: Flask, session: Session, now: datetime) -> None:
    user = member(session, now, "admin", totp_secret="sealed", failures=100)
    status, output = run(app, "reset", "ADMIN@shop.example")
    assert status == 0
    session.expire_all()
    assert user.totp_secret is None
    assert lets_in(session, user.email, output.rpartition(" ")[2], utcnow())
    assert run(app, "reset", "nobody@shop.example")[0] == 1


def test_the_whole_trail_is_checked(app: Flask, session: Session) -> None:
    run(app, "create", "ana@shop.example", "--role", "support")
    assert run(app, "verify-audit")[1].startswith("The chain holds.")
    session.execute(text("set local session_replication_role = replica"))
    session.execute(update(AuditRow).values(actor="x"))
    session.commit()
    assert run(app, "verify-audit")[0] == 1

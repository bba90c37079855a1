"""Browsers in which a member of staff is signed in, and what their actions left in the audit trail."""

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.db import do_last_acts
from app.staff.auth import services, tries
from app.staff.models import StaffUser
from tests.conftest import SECRET

PASSWORD = "aceite-de-oliva-77"


def member(session: Session, now: datetime, role: str, name: str = "", **facts: object) -> StaffUser:
    """Someone of this role."""
    who = name or role
    user = StaffUser(
        **{"email": f"{who}@shop.example", "name": who, "role": role, "password_hash": "", "created_at": now} | facts
    )
    session.add(user)
    session.commit()
    return user


def browser(app: Flask, user: StaffUser) -> FlaskClient:
    """A browser of theirs, reading English."""
    client = app.test_client()
    with client.session_transaction() as browser_session:
        browser_session["_user_id"], browser_session["_fresh"] = str(user.id), True
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    return client


def audited(session: Session) -> list[tuple[str, str, str | None]]:
    """(who, what, of what), the oldest first; what was only remembered so far is written now."""
    do_last_acts(session)
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id))
    return [(row.actor.removeprefix("staff:"), row.action, row.subject) for row in rows]


def lets_in(session: Session, email: str, password: str, now: datetime) -> bool:
    """Whether an address and a password go together, for somebody who never tried before."""
    asker = tries.SignInClient("192.0.2.1", None)
    begun = services.begin_sign_in(session, email=email, asker=asker, key=SECRET, now=now)
    right = begun is not None and begun.is_right(password)
    return begun is not None and services.end_sign_in(session, begun, right=right, now=now) is not None

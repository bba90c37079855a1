"""Admins look after the members of staff; one admin always stays."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.errors import Conflict
from app.orders.lookup import sessions
from app.orders.lookup.models import WebSession
from app.staff.auth import passwords
from app.staff.models import StaffUser
from app.staff.people import people
from tests.at_once import at_once
from tests.staff.browsers import audited, browser, lets_in, member

PEOPLE = "/staff/people"


def test_a_new_member_gets_a_password_that_is_shown_once(
    app: Flask, admin: FlaskClient, session: Session, now: datetime
) -> None:
    answer = admin.post(PEOPLE, data={"email": " Ana@Shop.example ", "name": "Ana", "role": "support"})
    assert answer.status_code == 303
    made = re.search(r'data-copy="([a-z2-9-]{23})"', admin.get(PEOPLE).text)
    assert made
    assert made[1] not in admin.get(PEOPLE).text
    assert lets_in(session, "ana@shop.example", made[1], utcnow())
    assert ("admin@shop.example", "staff.created", "ana@shop.example") in audited(session)


def test_no_browser_translates_a_password_that_it_takes_for_words(
    admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "generated", lambda: "snpsh-bshqt-vrbkg-cmtvj")
    admin.post(PEOPLE, data={"email": "new@almazara.example", "role": "support"})
    assert '<b translate="no">snpsh-bshqt-vrbkg-cmtvj</b>' in admin.get(PEOPLE).text


def test_a_taken_address_and_an_unknown_role_are_refused(admin: FlaskClient) -> None:
    taken = admin.post(PEOPLE, data={"email": "admin@shop.example", "role": "support"})
    assert (taken.status_code, "Somebody has this address already." in taken.text) == (422, True)
    assert admin.post(PEOPLE, data={"email": "b@shop.example", "role": "king"}).status_code == 422
    assert admin.post(PEOPLE, data={"email": "nobody", "role": "support"}).status_code == 422


def test_a_role_changes_at_the_next_request(app: Flask, admin: FlaskClient, session: Session, now: datetime) -> None:
    user = member(session, now, "support")
    client = browser(app, user)
    assert client.get("/staff/orders").status_code == 200
    assert admin.post(f"{PEOPLE}/{user.id}/role", data={"role": "marketing"}).status_code == 303
    assert client.get("/staff/orders").status_code == 403


def test_another_role_is_asked_for_first_with_what_it_opens(
    admin: FlaskClient, session: Session, now: datetime
) -> None:
    user, other = member(session, now, "support"), member(session, now, "warehouse")
    ask = admin.get(f"{PEOPLE}/{user.id}/role?role=admin")
    assert (ask.status_code, "Make it Admin" in ask.text, "the audit trail too" in ask.text) == (200, True, True)
    session.expire_all()
    assert (user.role, audited(session)) == ("support", [])
    assert admin.post(f"{PEOPLE}/{user.id}/role?role=admin").status_code == 303
    session.expire_all()
    assert (user.role, other.role) == ("admin", "warehouse")
    assert audited(session) == [("admin@shop.example", "staff.role_changed", "support@shop.example")]
    assert admin.get(f"{PEOPLE}/{user.id}/role?role=admin").status_code == 303, "there is nothing to ask"
    assert admin.get(f"{PEOPLE}/{user.id}/role?role=king").status_code == 422
    assert admin.get(f"{PEOPLE}/99999/role?role=support").status_code == 404


@pytest.mark.parametrize("made", ["added", "set anew", "on the command line"])
def test_a_password_that_somebody_else_made_opens_nothing_but_the_choice_of_ones_own(
    app: Flask, admin: FlaskClient, session: Session, now: datetime, made: str
) -> None:
    settled = browser(app, member(session, now, "support", "settled"))
    if made == "added":
        admin.post(PEOPLE, data={"email": "ana@shop.example", "role": "support"})
    elif made == "set anew":
        admin.post(f"{PEOPLE}/{member(session, now, 'support', 'ana').id}/password")
    else:
        app.test_cli_runner().invoke(args=["portal", "staff", "create", "ana@shop.example", "--role", "support"])
    user = session.scalars(select(StaffUser).where(StaffUser.email == "ana@shop.example")).one()
    user.password_hash = passwords.hashed("una-frase-corta-77")
    session.commit()
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    client.post("/staff/sign-in", data={"email": user.email, "password": "una-frase-corta-77"})
    for path in ("/staff/orders", "/staff/warehouse", "/staff/metrics"):
        assert client.get(path).location.endswith("/staff/account")
    assert client.post(f"/staff/orders/{'Z' * 8}/notes", data={"note": "x"}).location.endswith("/staff/account")
    account = client.get("/staff/account").text
    assert ("Choose your password" in account, "Second factor" in account) == (True, False)
    assert settled.get("/staff/orders").status_code == 200
    client.post("/staff/account/password", data={"old": "una-frase-corta-77", "new": "otra-frase-corta-88"})
    client.post("/staff/sign-in", data={"email": user.email, "password": "otra-frase-corta-88"})
    assert client.get("/staff/orders").status_code == 200
    assert "Choose your password" not in client.get("/staff/account").text


def test_whoever_is_shut_out_loses_every_session(
    app: Flask, admin: FlaskClient, session: Session, now: datetime
) -> None:
    user = member(session, now, "support")
    sessions.create(session, "sid", {"_user_id": str(user.id)}, now=now)
    session.commit()
    admin.post(f"{PEOPLE}/{user.id}/activity", data={"active": "no"})
    assert session.scalars(select(WebSession).where(WebSession.staff_id == user.id)).all() == []
    session.expire_all()
    assert not user.active
    admin.post(f"{PEOPLE}/{user.id}/activity", data={"active": "yes"})
    session.expire_all()
    assert user.active


def test_a_new_password_frees_a_blocked_member(admin: FlaskClient, session: Session, now: datetime) -> None:
    user = member(session, now, "support", failures=100, failed_at=now)
    assert "Locked" in admin.get(PEOPLE).text
    admin.post(f"{PEOPLE}/{user.id}/password")
    session.expire_all()
    assert user.failures == 0
    assert "Password for support@shop.example" in admin.get(PEOPLE).text


def test_one_admin_always_stays(app: Flask, admin: FlaskClient, session: Session, now: datetime) -> None:
    mine = session.scalars(select(StaffUser)).one()
    assert admin.post(f"{PEOPLE}/{mine.id}/role", data={"role": "support"}).status_code == 409
    other = member(session, now, "admin", "other")
    assert browser(app, other).post(f"{PEOPLE}/{mine.id}/activity", data={"active": "no"}).status_code == 303
    session.expire_all()
    assert (mine.active, other.active) == (False, True)


@pytest.mark.parametrize("leaving", ["shut out", "another role"])
def test_of_the_last_admins_leaving_at_once_one_stays(
    committed: sessionmaker[Session], now: datetime, leaving: str
) -> None:
    with committed() as session:
        ids = [member(session, now, "admin", f"admin-{number}").id for number in range(8)]

    def leave(number: int) -> bool:
        with committed() as session, session.begin():
            user = session.get_one(StaffUser, ids[number])
            try:
                if leaving == "shut out":
                    people.set_active(session, user, False, by="another", now=now)
                else:
                    people.change_role(session, user, "support", by="another", now=now)
            except Conflict:
                return False
        return True

    assert sum(at_once(8, leave)) == 7


def test_ones_own_password_needs_the_old_one(app: Flask, session: Session, now: datetime) -> None:
    password_hash = passwords.hashed("una-frase-corta-77")
    user = member(session, now, "marketing", password_hash=password_hash)
    client = browser(app, user)
    path = "/staff/account/password"
    assert client.post(path, data={"old": "wrong", "new": "otra-frase-corta-88"}).status_code == 422
    assert "At least 12" in client.post(path, data={"old": "una-frase-corta-77", "new": "corta"}).text
    assert client.post(path, data={"old": "una-frase-corta-77", "new": "otra-frase-corta-88"}).status_code == 303
    assert client.get("/staff/account").status_code == 303
    session.expire_all()
    assert passwords.matches(user.password_hash, "otra-frase-corta-88")


def test_an_admin_ends_sessions_and_removes_a_lost_factor(admin: FlaskClient, session: Session, now: datetime) -> None:
    user = member(session, now, "support", totp_secret="sealed")
    admin.post(f"{PEOPLE}/{user.id}/sessions-end")
    admin.post(f"{PEOPLE}/{user.id}/second-factor-removal")
    session.expire_all()
    assert user.totp_secret is None
    assert [row[1] for row in audited(session)] == ["staff.signed_out_everywhere", "staff.second_factor_removed"]
    assert admin.post(f"{PEOPLE}/99999/password").status_code == 404

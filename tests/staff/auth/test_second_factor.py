"""The second factor: added with a first code, asked for at each sign-in, each code once; needed in production."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from app.core.settings import Settings
from app.core.tokens import seal
from app.staff.auth import passwords
from app.staff.auth.factors import second_factor
from app.staff.models import StaffUser
from tests.at_once import at_once
from tests.conftest import SECRET
from tests.staff.browsers import PASSWORD, audited, browser, lets_in, member

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def enrolled(session: Session, now: datetime) -> StaffUser:
    password_hash = passwords.hashed(PASSWORD)
    return member(session, now, "support", password_hash=password_hash, totp_secret=seal(SECRET, TOTP))


@pytest.fixture
def production(app: Flask) -> Iterator[Flask]:
    """The application as it runs in production, but without TLS."""
    usual: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = usual.model_copy(update={"production": True})
    yield app
    app.config["SETTINGS"] = usual


def code(at: datetime | None = None) -> str:
    return pyotp.TOTP(TOTP).at(at or datetime.now(UTC))


def half_in(client: FlaskClient, **fields: str) -> str:
    form = {"email": "support@shop.example", "password": PASSWORD} | fields
    return client.post("/staff/sign-in", data=form).location


def test_a_password_alone_opens_nothing(client: FlaskClient, enrolled: StaffUser) -> None:
    assert half_in(client) == "/staff/sign-in/code"
    assert client.get("/staff/orders").status_code == 303
    assert client.get("/staff/sign-in/code").status_code == 200


def test_a_code_opens_and_leads_where_one_wanted(client: FlaskClient, session: Session, enrolled: StaffUser) -> None:
    half_in(client, next="/staff/returns")
    answer = client.post("/staff/sign-in/code", data={"code": code()[:3] + " " + code()[3:]})
    assert answer.location == "/staff/returns"
    assert client.get("/staff/returns").status_code == 200
    assert audited(session)[-1][1] == "staff.signed_in"


def test_a_code_opens_only_once(app: Flask, enrolled: StaffUser) -> None:
    used = code()
    for expected in (303, 422):
        client = app.test_client()
        half_in(client)
        assert client.post("/staff/sign-in/code", data={"code": used}).status_code == expected


@pytest.mark.parametrize("typed", ["", "000000x", "１２３４５６", "12345", "abcdef"])
def test_a_wrong_code_counts_as_a_failed_try(
    client: FlaskClient, session: Session, enrolled: StaffUser, typed: str
) -> None:
    half_in(client)
    assert client.post("/staff/sign-in/code", data={"code": typed}).status_code == 422
    session.expire_all()
    assert enrolled.failures == 1
    assert audited(session)[-1][1] == "staff.sign_in_failed"


def test_a_right_password_does_not_forget_wrong_codes(session: Session, enrolled: StaffUser, now: datetime) -> None:
    for _ in range(3):
        assert lets_in(session, enrolled.email, PASSWORD, now)
        second_factor.verify(session, enrolled.id, code="1", key=SECRET, now=now)
    assert enrolled.failures == 3


@pytest.mark.parametrize(
    ("facts", "after", "opens"),
    [
        ({}, 0, True),
        ({"failures": 4}, 0, True),
        ({"failures": 5}, 0.9, False),
        ({"failures": 5}, 1, True),
        ({"failures": 15}, 899, False),
        ({"failures": 99}, 900, True),
        ({"failures": 100}, 3600 * 24, False),
        ({"active": False}, 0, False),
        ({"totp_secret": None}, 0, False),
        ({"totp_secret": "not sealed here"}, 0, False),
    ],
)
def test_when_a_right_code_opens(
    session: Session, enrolled: StaffUser, now: datetime, facts: dict[str, object], after: float, opens: bool
) -> None:
    for name, value in facts.items():
        setattr(enrolled, name, value)
    enrolled.failed_at = now if "failures" in facts else None
    session.flush()
    at = now + timedelta(seconds=after)
    user = second_factor.verify(session, enrolled.id, code=code(at), key=SECRET, now=at)
    assert (user is not None) is opens


def test_a_factor_lasts_as_long_as_its_member(
    session: Session, enrolled: StaffUser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time() + timedelta(days=3650).total_seconds()
    monkeypatch.setattr("cryptography.fernet.time.time", lambda: later)
    assert second_factor.verify(session, enrolled.id, code=code(now), key=SECRET, now=now) is not None


def test_a_code_for_nobody_opens_nothing(session: Session, now: datetime) -> None:
    assert second_factor.verify(session, 0, code=code(now), key=SECRET, now=now) is None


def test_a_code_sent_eight_times_at_once_opens_once(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        user = member(session, now, "support", totp_secret=seal(SECRET, TOTP))

    def check(_: int) -> bool:
        with committed() as session, session.begin():
            return second_factor.verify(session, user.id, code=code(now), key=SECRET, now=now) is not None

    assert sum(at_once(8, check)) == 1


def test_eight_wrong_codes_at_once_are_all_counted(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        user = member(session, now, "support", totp_secret=seal(SECRET, TOTP))

    def check(_: int) -> bool:
        with committed() as session, session.begin():
            return second_factor.verify(session, user.id, code="1", key=SECRET, now=now) is not None

    assert sum(at_once(8, check)) == 0
    with committed() as session:
        assert session.get_one(StaffUser, user.id).failures == 5, "and those after the fifth wait"


def test_adding_it_ends_the_sessions_that_were_opened_without_it(app: Flask, session: Session, now: datetime) -> None:
    user, other = member(session, now, "support"), member(session, now, "support", "other")
    here, there, elsewhere = browser(app, user), browser(app, user), browser(app, other)
    shown = re.search(r'data-copy="([A-Z2-7]{32})"', here.get("/staff/account").text)
    assert shown
    here.post("/staff/account/second-factor", data={"code": "1"})
    assert there.get("/staff/account").status_code == 200, "a wrong code ends nothing"
    here.post("/staff/account/second-factor", data={"code": pyotp.TOTP(shown[1]).now()})
    assert [one.get("/staff/account").status_code for one in (here, there, elsewhere)] == [200, 303, 200]


def test_neighbouring_steps_are_taken_since_clocks_differ(now: datetime) -> None:
    for seconds, taken in ((-30, True), (0, True), (30, True), (-60, False), (60, False)):
        step = second_factor.step_of(TOTP, code(now + timedelta(seconds=seconds)), now=now)
        assert (step is not None) is taken, seconds


def test_it_is_added_with_a_first_code(app: Flask, session: Session, now: datetime) -> None:
    user = member(session, now, "support")
    client = browser(app, user)
    page = client.get("/staff/account").text
    assert '<svg class="qr"' in page
    shown = re.search(r'data-copy="([A-Z2-7]{32})"', page)
    assert shown
    assert client.post("/staff/account/second-factor", data={"code": "1"}).status_code == 422
    assert shown[1] in client.get("/staff/account").text
    right = pyotp.TOTP(shown[1]).now()
    assert client.post("/staff/account/second-factor", data={"code": right}).status_code == 303
    session.expire_all()
    assert user.totp_secret
    assert shown[1] not in user.totp_secret
    assert shown[1] not in client.get("/staff/account").text


def test_a_first_code_that_is_sent_twice_adds_it_once(app: Flask, session: Session, now: datetime) -> None:
    client = browser(app, member(session, now, "support"))
    page = client.get("/staff/account").text
    with client.session_transaction() as browser_session:
        factor = browser_session["new_factor"]
    shown = re.search(r'data-copy="([A-Z2-7]{32})"', page)
    assert shown
    first = {"code": pyotp.TOTP(shown[1]).now()}
    assert client.post("/staff/account/second-factor", data=first).status_code == 303
    with client.session_transaction() as browser_session:
        browser_session["new_factor"] = factor
    assert client.post("/staff/account/second-factor", data=first).location == "/staff/account"
    assert [row[1] for row in audited(session)] == ["staff.second_factor_added", "staff.recovery_codes_made"]


@pytest.mark.parametrize(("role", "path"), [("support", "/staff/orders"), ("admin", "/staff/people")])
def test_in_production_protected_roles_add_it_before_all_else(
    production: Flask, session: Session, now: datetime, role: str, path: str
) -> None:
    client = browser(production, member(session, now, role))
    response = client.get(path)
    assert (response.status_code, response.location) == (303, "/staff/account")
    assert "One step is missing" in client.get("/staff/account").text
    assert client.post("/staff/sign-out").status_code == 303


def test_in_production_the_others_need_none(production: Flask, session: Session, now: datetime) -> None:
    client = browser(production, member(session, now, "warehouse"))
    assert client.get("/staff/warehouse").status_code == 200


def test_halfway_lasts_ten_minutes(client: FlaskClient, enrolled: StaffUser) -> None:
    half_in(client)
    with client.session_transaction() as browser_session:
        browser_session["halfway"] = [enrolled.id, datetime.now(UTC).timestamp() - 601, ""]
    assert client.post("/staff/sign-in/code", data={"code": code()}).location == "/staff/sign-in"

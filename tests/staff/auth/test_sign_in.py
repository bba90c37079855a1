"""Signing in: one answer for every wrong try, a way back that stays in the console, a way out."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.staff.auth import passwords
from app.staff.models import StaffUser
from tests.staff.browsers import PASSWORD, audited, member

SIGN_IN = "/staff/sign-in"


@pytest.fixture
def user(session: Session, now: datetime) -> StaffUser:
    return member(session, now, "support", password_hash=passwords.hashed(PASSWORD))


def enter(client: FlaskClient, **fields: str):  # type: ignore[no-untyped-def]
    form = {"email": "support@shop.example", "password": PASSWORD} | fields
    return client.post(SIGN_IN, data=form)


def test_the_right_password_leads_to_ones_own_part(client: FlaskClient, session: Session, user: StaffUser) -> None:
    assert enter(client, email=" SUPPORT@shop.example ").location == "/staff"
    assert client.get("/staff").location == "/staff/orders"
    assert re.search(r">\s*support\s*<", client.get("/staff/orders").text), "the page says who is signed in"
    assert client.get(SIGN_IN).status_code == 303
    assert audited(session)[-1][:2] == ("support@shop.example", "staff.signed_in")


def test_every_wrong_try_reads_the_same(client: FlaskClient, user: StaffUser) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    wrong = enter(client, password="something-else-1")
    nobody = enter(client, email="nobody@shop.example")
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert "Wrong e-mail or password" in wrong.text
    assert "Wrong e-mail or password" in nobody.text


@pytest.mark.parametrize("path", ["/staff/returns?show=here", "/staff"])
def test_the_way_back_is_kept(client: FlaskClient, user: StaffUser, path: str) -> None:
    assert enter(client, next=path).location == path


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil", "/stafford", "x/staff/", "/staff/\\x", "/staff\n/x"]
)
def test_no_way_leads_out_of_the_console(client: FlaskClient, user: StaffUser, path: str) -> None:
    assert enter(client, next=path).location == "/staff"


def test_signing_out_ends_the_session(client: FlaskClient, user: StaffUser) -> None:
    enter(client)
    answer = client.post("/staff/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/staff/orders").status_code == 303


def test_single_keys_can_be_turned_off(client: FlaskClient, user: StaffUser) -> None:
    enter(client)
    assert 'data-keys=""' in client.get("/staff/orders").text
    client.post("/staff/keys", data={"keys": "off", "next": "/staff/orders"})
    assert 'data-keys="off"' in client.get("/staff/orders").text

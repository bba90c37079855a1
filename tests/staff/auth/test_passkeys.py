"""Passkeys: several under names, as second factor or alone; recovery codes; and what a thief could try with either."""

import html
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.staff.auth import passwords
from app.staff.auth.factors import passkey_views, recovery, second_factor
from app.staff.auth.factors.passkeys import relying_party
from app.staff.models import Passkey, RecoveryCode, StaffUser
from tests.conftest import SECRET
from tests.staff.auth.authenticator import Authenticator
from tests.staff.browsers import PASSWORD, audited, browser, member

ORIGIN = "http://localhost:8000"


@pytest.fixture
def named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal under a name, as browsers want it for passkeys."""
    settings = app.config["SETTINGS"].model_copy(update={"public_url": ORIGIN})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return app


@pytest.fixture
def eva(session: Session, now: datetime) -> StaffUser:
    return member(session, now, "support", "eva", password_hash=passwords.hashed(PASSWORD))


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(ORIGIN)


def options(page: str) -> dict[str, Any]:
    """What a page asks the browser's authenticator for."""
    match = re.search(r'data-options="([^"]+)"', page)
    assert match, page
    return json.loads(html.unescape(match[1]))  # type: ignore[no-any-return]


def added(client: FlaskClient, device: Authenticator, name: str = "Phone") -> str:
    """Add a passkey under «Account»; what the page says then."""
    request_options = options(client.get("/staff/account").text)
    answer = client.post("/staff/account/passkeys", data={"name": name, "credential": device.create(request_options)})
    assert answer.status_code == 303, answer.text
    return client.get("/staff/account").text


def fresh(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    return client


def alone(client: FlaskClient, device: Authenticator, spoil: Callable[[str], str] = str) -> Any:
    """Sign in by a passkey alone."""
    assert client.post("/staff/sign-in/passkey").location == "/staff/sign-in/passkey"
    answer = device.get(options(client.get("/staff/sign-in/passkey").text))
    return client.post("/staff/sign-in/passkey/answer", data={"credential": spoil(answer)})


def test_a_passkey_is_added_under_a_name_and_signs_in_alone(
    named: Flask, session: Session, eva: StaffUser, device: Authenticator
) -> None:
    assert "Sign in with a passkey" not in fresh(named).get("/staff/sign-in").text
    page = added(browser(named, eva), device, "My phone")
    assert ("My phone" in page, "10 codes are left" in page) == (True, True)
    client = fresh(named)
    assert "Sign in with a passkey" in client.get("/staff/sign-in").text
    assert alone(client, device).location == "/staff"
    assert client.get("/staff/orders").status_code == 200
    assert [row[1] for row in audited(session)] == [
        "staff.passkey_added", "staff.recovery_codes_made", "staff.signed_in",
    ]  # fmt: skip


def test_a_passkey_is_the_second_factor_after_the_password(
    named: Flask, session: Session, eva: StaffUser, device: Authenticator
) -> None:
    added(browser(named, eva), device)
    device.verifies = False  # a security key without a PIN: one factor, and the password is the other
    client = fresh(named)
    sent = client.post("/staff/sign-in", data={"email": eva.email, "password": PASSWORD})
    assert sent.location == "/staff/sign-in/code"
    assert client.get("/staff/orders").status_code == 303
    request_options = options(client.get("/staff/sign-in/code").text)
    assert (
        client.post("/staff/sign-in/code/passkey", data={"credential": device.get(request_options)}).location
        == "/staff"
    )
    assert client.get("/staff/orders").status_code == 200


def test_a_member_has_several_and_removes_one(
    named: Flask, session: Session, eva: StaffUser, device: Authenticator
) -> None:
    client = browser(named, eva)
    added(client, device, "Phone")
    assert "Laptop" in added(client, Authenticator(ORIGIN), "Laptop")
    excluded = options(client.get("/staff/account").text)["excludeCredentials"]
    assert len(excluded) == 2, "none is made twice on one device"
    handles = {passkey.handle for passkey in session.scalars(select(Passkey))}
    assert len(handles) == 1, "they are one person's"
    first = session.scalars(select(Passkey.id).order_by(Passkey.id)).first()
    path = f"/staff/account/passkeys/{first}/removal"
    assert "“Phone”" in client.get(path).text
    assert client.post(path).status_code == 303
    assert [passkey.name for passkey in session.scalars(select(Passkey))] == ["Laptop"]
    assert alone(fresh(named), device).status_code == 422


def test_nobody_removes_anothers_passkey(
    named: Flask, session: Session, now: datetime, eva: StaffUser, device: Authenticator
) -> None:
    added(browser(named, eva), device)
    thief = browser(named, member(session, now, "support", "thief"))
    passkey_id = session.scalars(select(Passkey.id)).one()
    assert thief.post(f"/staff/account/passkeys/{passkey_id}/removal").status_code == 303
    assert session.scalars(select(Passkey.id)).all() == [passkey_id]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda device: setattr(device, "origin", "http://evil.example"),
        lambda device: setattr(device, "party", "evil.example"),
        lambda device: setattr(device, "verifies", False),
        lambda device: setattr(device, "handle", b"somebody else"),
        lambda device: setattr(device, "credential", b"another"),
        lambda device: setattr(device, "key", Authenticator(ORIGIN).key),
    ],
    ids=["another origin", "another party", "user not verified", "another handle", "unknown", "another key"],
)
def test_what_is_not_signed_as_asked_opens_nothing(
    named: Flask, session: Session, eva: StaffUser, device: Authenticator, tamper: Callable[[Authenticator], None]
) -> None:
    added(browser(named, eva), device)
    tamper(device)
    client = fresh(named)
    answer = alone(client, device)
    assert (answer.status_code, "open this account" in answer.text) == (422, True)
    assert client.get("/staff/orders").status_code == 303


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "[" * 5000, '{"id": "x", "response": 7}', "x" * 99999])
def test_what_is_no_answer_of_an_authenticator_is_refused(named: Flask, eva: StaffUser, credential: str) -> None:
    client = fresh(named)
    client.post("/staff/sign-in/passkey")
    assert client.post("/staff/sign-in/passkey/answer", data={"credential": credential}).status_code == 422
    opened = browser(named, eva)
    opened.get("/staff/account")
    refused = opened.post("/staff/account/passkeys", data={"name": "x", "credential": credential})
    assert (refused.status_code, "made no passkey" in refused.text) == (422, True)


def test_an_answer_counts_once_and_only_in_the_browser_that_was_asked(
    named: Flask, eva: StaffUser, device: Authenticator
) -> None:
    added(browser(named, eva), device)
    client, other = fresh(named), fresh(named)
    for one in (client, other):
        one.post("/staff/sign-in/passkey")
    answer = {"credential": device.get(options(client.get("/staff/sign-in/passkey").text))}
    assert other.post("/staff/sign-in/passkey/answer", data=answer).status_code == 422
    assert client.post("/staff/sign-in/passkey/answer", data=answer).location == "/staff"
    assert other.post("/staff/sign-in/passkey/answer", data=answer).status_code == 422
    assert client.get("/staff/orders").status_code == 200


def test_a_copied_device_shows_by_its_counter(named: Flask, eva: StaffUser, device: Authenticator) -> None:
    added(browser(named, eva), device)
    device.count = 7
    assert alone(fresh(named), device).status_code == 303
    device.count = 3
    assert alone(fresh(named), device).status_code == 422


def test_a_passkey_of_another_member_is_no_second_factor(
    named: Flask, session: Session, now: datetime, eva: StaffUser, device: Authenticator
) -> None:
    ana = member(session, now, "support", "ana", password_hash=passwords.hashed(PASSWORD))
    added(browser(named, eva), device)
    own = Authenticator(ORIGIN)
    added(browser(named, ana), own)
    client = fresh(named)
    client.post("/staff/sign-in", data={"email": ana.email, "password": PASSWORD})
    request_options = options(client.get("/staff/sign-in/code").text)
    device.party = request_options["rpId"]
    assert (
        client.post("/staff/sign-in/code/passkey", data={"credential": device.get(request_options)}).status_code == 422
    )


def test_who_was_shut_out_does_not_come_in_by_a_passkey(
    named: Flask, session: Session, eva: StaffUser, device: Authenticator
) -> None:
    added(browser(named, eva), device)
    eva.active = False
    session.commit()
    assert alone(fresh(named), device).status_code == 422


def test_a_challenge_is_over_after_ten_minutes(
    named: Flask, eva: StaffUser, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(browser(named, eva), device)
    monkeypatch.setattr(passkey_views, "ASKED_FOR", timedelta(0))
    assert alone(fresh(named), device).status_code == 422


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://orders.shop.example", True),
        ("http://localhost:8000", True),
        ("http://orders.shop.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]:8443", False),
    ],
)
def test_passkeys_want_a_name_and_tls(address: str, possible: bool) -> None:
    assert relying_party(address).possible is possible


def test_where_passkeys_are_not_possible_the_page_says_so(app: Flask, eva: StaffUser) -> None:
    assert "Browsers want a name and TLS" in browser(app, eva).get("/staff/account").text


def test_a_passkey_alone_suffices_where_the_role_needs_a_second_factor(
    named: Flask, eva: StaffUser, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(browser(named, eva), device)
    strict = named.config["SETTINGS"].model_copy(update={"production": True})
    monkeypatch.setitem(named.config, "SETTINGS", strict)
    client = fresh(named)
    alone(client, device)
    assert client.get("/staff/orders").status_code == 200


def shown(page: str) -> list[str]:
    return re.findall(r"<code>([\d ]{14})</code>", page)


def test_recovery_codes_are_shown_once_and_each_opens_once(
    named: Flask, session: Session, eva: StaffUser, device: Authenticator
) -> None:
    client = browser(named, eva)
    codes = shown(added(client, device))
    assert (len(set(codes)), shown(client.get("/staff/account").text)) == (10, [])
    hashes = [code.code_hash for code in session.scalars(select(RecoveryCode))]
    assert len(hashes) == 10 and not any(code.replace(" ", "").encode() in one for code in codes for one in hashes)
    for typed, led in ((codes[0], "/staff"), (codes[0].replace(" ", ""), None), (codes[1].replace(" ", "-"), "/staff")):
        lost = fresh(named)
        lost.post("/staff/sign-in", data={"email": eva.email, "password": PASSWORD})
        assert "A recovery code" in lost.get("/staff/sign-in/code").text
        assert lost.post("/staff/sign-in/code", data={"code": typed}).location == led
    assert "8 codes are left" in client.get("/staff/account").text
    assert [row[1] for row in audited(session)].count("staff.recovery_code_used") == 2


def test_new_codes_end_the_old_ones(named: Flask, session: Session, eva: StaffUser, device: Authenticator) -> None:
    client = browser(named, eva)
    old = shown(added(client, device))[0]
    assert "Those from before stop working" in client.get("/staff/account/recovery-codes").text
    client.post("/staff/account/recovery-codes")
    new = shown(client.get("/staff/account").text)
    assert (len(new), old in new) == (10, False)
    with transaction(session):
        assert not recovery.use_code(session, eva, old, key=SECRET, now=eva.created_at)


def test_codes_are_for_those_with_a_second_factor_only(named: Flask, session: Session, eva: StaffUser) -> None:
    assert browser(named, eva).post("/staff/account/recovery-codes").location == "/staff/account"
    assert session.scalars(select(RecoveryCode)).all() == []


def test_a_lost_device_takes_passkeys_and_codes_along(
    named: Flask, session: Session, now: datetime, eva: StaffUser, device: Authenticator
) -> None:
    added(browser(named, eva), device)
    with transaction(session):
        second_factor.remove(session, session.get_one(StaffUser, eva.id), by="admin@shop.example", now=now)
    assert (session.scalars(select(Passkey)).all(), session.scalars(select(RecoveryCode)).all()) == ([], [])
    client = fresh(named)
    assert client.post("/staff/sign-in", data={"email": eva.email, "password": PASSWORD}).location == "/staff"

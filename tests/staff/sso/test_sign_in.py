"""Signing in once: made where somebody comes for the first time, known again, with the role of today."""

from datetime import datetime

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.tokens import seal
from app.staff.auth import passwords
from app.staff.models import SignInProvider, StaffIdentity, StaffUser
from app.staff.people import people
from tests.conftest import SECRET as KEY
from tests.staff.browsers import PASSWORD, audited, browser, lets_in, member
from tests.staff.sso.conftest import come_back, go
from tests.staff.sso.provider import Provider


def signed_in(client: FlaskClient, provider: Provider) -> str:
    """Where somebody is led who has come through; else what the page says."""
    answer = come_back(client, go(client, provider))
    return str(answer.location) if answer.status_code == 303 else answer.text


def only(session: Session, email: str = "ana@shop.example") -> StaffUser:
    session.expire_all()
    return session.scalars(select(StaffUser).where(StaffUser.email == email)).one()


def test_whoever_comes_for_the_first_time_is_made_with_the_role_of_their_group(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    assert signed_in(visitor, provider) == "/staff"
    assert visitor.get("/staff/orders").status_code == 200
    user = only(session)
    assert (user.role, user.name, user.password_hash) == ("support", "Ana", "")
    done = [row[1] for row in audited(session)][-3:]
    assert done == ["staff.created", "sign_in.connected", "staff.signed_in"]
    assert "Acme" in visitor.get("/staff/sign-out").text or visitor.get("/staff/account").status_code == 200


def test_a_member_is_known_again_by_subject_whatever_their_address_has_become(
    registered: SignInProvider, vouching: Flask, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    signed_in(visitor, provider)
    provider.person |= {"email": "ana.nueva@shop.example"}
    assert signed_in(vouching.test_client(), provider) == "/staff"
    assert [user.email for user in session.scalars(select(StaffUser))] == ["ana@shop.example"]


def test_the_role_follows_the_groups_at_each_sign_in(
    registered: SignInProvider,
    vouching: Flask,
    visitor: FlaskClient,
    provider: Provider,
    session: Session,
    now: datetime,
) -> None:
    member(session, now, "admin")
    signed_in(visitor, provider)
    provider.person["groups"] = ["shop-admins"]
    signed_in(vouching.test_client(), provider)
    assert only(session).role == "admin"
    assert ("ana@shop.example", "staff.role_changed", "ana@shop.example") in audited(session)
    provider.person["groups"] = ["something else"]
    refused = signed_in(visitor, provider)
    assert "None of your groups there has a role here" in refused


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ({"groups": []}, "None of your groups there has a role here"),
        ({"groups": None}, "None of your groups there has a role here"),
        ({"groups": [["shop-admins"]]}, "None of your groups there has a role here"),
        ({"email": "ana@elsewhere.example"}, "not of a domain that may sign in here"),
        ({"email": "ana@evil.example@shop.example", "email_verified": False}, "not of a domain that may sign in here"),
        ({"email": None}, "not of a domain that may sign in here"),
    ],
)
def test_who_is_not_mapped_or_of_another_domain_is_refused_with_a_sentence(
    registered: SignInProvider,
    visitor: FlaskClient,
    provider: Provider,
    session: Session,
    person: object,
    sentence: str,
) -> None:
    provider.person |= person  # type: ignore[arg-type]
    assert sentence in signed_in(visitor, provider)
    assert session.scalars(select(StaffUser)).all() == []
    assert visitor.get("/staff/orders").status_code == 303


def test_an_address_that_somebody_has_here_is_not_taken_over(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session, now: datetime
) -> None:
    member(session, now, "admin", "ana")
    assert "somebody has here already" in signed_in(visitor, provider)
    assert session.scalars(select(StaffIdentity)).all() == []


def test_a_member_connects_their_account_after_a_question_and_signs_in_by_it(
    registered: SignInProvider,
    vouching: Flask,
    visitor: FlaskClient,
    provider: Provider,
    session: Session,
    now: datetime,
) -> None:
    user = member(session, now, "support", "ana")
    client = browser(vouching, user)
    assert "Connect your account" in client.get("/staff/account").text
    question = come_back(client, go(client, provider, "/staff/account/provider"))
    assert ("Is it yours?" in question.text, "Ana@Shop.example" in question.text) == (True, True)
    assert session.scalars(select(StaffIdentity)).all() == []
    assert client.post("/staff/account/provider").location == "/staff/account"
    assert "Connected" in client.get("/staff/account").text
    assert signed_in(visitor, provider) == "/staff"
    assert client.post("/staff/account/provider").status_code == 403, "the answer counted once"
    other = browser(vouching, member(session, now, "support", "eva"))
    come_back(other, go(other, provider, "/staff/account/provider"))
    assert "belongs to somebody else here" in other.post("/staff/account/provider").text


def test_who_was_invited_joins_by_the_provider_if_it_has_checked_their_address(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session, now: datetime
) -> None:
    people.invite(
        session, email="ana@shop.example", role="support", name="Ana", locale="es", by="a@b.example", key=KEY, now=now
    )
    session.commit()
    provider.person["email_verified"] = None
    assert "somebody has here already" in signed_in(visitor, provider)
    provider.person["email_verified"] = True
    assert signed_in(visitor, provider) == "/staff"
    assert not only(session).is_invited


def test_a_deactivated_member_stays_outside(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session, now: datetime
) -> None:
    signed_in(visitor, provider)
    only(session).active = False
    session.commit()
    assert "Your account here is deactivated" in signed_in(visitor, provider)


def test_the_only_admin_is_not_made_something_else(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session
) -> None:
    provider.person["groups"] = ["shop-admins"]
    signed_in(visitor, provider)
    provider.person["groups"] = ["shop-support"]
    assert "You are the only admin here" in signed_in(visitor, provider)
    assert only(session).role == "admin"


@pytest.mark.parametrize(
    ("trusts", "amr", "lately", "asks_again"),
    [
        (True, ["pwd", "otp"], True, False),
        (True, ["mfa"], True, False),
        (True, ["otp"], True, True),
        (True, ["pwd"], True, True),
        (True, ["mfa"], False, True),
        (False, ["mfa"], True, True),
    ],
)
def test_a_second_factor_there_counts_only_when_the_shop_says_so(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, session: Session, trusts: bool,
    amr: list[str], lately: bool, asks_again: bool,
) -> None:  # fmt: skip
    signed_in(visitor, provider)
    user = only(session)
    user.totp_secret = seal(KEY, pyotp.random_base32())
    registered.trusts_factor = trusts
    session.commit()
    provider.person |= {"amr": amr} | ({} if lately else {"auth_time": 1_700_000_000})
    assert signed_in(visitor, provider) == ("/staff/sign-in/code" if asks_again else "/staff")
    assert (visitor.get("/staff/orders").status_code == 200) is not asks_again


def test_in_production_the_role_still_needs_a_second_factor_from_somewhere(
    registered: SignInProvider, vouching: Flask, visitor: FlaskClient, provider: Provider, session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    strict = vouching.config["SETTINGS"].model_copy(update={"production": True})
    monkeypatch.setitem(vouching.config, "SETTINGS", strict)
    signed_in(visitor, provider)
    assert visitor.get("/staff/orders").location == "/staff/account"
    registered.trusts_factor = True
    session.commit()
    provider.person["amr"] = ["pwd", "otp"]
    signed_in(visitor, provider)
    assert visitor.get("/staff/orders").status_code == 200


def test_where_passwords_are_left_to_admins_nobody_else_uses_one(
    registered: SignInProvider, visitor: FlaskClient, session: Session, now: datetime
) -> None:
    for role in ("admin", "support"):
        member(session, now, role, password_hash=passwords.hashed(PASSWORD))
    registered.local_for = "admins"
    session.commit()
    assert lets_in(session, "admin@shop.example", PASSWORD, now)
    assert not lets_in(session, "support@shop.example", PASSWORD, now)
    page = visitor.get("/staff/sign-in").text
    assert ("Sign in with Acme" in page, "As an admin, with a password" in page) == (True, True)


def test_the_sign_in_page_shows_only_the_ways_that_are_set_up(visitor: FlaskClient) -> None:
    page = visitor.get("/staff/sign-in").text
    assert ("/staff/sign-in/provider" in page, "Sign in with a passkey" in page) == (False, False)
    assert visitor.get("/staff/sign-in/provider").status_code == 403


def test_one_comes_back_to_the_page_that_was_asked_for_and_to_no_other_host(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider
) -> None:
    for path, led in (("/staff/returns?show=here", "/staff/returns?show=here"), ("https://evil.example", "/staff")):
        back = go(visitor, provider, f"/staff/sign-in/provider?next={path}")
        assert come_back(visitor, back).location == led


def test_leaving_offers_to_leave_the_provider_too(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider
) -> None:
    signed_in(visitor, provider)
    left = visitor.post("/staff/sign-out")
    assert left.location == "/staff/sign-in?left=1"
    assert "Sign out of Acme too" in visitor.get(left.location).text
    away = visitor.get("/staff/sign-in/provider/leave").location
    assert away.startswith(f"{provider.issuer}/leave?client_id=paradero&post_logout_redirect_uri=")


def test_a_new_key_of_the_provider_is_taken_without_a_pause_of_an_hour(
    registered: SignInProvider, visitor: FlaskClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(visitor, provider)
    provider.rotate()
    from app.core.oidc import provider as described

    assert "can't be trusted" in signed_in(visitor, provider), "asked again once a minute at the most"
    monkeypatch.setattr(described, "ASKED_AGAIN", described.ASKED_AGAIN * 0)
    assert signed_in(visitor, provider) == "/staff"
    assert provider.asked.count("/.well-known/openid-configuration") == 1

"""The provider is set by page and by command, once it has answered; a local way in always stays."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.staff.auth import passwords
from app.staff.models import ProviderRole, SignInProvider, StaffUser
from app.staff.sso.settings import client_of
from tests.conftest import SECRET as KEY
from tests.staff.browsers import PASSWORD, audited, browser, member
from tests.staff.sso.provider import CLIENT, SECRET, Provider

PAGE = "/staff/settings/sign-in"


@pytest.fixture
def chief(vouching: Flask, session: Session, now: datetime) -> FlaskClient:
    return browser(vouching, member(session, now, "admin"))


def form(provider: Provider, **other: str) -> dict[str, str]:
    facts = {"title": "Acme", "issuer": provider.issuer, "client_id": CLIENT, "secret": SECRET, "claim": "groups"}
    return facts | {"domains": "shop.example, Other.example", "local_for": "everyone"} | other


def stored(session: Session) -> SignInProvider | None:
    session.expire_all()
    return session.get(SignInProvider, "staff")


def test_the_provider_is_set_by_the_page_and_its_secret_is_never_shown(
    chief: FlaskClient, provider: Provider, session: Session
) -> None:
    assert "/staff/sign-in/provider/back" in chief.get(PAGE).text
    assert chief.post(PAGE, data=form(provider)).status_code == 303
    row = stored(session)
    assert row is not None
    assert (row.domains, row.local_for, SECRET in row.secret) == (["shop.example", "other.example"], "everyone", False)
    assert client_of(row, KEY).client_secret == SECRET
    assert SECRET not in chief.get(PAGE).text
    chief.post(PAGE, data=form(provider, secret="", title="Acme 2"))
    row = stored(session)
    assert row is not None and (row.title, client_of(row, KEY).client_secret) == ("Acme 2", SECRET)
    assert [one[1] for one in audited(session)] == ["sign_in.provider_set"] * 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Write something here"),
        ("client_id", "x" * 201, "Write something here"),
        ("secret", "", "Write the secret that the provider gave you."),
        ("domains", "shop", "Write domains such as shop.example"),
        ("local_for", "nobody", "Choose who may use a password."),
        ("issuer", "http://169.254.169.254", "No provider answers there as it has to"),
        ("issuer", "not an address", "No provider answers there as it has to"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    chief: FlaskClient, provider: Provider, session: Session, field: str, value: str, sentence: str
) -> None:
    answer = chief.post(PAGE, data=form(provider, **{field: value}))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert stored(session) is None


def test_a_group_gets_a_role_and_loses_it(chief: FlaskClient, provider: Provider, session: Session) -> None:
    assert chief.post(f"{PAGE}/roles", data={"value": "desk", "role": "support"}).status_code == 409
    chief.post(PAGE, data=form(provider))
    for value, role, status in (("desk", "support", 303), ("desk", "king", 422), ("", "support", 422)):
        assert chief.post(f"{PAGE}/roles", data={"value": value, "role": role}).status_code == status
    assert "desk" in chief.get(PAGE).text
    chief.post(f"{PAGE}/roles/removal", data={"value": "desk"})
    assert session.scalars(select(ProviderRole)).all() == []
    assert "Nobody signs in there any more" in chief.get(f"{PAGE}/removal").text
    chief.post(f"{PAGE}/removal")
    assert stored(session) is None


def test_passwords_are_left_to_admins_only_when_one_gets_in_without_the_provider(
    chief: FlaskClient, provider: Provider, session: Session
) -> None:
    answer = chief.post(PAGE, data=form(provider, local_for="admins"))
    assert (answer.status_code, "At least one admin needs a password" in answer.text) == (409, True)
    admin = session.scalars(select(StaffUser)).one()
    admin.password_hash, admin.totp_secret = passwords.hashed(PASSWORD), "sealed"
    session.commit()
    assert chief.post(PAGE, data=form(provider, local_for="admins")).status_code == 303


def test_the_same_by_commands(vouching: Flask, provider: Provider, session: Session, tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = vouching.test_cli_runner().invoke(args=["portal", "staff", "sign-in", *words])
        return done.exit_code, done.output

    (tmp_path / "secret").write_text(f"{SECRET}\n")
    assert run("show") == (0, "No provider is set up: members sign in by password or passkey.\n")
    assert run("role", "desk", "support")[0] == 1
    facts = ("--title", "Acme", "--client-id", CLIENT, "--secret", str(tmp_path / "secret"))
    assert run("set", "http://169.254.169.254", *facts)[0] == 1
    assert run("set", provider.issuer, *facts, "--domain", "shop.example", "--trust-second-factor")[0] == 0
    assert run("role", "desk", "support") == (0, "desk: support\n")
    assert run("role", "desk", "king")[0] == 1
    shown = run("show")[1]
    assert ("groups = desk: support" in shown, "domains shop.example" in shown, SECRET in shown) == (True, True, False)
    row = stored(session)
    assert row is not None and client_of(row, KEY).client_secret == SECRET
    assert run("role", "desk") == (0, "desk: no role\n")
    assert run("off")[0] == 0
    assert [one[1] for one in audited(session)] == [
        "sign_in.provider_set", "sign_in.role_mapped", "sign_in.role_unmapped", "sign_in.provider_removed",
    ]  # fmt: skip
    assert all(one[0].startswith("cli:") for one in audited(session))

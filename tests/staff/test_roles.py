"""Roles of the shop's own: made of permissions on a page that says them all, and never beyond whoever makes them."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.staff.auth.roles import Permission
from app.staff.models import StaffRole, StaffUser
from app.staff.people import roles
from app.staff.people.words import PERMISSION_WORDS
from tests.staff.browsers import audited, browser, member

ROLES = "/staff/people/roles"
DESK = {"name": "Help desk", "permissions": ["orders", "cases"]}


@pytest.fixture
def boss(app: Flask, session: Session, now: datetime) -> FlaskClient:
    """Somebody who manages people and looks after orders, and may do nothing else."""
    session.add(StaffRole(key="boss", name="Boss", permissions=["orders", "people"], created_at=now))
    return browser(app, member(session, now, "boss"))


def test_the_page_says_what_each_role_may_do(admin: FlaskClient) -> None:
    page = admin.get(ROLES).text
    assert [one for one in Permission if str(PERMISSION_WORDS[one][0]) not in page] == []
    assert all(name in page for name in ("Support", "Warehouse", "Marketing", "Admin"))
    assert "None yet" in page


def test_a_role_is_made_given_and_changed_at_once(
    app: Flask, admin: FlaskClient, session: Session, now: datetime
) -> None:
    assert admin.post(f"{ROLES}/new", data=DESK).location == ROLES
    user = member(session, now, "warehouse", "eva")
    assert "Help desk" in admin.get("/staff/people").text
    question = admin.get(f"/staff/people/{user.id}/role?role=help-desk").text
    assert "Help desk: Look after orders, answer cases" in question
    admin.post(f"/staff/people/{user.id}/role", data={"role": "help-desk"})
    client = browser(app, user)
    assert [client.get(path).status_code for path in ("/staff/orders", "/staff/returns")] == [200, 403]
    changed = DESK | {"name": "Returns desk", "permissions": ["orders", "returns"]}
    assert admin.post(f"{ROLES}/help-desk", data=changed).status_code == 303
    assert [client.get(path).status_code for path in ("/staff/orders", "/staff/returns")] == [200, 200]
    done = [row[1:] for row in audited(session)]
    assert done == [
        ("staff.role_made", "help-desk"),
        ("staff.role_changed", "eva@shop.example"),
        ("staff.role_edited", "help-desk"),
    ]  # fmt: skip


def test_a_role_that_somebody_has_is_not_removed(admin: FlaskClient, session: Session, now: datetime) -> None:
    admin.post(f"{ROLES}/new", data=DESK)
    user = member(session, now, "help-desk", "eva")
    answer = admin.post(f"{ROLES}/help-desk/removal")
    assert (answer.status_code, "Somebody has this role" in answer.text) == (409, True)
    user.role = "support"
    session.commit()
    assert "made anew" in admin.get(f"{ROLES}/help-desk/removal").text
    assert admin.post(f"{ROLES}/help-desk/removal").status_code == 303
    assert admin.get(f"{ROLES}/help-desk").status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " "}, "Write a name of at most 40 characters."),
        ({"name": "x" * 41}, "Write a name of at most 40 characters."),
        ({"permissions": []}, "Choose at least one."),
        ({"permissions": ["teleport"]}, "Choose at least one."),
        ({"permissions": ["refunds"]}, "“Book refunds” needs “Decide on returns” too."),
        ({"name": "ADMIN"}, "There is a role of this name already."),
        ({"name": "help   DESK"}, "There is a role of this name already."),
    ],
)
def test_what_makes_no_role_is_said_at_its_place(
    admin: FlaskClient, session: Session, now: datetime, form: dict[str, object], sentence: str
) -> None:
    session.add(StaffRole(key="help-desk", name="Help desk", permissions=["orders"], created_at=now))
    session.commit()
    answer = admin.post(f"{ROLES}/new", data={**DESK, "name": "Other", **form})
    assert (answer.status_code in (409, 422), sentence in answer.text) == (True, True)


def test_built_in_roles_stay_as_they_are(admin: FlaskClient) -> None:
    assert admin.get(f"{ROLES}/support").status_code == 404
    assert admin.post(f"{ROLES}/admin", data=DESK).status_code == 404


def test_nobody_gives_or_makes_more_than_they_have(
    app: Flask, boss: FlaskClient, session: Session, now: datetime
) -> None:
    """Who manages people without being an admin does not become one, by whatever way."""
    session.add(StaffRole(key="strong", name="Strong", permissions=["orders", "audit"], created_at=now))
    user, chief = member(session, now, "warehouse", "eva"), member(session, now, "admin")
    peer = member(session, now, "boss", "peer")
    for path, form in (
        ("/staff/people", {"email": "new@shop.example", "role": "admin"}),
        (f"/staff/people/{peer.id}/role", {"role": "admin"}),
        (f"/staff/people/{user.id}/role", {"role": "boss"}),
        (f"/staff/people/{chief.id}/activity", {"active": "no"}),
        (f"/staff/people/{chief.id}/password", {}),
        (f"/staff/people/{chief.id}/second-factor-removal", {}),
        (f"/staff/people/{chief.id}/sessions-end", {}),
        (f"/staff/people/{chief.id}/sessions/x/end", {}),
        (f"{ROLES}/new", {"name": "Mine", "permissions": ["orders", "people", "refunds", "returns"]}),
        (f"{ROLES}/strong", {"name": "Weak", "permissions": ["orders"]}),
        (f"{ROLES}/strong/removal", {}),
        ("/staff/settings/sign-in", {"title": "Mine", "issuer": "https://evil.example"}),
        ("/staff/settings/sign-in/roles", {"value": "mine", "role": "admin"}),
    ):
        answer = boss.post(path, data=form)
        assert (answer.status_code, "more than you may do yourself" in answer.text) == (403, True), path
    own = boss.post(f"{ROLES}/boss", data={"name": "Boss", "permissions": ["orders", "people"]})
    assert (own.status_code, "Somebody else has to change your own role" in own.text) == (409, True)
    session.expire_all()
    assert {row.email: row.role for row in session.scalars(select(StaffUser))} == {
        "boss@shop.example": "boss", "eva@shop.example": "warehouse", "admin@shop.example": "admin",
        "peer@shop.example": "boss",
    }  # fmt: skip
    assert audited(session) == []
    assert boss.post("/staff/people", data={"email": "new@shop.example", "role": "boss"}).status_code == 303


def test_the_service_refuses_what_the_page_does(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid):
        roles.make_role(session, name="x", permissions=["orders", "teleport"], by="a", now=now)
    roles.make_role(session, name="Ñandú & Cía.", permissions=["orders"], by="a", now=now)
    with pytest.raises(Conflict):
        roles.make_role(session, name="nandu cia", permissions=["orders"], by="a", now=now)

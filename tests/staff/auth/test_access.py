"""Who opens what: every address of the console, by role, and for strangers."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.staff.auth.guard import role_required
from app.staff.auth.roles import PARTS, Role, may
from tests.staff.browsers import browser, member

EVERYONE = frozenset(Role)
SUPPORT = frozenset({Role.SUPPORT, Role.ADMIN})
OPEN_TO = {
    "audit": frozenset({Role.ADMIN}),
    "cases": SUPPORT,
    "collections": SUPPORT,
    "console": SUPPORT,
    "decisions": SUPPORT,
    "elsewhere": SUPPORT,
    "order_actions": SUPPORT,
    "messages": SUPPORT,
    "metrics": frozenset({Role.SUPPORT, Role.MARKETING, Role.ADMIN}),
    "brand_deeds": frozenset({Role.ADMIN}),
    "brand_previews": frozenset({Role.ADMIN}),
    "brands": frozenset({Role.ADMIN}),
    "settings": frozenset({Role.ADMIN}),
    "people": frozenset({Role.ADMIN}),
    "return_money": SUPPORT,
    "returning": SUPPORT,
    "second_factor": EVERYONE,
    "staff": EVERYONE,
    "warehouse": frozenset({Role.SUPPORT, Role.WAREHOUSE, Role.ADMIN}),
    "work": SUPPORT,
}
FOR_STRANGERS = {"staff.home", "staff.sign_in", "staff.enter", "second_factor.ask", "second_factor.check"}
FILLED = {"key": "demo", "ref": "AAAAAAAA", "public_id": "none", "name": "late"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule == "/staff" or rule.rule.startswith("/staff/")]


def address(app: Flask, rule: Rule) -> str:
    values = {name: FILLED.get(name, 1) for name in rule.arguments}
    if rule.endpoint == "decisions.decide":
        values["name"] = "approval"
    with app.test_request_context():
        return app.url_map.bind("").build(rule.endpoint, values)


def calls(app: Flask) -> list[tuple[Rule, str, str]]:
    return [
        (rule, method, address(app, rule))
        for rule in rules(app)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_part_says_to_whom_it_is_open(app: Flask) -> None:
    assert {rule.endpoint.partition(".")[0] for rule in rules(app)} <= set(OPEN_TO)
    assert len(rules(app)) > 40


def test_strangers_are_led_to_the_sign_in_page(app: Flask) -> None:
    for rule, method, url in calls(app):
        if rule.endpoint in FOR_STRANGERS:
            continue
        answer = app.test_client().open(url, method=method)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/staff/sign-in"), (method, url)


def test_after_signing_in_one_comes_back_to_the_page_that_was_asked_for(app: Flask) -> None:
    response = app.test_client().get("/staff/returns?show=here")
    assert response.location == "/staff/sign-in?next=/staff/returns?show%3Dhere"
    assert app.test_client().get("/staff/orders").location == "/staff/sign-in?next=/staff/orders"
    assert app.test_client().post("/staff/keys").location == "/staff/sign-in"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_own_parts_and_no_others(app: Flask, session: Session, now: datetime, role: Role) -> None:
    user = member(session, now, role)
    for rule, method, url in calls(app):
        if rule.endpoint in ("staff.leave", *FOR_STRANGERS):
            continue
        answer = browser(app, user).open(url, method=method)
        allowed = role in OPEN_TO[rule.endpoint.partition(".")[0]]
        assert (answer.status_code != 403) is allowed, (role, method, url, answer.status_code)
        assert answer.status_code < 500, (role, method, url)


def test_the_rail_shows_what_a_member_may_open(app: Flask, session: Session, now: datetime) -> None:
    assert 'class="rail' not in browser(app, member(session, now, "warehouse")).get("/staff/warehouse").text
    text = browser(app, member(session, now, "support")).get("/staff/orders").text
    assert "/staff/work/late" in text
    assert "/staff/warehouse" in text
    assert "/staff/people" not in text


def test_each_part_is_open_to_an_admin() -> None:
    assert all(may(Role.ADMIN, part) for part in PARTS)


def test_whoever_was_shut_out_is_a_stranger(app: Flask, session: Session, now: datetime) -> None:
    user = member(session, now, "support")
    client = browser(app, user)
    assert client.get("/staff/orders").status_code == 200
    user.active = False
    session.commit()
    assert client.get("/staff/orders").status_code == 303


def test_a_guard_names_its_roles() -> None:
    guarded = role_required(Role.SUPPORT)(lambda: "")
    assert guarded.guarded_for == {"support", "admin"}  # type: ignore[attr-defined]


def test_a_page_of_another_role_says_so_to_the_member(app: Flask, session: Session, now: datetime) -> None:
    clerk = browser(app, member(session, now, "warehouse"))
    answer = clerk.get("/staff/returns")
    assert answer.status_code == 403
    assert "Your role doesn't open this page" in answer.text and 'href="/staff"' in answer.text
    gone = browser(app, member(session, now, "support")).get("/staff/orders/AAAAAAAA")
    assert (gone.status_code, "There is nothing at this address" in gone.text) == (404, True)

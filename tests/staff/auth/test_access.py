"""Who opens what: every address of the console, by role, and for strangers."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.orders.models import Order
from app.returns.models import Return
from app.staff.auth.guard import permission_required
from app.staff.auth.roles import BUILT_IN, NEEDS, Permission, Role, missing, needed_for_list
from app.staff.models import StaffRole
from app.staff.worklists.worklists import WORKLISTS
from tests.staff.browsers import browser, member

P = Permission
OPEN_TO: dict[str, set[Permission]] = {
    "audit": {P.AUDIT},
    "cases": {P.CASES},
    "collections": {P.RETURNS},
    "console": {P.ORDERS},
    "decisions": {P.RETURNS},
    "elsewhere": {P.REFUNDS},
    "order_actions": {P.ORDERS},
    "messages": {P.ORDERS},
    "metrics": {P.METRICS},
    "passkeys": set(P),
    "people": {P.PEOPLE},
    "roles": {P.PEOPLE},
    "sign_in_settings": {P.PEOPLE},
    "sso": set(P),
    "staff_links": set(P),
    "settings": {P.SETTINGS, P.PEOPLE, P.AUDIT},
    "return_money": {P.RETURNS},
    "returning": {P.RETURNS},
    "second_factor": set(P),
    "staff": set(P),
    "warehouse": {P.WAREHOUSE},
    "work": {P.ORDERS},
    "notes": {P.ORDERS},
    "replies": {P.CASES},
    "work_deeds": {P.ORDERS},
    "api_keys": {P.SETTINGS},
    "webhooks_out": {P.SETTINGS},
    "webhook_deeds": {P.SETTINGS},
    "carrier_health": {P.SETTINGS},
    "carrier_words": {P.SETTINGS},
    "point_lists": {P.SETTINGS},
    "own_points": {P.SETTINGS},
    "clock": {P.SETTINGS},
    "connections": {P.SETTINGS},
    "brands": {P.SETTINGS},
    "brand_deeds": {P.SETTINGS},
    "brand_previews": {P.SETTINGS},
    "privacy": {P.SETTINGS},
    "order_link": {P.ORDERS},
    "customer_view": {P.ORDERS},
    "behalf": {P.RETURNS},
    "return_label": {P.PERSONAL},
    "handover_try": {P.SETTINGS},
    "setup": {P.SETTINGS},
    "demo_data": {P.SETTINGS},
    "training": set(P),
    "texts": {P.SETTINGS},
    "policy_settings": {P.SETTINGS},
    "reason_settings": {P.SETTINGS},
}
FINER: dict[str, set[Permission]] = {
    "order_actions.reveal": {P.PERSONAL},
    "messages.ask": {P.MESSAGES},
    "messages.again": {P.MESSAGES},
    "decisions.pay": {P.REFUNDS},
    "decisions.second": {P.SIGN_OFF},
    "return_money.amount": {P.REFUNDS},
    "return_money.refund_amount": {P.REFUNDS},
    "return_money.void": {P.REFUNDS},
    "elsewhere.units": {P.RETURNS},
    # Only one's own deeds, of whichever list.
    "work_deeds.take_back": {P.ORDERS, P.RETURNS, P.CASES},
    "work.saw_receipt": {P.RETURNS},
    "work.settled_withdrawal": {P.RETURNS},
}
ROLES: dict[str, set[Permission]] = {
    "admin": set(P),
    "support": {P.ORDERS, P.PERSONAL, P.MESSAGES, P.CASES, P.RETURNS, P.REFUNDS, P.SIGN_OFF, P.WAREHOUSE, P.METRICS},
    "warehouse": {P.WAREHOUSE},
    "marketing": {P.METRICS},
}
FOR_STRANGERS = {
    "staff.home", "staff.sign_in", "staff.enter", "second_factor.ask", "second_factor.check", "passkeys.begin",
    "passkeys.alone", "passkeys.enter", "passkeys.prove", "sso.start", "sso.back", "sso.leave",
    *(f"staff_links.{name}" for name in ("show", "use", "choose", "forgotten", "ask", "asked")),
}  # fmt: skip
# These refuse whoever may do less than what they would set, or have nothing set up to lead to.
FURTHER_CONDITIONS = {("sign_in_settings.page", "POST"), ("sso.start_connecting", "GET"), ("sso.connect", "POST")}
FILLED = {"ref": "AAAAAAAA", "public_id": "none", "name": "late", "key": "demo", "token": "none"}


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


def opening(endpoint: str) -> set[Permission]:
    """The permissions of which each opens an address."""
    return FINER.get(endpoint) or OPEN_TO[endpoint.partition(".")[0]]


def strange(app: Flask, client: FlaskClient, permissions: set[Permission]) -> list[tuple[str, str, int]]:
    """Addresses that open to somebody with these permissions and should not, or the other way round, or break."""
    odd = []
    for rule, method, url in calls(app):
        if rule.endpoint in ("staff.leave", *FOR_STRANGERS) or (rule.endpoint, method) in FURTHER_CONDITIONS:
            continue
        status = client.open(url, method=method).status_code
        allowed = opening(rule.endpoint) == set(P) or bool(opening(rule.endpoint) & permissions)
        if (status != 403) is not allowed or status >= 500:
            odd.append((method, url, status))
    return odd


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_own_parts_and_no_others(app: Flask, session: Session, now: datetime, role: Role) -> None:
    assert ROLES[role] == BUILT_IN[role]
    assert strange(app, browser(app, member(session, now, role)), ROLES[role]) == []


@pytest.mark.parametrize("permission", list(Permission))
def test_a_role_of_the_shop_with_one_permission_opens_what_that_is_for(
    app: Flask, session: Session, now: datetime, permission: Permission
) -> None:
    """Each page, by each permission alone and in every method."""
    session.add(StaffRole(key="own", name="Own", permissions=[permission.value], created_at=now))
    user = member(session, now, "own")
    assert strange(app, browser(app, user), {permission}) == []


def test_each_worklist_is_for_whoever_may_work_it_off(app: Flask, session: Session, now: datetime) -> None:
    session.add(StaffRole(key="own", name="Own", permissions=["orders", "returns"], created_at=now))
    client = browser(app, member(session, now, "own"))
    opened = {name for name in WORKLISTS if client.get(f"/staff/work/{name}").status_code == 200}
    assert opened == {name for name in WORKLISTS if needed_for_list(name) in (P.ORDERS, P.RETURNS)}
    assert ("refunds" in opened, "cases" in opened, "late" in opened) == (False, False, True)
    for way in ("/staff/work/{}/1/aside", "/staff/work/{}/deeds"):
        assert {name for name in WORKLISTS if client.post(way.format(name)).status_code != 403} == opened, way
    rail = client.get("/staff/orders").text
    assert ("/staff/work/late" in rail, "/staff/work/refunds" in rail) == (True, False)


def test_a_role_that_is_gone_or_names_what_there_is_not_opens_nothing(
    app: Flask, session: Session, now: datetime
) -> None:
    session.add(StaffRole(key="old", name="Old", permissions=["teleport"], created_at=now))
    for role in ("old", "gone"):
        client = browser(app, member(session, now, role))
        assert client.get("/staff").location == "/staff/account"
        assert strange(app, client, set()) == []


def test_what_a_permission_needs_is_told() -> None:
    assert missing({P.REFUNDS, P.SIGN_OFF, P.ORDERS}) == [(P.REFUNDS, P.RETURNS), (P.SIGN_OFF, P.RETURNS)]
    assert all(missing(permissions) == [] for permissions in BUILT_IN.values())
    assert set(NEEDS) < set(P)


def test_buttons_that_a_member_may_not_press_are_not_there(
    app: Flask, session: Session, now: datetime, waiting: Return
) -> None:
    """Who only looks at orders and returns finds neither refunds nor personal data to press."""
    session.add(StaffRole(key="own", name="Own", permissions=["orders"], created_at=now))
    client, order = browser(app, member(session, now, "own")), session.get_one(Order, waiting.order_id)
    page = client.get(f"/staff/orders/{order.ref}").text
    assert ("Show data" in page, f"/staff/returns/{waiting.ref}/approval" in page) == (False, False)
    full = browser(app, member(session, now, "support")).get(f"/staff/orders/{order.ref}").text
    assert ("Show data" in full, f"/staff/returns/{waiting.ref}/approval" in full) == (True, True)


def test_the_rail_shows_what_a_member_may_open(app: Flask, session: Session, now: datetime) -> None:
    assert 'class="rail' not in browser(app, member(session, now, "warehouse")).get("/staff/warehouse").text
    text = browser(app, member(session, now, "support")).get("/staff/orders").text
    assert "/staff/work/late" in text
    assert "/staff/warehouse" in text
    assert "/staff/people" not in text


def test_whoever_was_shut_out_is_a_stranger(app: Flask, session: Session, now: datetime) -> None:
    user = member(session, now, "support")
    client = browser(app, user)
    assert client.get("/staff/orders").status_code == 200
    user.active = False
    session.commit()
    assert client.get("/staff/orders").status_code == 303


def test_a_guard_names_its_permissions() -> None:
    guarded = permission_required(Permission.ORDERS)(lambda: "")
    assert guarded.guarded_for == {"orders"}  # type: ignore[attr-defined]


def test_a_page_of_another_role_says_so_to_the_member(app: Flask, session: Session, now: datetime) -> None:
    clerk = browser(app, member(session, now, "warehouse"))
    answer = clerk.get("/staff/returns")
    assert answer.status_code == 403
    assert "Your role doesn't open this page" in answer.text and 'href="/staff"' in answer.text
    gone = browser(app, member(session, now, "support")).get("/staff/orders/AAAAAAAA")
    assert (gone.status_code, "There is nothing at this address" in gone.text) == (404, True)

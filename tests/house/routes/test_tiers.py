"""Who sees what of an order, over every address there is (requirements A-01 and A-07)."""

from types import SimpleNamespace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.house.routes.addresses import PUBLIC_OF_STAFF, Address, addresses
from tests.house.routes.visits import Visitor, forms, open_as, undone
from tests.house.routes.world import MINE

# A new blueprint must be put into one of these on purpose.
OF_A_CUSTOMER = {
    "tracking", "codes", "return_flow", "returns", "preferences", "one_click", "withdrawal", "links", "support",
    "sharing", "shared", "own_data",
}  # fmt: skip
OF_EVERYONE = {
    "orders",
    "account",
    "pages",
    "pictures",
    "static",
    "docs",
    "health",
    "unsent",
    "manifest",
    "policy_page",
    "brand_files",
    "handover",
    "handover_in",
    "shop_sign_in",
}
OF_THE_SANDBOX = {"sandbox", "demo_shop"}
OF_SYSTEMS = {"api", "oms", "carriers", "message_hooks"}
OF_STAFF = {
    "staff", "second_factor", "console", "order_actions", "returning", "decisions", "elsewhere", "return_money",
    "messages", "work", "cases", "collections", "people", "audit", "metrics", "warehouse", "settings", "api_keys",
    "webhooks_out", "webhook_deeds", "clock", "carrier_health", "carrier_words", "point_lists", "own_points",
    "connections", "work_deeds", "notes", "replies", "roles", "staff_links", "passkeys", "sso", "sign_in_settings",
    "privacy", "brands", "brand_previews", "brand_deeds", "policy_settings", "reason_settings", "texts", "setup",
    "demo_data", "training", "order_link", "customer_view", "behalf", "return_label", "handover_try",
}  # fmt: skip
BY_A_SECRET = {"links", "shared", "preferences.view", "preferences.change", "one_click"}
"""A secret in the address opens these for whoever holds it; it still shows nothing above tier one."""


@pytest.fixture
def customer_endpoints(house: SimpleNamespace) -> list[Address]:
    return [one for one in addresses(house.app) if one.blueprint in OF_A_CUSTOMER | OF_EVERYONE]


def test_every_blueprint_is_somebodys(app: Flask) -> None:
    blueprints = OF_A_CUSTOMER | OF_EVERYONE | OF_THE_SANDBOX | OF_SYSTEMS | OF_STAFF
    assert {one.blueprint for one in addresses(app)} - blueprints == set()


def test_a_stranger_sees_nothing_of_an_order(house: SimpleNamespace, customer_endpoints: list[Address]) -> None:
    assert _told(house, customer_endpoints, "stranger", (*MINE.personal, *MINE.course)) == []


def test_tier_one_sees_the_course_and_nothing_of_the_person(
    house: SimpleNamespace, customer_endpoints: list[Address]
) -> None:
    assert _told(house, customer_endpoints, "tier 1", MINE.personal) == []
    page = open_as(house.app, house.visitors["tier 1"], f"/o/{house.mine['order']}").text
    assert [word for word in MINE.course if word not in page] == []


def test_tier_two_sees_the_person_too(house: SimpleNamespace, customer_endpoints: list[Address]) -> None:
    sightings = _told(house, customer_endpoints, "tier 2", (MINE.personal[0], MINE.personal[5], MINE.personal[7]))
    assert {word for _, word in sightings} == {MINE.personal[0], MINE.personal[5], MINE.personal[7]}


def test_another_customer_sees_nothing_on_any_address(house: SimpleNamespace) -> None:
    """Each request of hers with his references, in every method: not found, or sent away, and not a word of hers."""
    words = (*MINE.personal, MINE.title, MINE.parcel, MINE.email, MINE.phone)
    sightings, let_in = [], []
    for address in addresses(house.app):
        if address.blueprint in OF_THE_SANDBOX:
            continue
        answer = _visit(house, address, house.visitors["other tier 2"])
        sightings += [(str(address), word) for word in words if word in _everything(answer)]
        named = set(address.rule.arguments) & {"ref", "public_id", "refund_id", "shipment_id", "number"}
        if named and answer.status_code not in (303, 401, 404):
            let_in.append((str(address), answer.status_code))
    assert sightings == []
    assert let_in == []


def test_one_order_opens_no_other_by_its_parts(house: SimpleNamespace) -> None:
    """His own order in the address, her shipment, refund or receipt below it: there is no such thing."""
    parts = {"refund_id", "shipment_id", "key"}
    mixed = {
        **house.theirs,
        **{name: house.mine[name] for name in ("refund_id", "elsewhere_id", "shipment_id", "receipt")},
    }
    for address in addresses(house.app):
        if address.rule.arguments & parts and "ref" in address.rule.arguments:
            with undone(house.session):
                answer = open_as(house.app, house.visitors["admin"], address.path(mixed), address.method)
            assert answer.status_code == 404, address


def test_staff_pages_open_to_no_customer_and_no_stranger(house: SimpleNamespace) -> None:
    for address in addresses(house.app):
        if address.blueprint in OF_STAFF and address.endpoint not in PUBLIC_OF_STAFF:
            for name in ("stranger", "tier 2"):
                answer = _visit(house, address, house.visitors[name])
                assert (answer.status_code, "/staff/sign-in" in (answer.location or "")) == (303, True), address


def test_no_page_names_an_order_by_its_number(house: SimpleNamespace, customer_endpoints: list[Address]) -> None:
    """The shop's number is on pages, never in an address (A-05)."""
    for address in customer_endpoints:
        if address.method == "GET":
            answer = _visit(house, address, house.visitors["tier 2"])
            actions = [form.action for form in forms(answer.text)] if answer.mimetype == "text/html" else []
            assert [one for one in (*actions, answer.location or "") if MINE.number in one] == [], address


@pytest.mark.parametrize("who", ["stranger", "tier 2", "admin"])
def test_no_form_is_taken_without_its_token_or_from_another_site(
    house: SimpleNamespace, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each unsafe page, by whoever is signed in (H-04)."""
    free = {blueprint.name for blueprint in house.app.extensions["csrf"]._exempt_blueprints}
    for address in addresses(house.app):
        if address.method != "GET" and address.blueprint not in free:
            elsewhere = {"Sec-Fetch-Site": "cross-site"}
            with undone(house.session):
                path = address.path(house.mine)
                crossed = open_as(house.app, house.visitors[who], path, address.method, headers=elsewhere)
                monkeypatch.setitem(house.app.config, "WTF_CSRF_ENABLED", True)
                bare = open_as(house.app, house.visitors[who], path, address.method, data={"csrf_token": "x"})
                monkeypatch.setitem(house.app.config, "WTF_CSRF_ENABLED", False)
            assert (crossed.status_code, bare.status_code) == (403, 400), address


def _told(house: SimpleNamespace, endpoints: list[Address], who: str, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which of the words are said where."""
    sightings = []
    for address in endpoints:
        if who == "stranger" and (address.blueprint in BY_A_SECRET or address.endpoint in BY_A_SECRET):
            continue
        page = _everything(_visit(house, address, house.visitors[who]))
        sightings += [(str(address), word) for word in words if word in page]
    return sightings


def _visit(house: SimpleNamespace, address: Address, who: Visitor) -> TestResponse:
    with undone(house.session):
        return open_as(house.app, who, address.path(house.mine), address.method)


def _everything(answer: TestResponse) -> str:
    """Body and headers as text; papers are compared as the bytes they are."""
    return answer.data.decode("utf-8", "replace") + str(answer.headers)

"""The returns policy in the console: rules in words, a draft that the page carries, tried before it holds."""

import html
import json
import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.returns.policy.stored.kind import put_policy
from app.returns.services import request_return
from tests.returns.stage import asking, delivered_order
from tests.staff.browsers import browser, member

PAGE = "/staff/settings/policy/demo"
CHRISTMAS = {
    "name": "christmas",
    "when": {"on": "ordered", "since": "11-15", "until": "12-24"},
    "then": {"do": "window", "days": 60},
}
NO_SHOES = {"name": "no-shoes", "when": {"on": "category", "one_of": ["shoes"]}, "then": {"do": "refuse"}}


@pytest.fixture(autouse=True)
def english(admin: FlaskClient) -> None:
    admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def draft_in(page: str) -> dict[str, Any]:
    """The draft that a page carries."""
    match = re.search(r'name="draft"\s+value="([^"]*)"', page)
    assert match is not None
    return dict(json.loads(html.unescape(match[1])))


def act(admin: FlaskClient, press: str, document: dict[str, Any], **more: Any) -> str:
    """Press a button of the page with this draft in it."""
    answer = admin.post(f"{PAGE}/draft", data={"draft": json.dumps(document), "expected": "0", "act": press, **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_only_brand_s_policy_opens_at_once(admin: FlaskClient) -> None:
    assert admin.get("/staff/settings/policy").headers["Location"] == PAGE
    page = admin.get(PAGE)
    assert page.status_code == 200
    assert "Always: you can send it back for 30 days after it arrives." in page.text


def test_a_rule_is_made_by_its_form_and_reads_as_a_sentence(admin: FlaskClient) -> None:
    assert 'name="about"' in act(admin, "add", {})
    form = {"editing": "0", "name": "no-shoes", "do": "refuse", "joint": "all"}
    page = act(admin, "condition", {}, about="category", **form)
    assert 'name="c0-names"' in page
    page = act(admin, "rule", {}, **form, **{"c0-on": "category", "c0-names": "shoes", "c0-not": "1"})
    assert "If the item isn't of the kind shoes: you can't send it back." in html.unescape(page)
    assert draft_in(page)["rules"] == [NO_SHOES | {"when": {"not": NO_SHOES["when"]}}]


def test_every_kind_of_condition_goes_through_its_form_unchanged(admin: FlaskClient) -> None:
    conditions = [
        {"on": "country", "one_of": ["ES", "PT"]}, {"on": "order_value", "at_least": {"EUR": 5000, "MXN": 90000}},
        {"on": "returns", "at_least": 5, "days": 90}, {"on": "title", "words": ["camisa"]}, {"on": "first_order"},
        {"not": {"on": "final_sale"}}, {"on": "reason", "one_of": ["too_small", "quality"]},
        {"on": "days_since_delivery", "at_least": 3, "at_most": 9}, {"on": "asked", "since": "12-24", "until": "01-06"},
        {"not": {"on": "sku", "one_of": ["TS-*"]}},
    ]  # fmt: skip
    rule = {
        "name": "all",
        "when": {"all": conditions},
        "then": {"do": "review"},
        "words": {"en": "We look.", "es": "Miramos."},
    }
    page = act(admin, "edit:0", {"rules": [rule]})
    fields: list[tuple[str, str]] = re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"[^>]*?>', page)
    fields = [(name, html.unescape(value)) for name, value in fields if not name.endswith(("-not", "-pick", "methods"))]
    ticked = re.findall(r'<input[^>]*?name="(c\d+-(?:pick|not))"\s+value="([^"]*)"\s+checked', page)
    data: dict[str, Any] = {}
    for name, value in [*fields, *ticked]:
        data.setdefault(name, []).append(value)
    data = {name: values for name, values in data.items() if name not in ("draft", "even_in_withdrawal", "expected")}
    page = act(admin, "rule", {"rules": [rule]}, **data | {"do": "review", "joint": "all"})
    assert draft_in(page)["rules"] == [rule]


def test_rules_are_moved_and_removed(admin: FlaskClient) -> None:
    document = {"rules": [CHRISTMAS, NO_SHOES]}
    assert [one["name"] for one in draft_in(act(admin, "down:0", document))["rules"]] == ["no-shoes", "christmas"]
    assert [one["name"] for one in draft_in(act(admin, "up:1", document))["rules"]] == ["no-shoes", "christmas"]
    assert [one["name"] for one in draft_in(act(admin, "remove:0", document))["rules"]] == ["no-shoes"]
    for odd in ("up:0", "down:9", "remove:x", "edit:9", "dance"):
        assert draft_in(act(admin, odd, document)) == document


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"do": "window", "days": "soon"}, "Rule 1: Write a whole number from 0 to 3,650."),
        ({"do": "fee", "amount": "3 euros"}, "Rule 1: Write amounts with their currency"),
        ({"do": "fee", "amount": "3.955 EUR"}, "Rule 1: Write amounts with their currency"),
        ({"do": "methods"}, "Rule 1: Choose at least one way back."),
        ({"do": "allow", "name": "No Spaces"}, "Rule 1: Write a short name"),
        ({"do": "allow", "c0-on": "country", "c0-names": "Spain"}, "Rule 1: Country it goes to: say at least one"),
        ({"do": "allow", "c0-on": "method", "c0-pick": "pickup"}, "Rule 1: A rule about the way back"),
        ({"do": "waive", "c0-on": "order_value"}, "Rule 1: Value of the order: say from or below"),
        ({"do": "waive", "c0-on": "asked", "c0-since": "x", "c0-until": ""}, "Rule 1: Write both days as"),
    ],
)
def test_a_fault_names_its_rule(admin: FlaskClient, fields: dict[str, str], fault: str) -> None:
    data = {"draft": "{}", "expected": "0", "act": "rule", "editing": "0", "name": "one"} | fields
    answer = admin.post(f"{PAGE}/draft", data=data)
    assert answer.status_code == 422
    assert fault.replace("3,650", "3650") in html.unescape(answer.text)


def test_fields_are_typed_and_what_is_wrong_is_said_at_its_place(admin: FlaskClient, session: Session) -> None:
    form = {"draft": "{}", "expected": "0", "act": "example", "window_days": "45", "fees-pickup": "4,95 EUR; 5 USD",
            "categories": "hygiene: no", "way": ["dropoff", "pickup"], "second_person": "1"}  # fmt: skip
    document = draft_in(admin.post(f"{PAGE}/draft", data=form).text)
    assert document == {
        "window_days": 45, "fees": {"dropoff": {"EUR": 0}, "pickup": {"EUR": 495, "USD": 500}},
        "categories": {"hygiene": "no"}, "second_person": True,
    }  # fmt: skip
    odd = admin.post(f"{PAGE}", data=form | {"window_days": "many", "countries": "Spain"})
    assert odd.status_code == 422
    assert "Days to send it back: write a whole number" in odd.text
    assert session.get_one(Brand, "demo").policy == {}


def test_a_draft_is_saved_with_its_version_and_brought_back(admin: FlaskClient, session: Session) -> None:
    for days in (40, 50):
        number = 0 if days == 40 else 1
        data = {"draft": json.dumps({"window_days": days}), "expected": str(number), "note": "for summer"}
        assert admin.post(PAGE, data=data).status_code == 303
    page = admin.get(PAGE).text
    assert "for summer" in page
    assert "40 → 50" in page
    assert admin.post(PAGE, data={"draft": "{}", "expected": "1"}).status_code == 409
    assert admin.post(f"{PAGE}/versions/1/restoration").status_code == 303
    session.expire_all()
    assert session.get_one(Brand, "demo").policy == {"window_days": 40}
    assert admin.post(f"{PAGE}/versions/9/restoration").status_code == 404


def test_a_second_person_approves_what_may_cost_money(
    admin: FlaskClient, app: Flask, session: Session, now: datetime
) -> None:
    put_policy(session, "demo", {"second_person": True}, by="system", now=now)
    session.commit()
    data = {"draft": json.dumps({"second_person": True, "window_days": 90}), "expected": "1"}
    assert admin.post(PAGE, data=data).status_code == 303
    assert "You proposed it" in admin.get(PAGE).text
    assert admin.post(f"{PAGE}/versions/2/approval").status_code == 409
    other = browser(app, member(session, now, "admin", "ben"))
    assert other.post(f"{PAGE}/versions/2/approval").status_code == 303
    session.expire_all()
    assert session.get_one(Brand, "demo").policy["window_days"] == 90


def test_an_example_is_answered_by_the_draft_and_by_what_is_in_force(
    admin: FlaskClient, session: Session, now: datetime
) -> None:
    delivered_order(session, now=now, days_ago=25)
    rule = {"name": "none", "then": {"do": "refuse"}, "words": {"en": "Not this week.", "es": "Esta semana no."}}
    page = act(admin, "example", {"rules": [rule]}, **{"example-number": "1001", "example-reason": "too_small"})
    assert "Not this week." in page
    assert page.count("refund €19.90") == 1, "in force alone; the collection costs"
    unknown = act(admin, "example", {}, **{"example-number": "nothing"})
    assert "There is no order nothing of this brand." in unknown


def test_past_returns_are_judged_by_the_draft(admin: FlaskClient, session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now, days_ago=20)
    return_ = request_return(session, order.id, asking(("1", 2, "too_small")), by="customer", now=now)
    session.commit()
    page = act(admin, "past", {"window_days": 7, "grace_days": 0}, **{"past-days": "30"})
    assert "1 of 1 returns judged; 1 would change." in " ".join(page.split())
    assert "Refunds: −€39.80." in page
    assert return_.ref in page
    assert "Yes → No" in page
    assert act(admin, "past-more", {}, **{"past-totals": "rubbish"}).count("1 of 1") == 1


def test_what_is_no_draft_begins_anew(admin: FlaskClient) -> None:
    for odd in ("", "[", "[1]", '{"windw_days": 1}', '"x"'):
        answer = admin.post(f"{PAGE}/draft", data={"draft": odd, "act": "add"})
        assert answer.status_code == 422
        assert "The draft couldn't be read" in html.unescape(answer.text)


def test_support_does_not_open_it(support: FlaskClient) -> None:
    assert support.get(PAGE).status_code == 403
    assert support.post(PAGE, data={}).status_code == 403


def test_a_brand_that_there_is_not(admin: FlaskClient) -> None:
    assert admin.get("/staff/settings/policy/nobody").status_code == 404

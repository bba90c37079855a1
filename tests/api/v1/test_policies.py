"""Policies and reasons over HTTP: documents with versions and tags, written whole, approved and brought back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.v1 import examples
from app.brands.models import Brand
from app.core.clock import utcnow
from app.returns.policy.stored.reason_list import usual_document
from tests.api.conftest import pointers
from tests.returns.stage import delivered_order

POLICY, REASONS = "/api/v1/policies/demo", "/api/v1/reasons/demo"


def test_a_policy_is_told_with_its_rules_in_words(api: FlaskClient) -> None:
    before = api.get(POLICY)
    assert (before.json["version"], before.json["document"]) == (0, {})
    assert before.json["policy"]["window_days"] == 30
    answer = api.put(POLICY, json=examples.POLICY, headers={"If-Match": before.headers["ETag"]}).json
    assert (answer["version"], answer["document"]) == (1, examples.POLICY)
    words = {rule["name"]: rule["words"] for rule in answer["rules"]}
    assert words["christmas"].startswith("If it was ordered from 15 Nov to 24 Dec: you can send it back for 60 days")
    assert words["usual_window"] == "Always: you can send it back for 30 days after it arrives."


def test_who_has_not_read_the_last_version_overwrites_nothing(api: FlaskClient) -> None:
    tag = api.get(POLICY).headers["ETag"]
    assert api.put(POLICY, json={"window_days": 40}, headers={"If-Match": tag}).status_code == 200
    late = api.put(POLICY, json={"window_days": 50}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert api.get(POLICY).json["document"] == {"window_days": 40}
    same = api.get(POLICY, headers={"If-None-Match": api.get(POLICY).headers["ETag"]})
    assert same.status_code == 304


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"windw_days": 1}, "#/windw_days"),
        ({"rules": [{"name": "a", "then": {"do": "fee"}}]}, "#/rules/0/then/fee"),
        ({"rules": [{"name": "a", "when": {"on": "moon"}, "then": {"do": "allow"}}]}, "#/rules/0/when"),
    ],
)
def test_what_is_no_policy_is_refused_at_its_place(api: FlaskClient, document: dict[str, Any], pointer: str) -> None:
    answer = api.put(POLICY, json=document)
    assert answer.status_code == 422
    assert pointer in pointers(answer)


def test_what_may_cost_money_waits_for_a_second_person_where_the_policy_says_so(api: FlaskClient) -> None:
    api.put(POLICY, json={"second_person": True})
    answer = api.put(POLICY, json={"second_person": True, "window_days": 60}).json
    assert (answer["version"], answer["proposed"]["number"]) == (1, 2)
    assert api.post(f"{POLICY}/versions/2/approval").status_code == 409, "nobody approves what they proposed"
    dates = api.put(POLICY, json={"second_person": True, "inspection_days": 3}).json
    assert dates["version"] == 3, "dates cost nothing"


def test_versions_are_listed_and_brought_back(api: FlaskClient) -> None:
    for days in (40, 50):
        api.put(POLICY, json={"window_days": days})
    assert api.post(f"{POLICY}/versions/1/restoration").json["document"] == {"window_days": 40}
    rows = api.get(f"{POLICY}/versions").json["versions"]
    assert [(row["number"], row["state"], row["restores"]) for row in rows] == [
        (3, "live", 1), (2, "replaced", None), (1, "replaced", None),
    ]  # fmt: skip
    assert rows[0]["made_by"] == "api:tests"
    for unknown in ("9", "x", "-1"):
        assert api.post(f"{POLICY}/versions/{unknown}/restoration").status_code == 404
    assert api.get("/api/v1/policies/nobody/versions").status_code == 404


def test_reasons_are_told_changed_and_named_in_refusals(api: FlaskClient, session: Session) -> None:
    delivered_order(session, now=utcnow())
    document = api.get(REASONS).json["document"]
    assert document == usual_document()
    own = {"handle": "too_itchy", "group": "not_as_expected", "words": {"en": "It itches", "es": "Pica"}}
    rows = [own, *(row | {"retired": True} if row["handle"] == "quality" else row for row in document["reasons"])]
    assert api.put(REASONS, json={"reasons": rows}).json["version"] == 1
    request = {"order": "1001", "method": "dropoff", "lines": [{"line": "1", "quantity": 1, "reason": "quality"}]}
    refused = api.post("/api/v1/returns", json=request)
    assert pointers(refused) == ["#/lines/0/reason"]
    assert "too_itchy" in refused.json["errors"][0]["detail"]
    assert "quality" not in refused.json["errors"][0]["detail"]
    request["lines"] = [{"line": "1", "quantity": 1, "reason": "too_itchy"}]
    assert api.post("/api/v1/returns", json=request).status_code == 201


def test_a_reason_is_retired_and_never_deleted(api: FlaskClient, session: Session) -> None:
    fewer = {"reasons": [row for row in usual_document()["reasons"] if row["handle"] != "quality"]}
    answer = api.put(REASONS, json=fewer)
    assert answer.status_code == 422
    assert "retire it instead" in answer.json["errors"][0]["detail"]
    assert session.get_one(Brand, "demo").reasons == {}


def test_keys_without_the_scope_are_refused(key_with: Callable[..., FlaskClient]) -> None:
    reader = key_with("settings:read")
    assert reader.get(POLICY).status_code == 200
    assert reader.put(POLICY, json={}).status_code == 403
    assert key_with("returns:write").get(REASONS).status_code == 403

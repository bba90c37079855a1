"""Brands over HTTP: whole documents, tags of versions, pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import pointers
from tests.brands.test_document import WHOLE
from tests.brands.test_pictures import drawn

DEMO = "/api/v1/brands/demo"


def test_a_brand_is_read_written_and_read_again(api: FlaskClient) -> None:
    before = api.get(DEMO)
    assert (before.json["version"], before.json["is_default"]) == (0, True)
    answer = api.put(DEMO, json=WHOLE, headers={"If-Match": before.headers["ETag"]})
    assert (answer.status_code, answer.json["version"], answer.json["document"]) == (200, 2, WHOLE)
    again = api.get(DEMO, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_was_changed_meanwhile_is_not_overwritten(api: FlaskClient) -> None:
    seen = api.get(DEMO).headers["ETag"]
    api.put(DEMO, json=WHOLE, headers={"If-Match": seen})
    late = api.put(DEMO, json=WHOLE | {"name": "Late"}, headers={"If-Match": seen})
    assert (late.status_code, late.mimetype) == (412, "application/problem+json")
    assert api.put(DEMO, json=WHOLE | {"name": "Unseen"}).status_code == 200
    assert api.put(DEMO, json=WHOLE | {"name": "Any"}, headers={"If-Match": "*"}).status_code == 200


def test_a_brand_that_there_is_not_is_added(api: FlaskClient) -> None:
    assert api.put("/api/v1/brands/norte", json={"name": "Norte"}, headers={"If-Match": '"x"'}).status_code == 412
    assert api.put("/api/v1/brands/norte", json={"name": "Norte"}).json["key"] == "norte"
    listed = api.get("/api/v1/brands").json["brands"]
    assert [(brand["key"], brand["is_default"]) for brand in listed] == [("demo", True), ("norte", False)]


def test_every_fault_is_pointed_at_in_words(api: FlaskClient) -> None:
    answer = api.put(DEMO, json={"name": "x", "help": {"email": "nobody"}, "time_zone": "Bilbao", "more": 1})
    assert answer.status_code == 422
    assert pointers(answer) == ["#/help/email", "#/time_zone", "#/more"]
    assert answer.json["errors"][0]["detail"] == "Write an e-mail address such as help@shop.example."


def test_versions_are_listed_and_brought_back(api: FlaskClient) -> None:
    before = api.get(DEMO).json["document"]
    api.put(DEMO, json=WHOLE)
    assert api.post(f"{DEMO}/versions/1/restoration").json["document"] == before
    rows = api.get(f"{DEMO}/versions").json["versions"]
    assert [(row["number"], row["state"], row["made_by"]) for row in rows] == [
        (3, "live", "api:tests"),
        (2, "replaced", "api:tests"),
        (1, "replaced", "system"),
    ]
    for number in ("0", "9", "x"):
        assert api.post(f"{DEMO}/versions/{number}/restoration").status_code == 404


def test_a_picture_is_put_shown_and_left_out(api: FlaskClient, client: FlaskClient) -> None:
    answer = api.put(f"{DEMO}/pictures/logo", data=drawn(), content_type="image/png")
    name = answer.json["document"]["look"]["logo"]
    assert client.get(f"/brand-files/{name}.png").status_code == 200
    assert api.delete(f"{DEMO}/pictures/logo").json["document"]["look"]["logo"] is None
    refused = api.put(f"{DEMO}/pictures/logo", data=b"<svg/>", content_type="image/svg+xml")
    assert (refused.status_code, pointers(refused)) == (422, ["#/look/logo"])
    assert api.put(f"{DEMO}/pictures/hat", data=drawn(), content_type="image/png").status_code == 404


def test_key_default_and_retirement(api: FlaskClient) -> None:
    api.put("/api/v1/brands/norte", json={"name": "Norte"})
    assert api.post("/api/v1/brands/norte/renaming", json={"key": "sur"}).json["key"] == "sur"
    assert api.post("/api/v1/brands/norte/retirement").json["retired_at"]
    assert api.post("/api/v1/brands/sur/default").status_code == 409
    assert api.post("/api/v1/brands/sur/revival").json["retired_at"] is None
    assert api.post("/api/v1/brands/sur/default").json["is_default"]
    assert api.post("/api/v1/brands/sur/retirement").status_code == 409


@pytest.mark.parametrize("scope", ["orders:write", "settings:read"])
def test_a_key_without_the_scope_changes_nothing(key_with: Callable[..., FlaskClient], scope: str) -> None:
    assert key_with(scope).put(DEMO, json=WHOLE).status_code == 403


def test_an_order_of_no_brand_says_how_to_add_one(api: FlaskClient, document: dict[str, Any]) -> None:
    answer = api.put("/api/v1/orders/1001", json=document | {"brand": "nobody"})
    assert answer.status_code == 422
    assert "There is no such brand" in answer.json["errors"][0]["detail"]
    assert "paradero brand add" in answer.json["errors"][0]["detail"]

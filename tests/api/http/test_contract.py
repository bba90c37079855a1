"""The interface holds to its description, refuses in words of the document, and takes what the docs show."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.http import openapi
from app.api.v1 import examples
from app.api.webhooks_out import subscriptions
from app.core.clock import utcnow
from app.core.settings import ROOT
from app.orders.document import fields
from app.orders.document.mending.order import mended
from app.returns.policy.reasons import USUAL_REASONS
from tests.api.conftest import pointers

OF_THE_CHECKER = re.compile(
    r"Input should|should have|should be a valid|Tuple|Extra inputs|Value error|validation|JSON parse"
)
ODD: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", " ", "x", "x" * 5000, "\u202e", [], {}, [None], {"a": 1}]
DOCS = ("docs/orders.md", "docs/api.md")


def addresses(app: Flask) -> Iterator[tuple[str, set[str]]]:
    """Each address of the description with something in its places, and its methods."""
    description = openapi.document(app)
    for path, methods in description["paths"].items():
        yield "/api/v1" + re.sub(r"{\w+}", "1", path), {method.upper() for method in methods}


def test_allow_names_what_is_described(api: FlaskClient, flask_app: Flask) -> None:
    for address, methods in addresses(flask_app):
        answer = api.open(address, method="PATCH")
        allowed = {name.strip() for name in answer.headers["Allow"].split(",")}
        assert (answer.status_code, allowed - {"HEAD", "OPTIONS"}) == (405, methods), address


def test_fixed_words_stand_for_no_order_and_no_return(api: FlaskClient, document: dict[str, Any]) -> None:
    assert api.get("/api/v1/orders/batch").status_code == 405
    assert api.get("/api/v1/returns/eligibility").status_code == 405
    for number in ("batches", "batch-1", "a/batch", "batch/1"):
        assert api.put(f"/api/v1/orders/{number}", json=document | {"number": number}).status_code == 201
        assert api.get(f"/api/v1/orders/{number}").status_code == 200


@pytest.mark.parametrize("address", ["/orders?updated_since=", "/returns?updated_since=", "/messages?since="])
@pytest.mark.parametrize("value", ["0.5", "5", "1700000000", "1e3", "2026-11-01", "10:00:00Z", "-1"])
def test_a_number_is_no_instant_in_a_query(api: FlaskClient, address: str, value: str) -> None:
    answer = api.get(f"/api/v1{address}{value}")
    assert answer.status_code == 422
    assert pointers(answer) == ["?" + address.partition("?")[2].rstrip("=")]


@pytest.mark.parametrize("value", ["1700000000", "0.5", 1700000000, 1.5, "2026-11-01"])
def test_a_number_is_no_instant_in_an_order(api: FlaskClient, document: dict[str, Any], value: Any) -> None:
    answer = api.put("/api/v1/orders/1001", json=document | {"placed_at": value})
    assert (answer.status_code, pointers(answer)) == (422, ["#/placed_at"])


def test_an_instant_as_the_standard_writes_it_is_taken(api: FlaskClient) -> None:
    for value in ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00.25%2B01:00", "2026-11-01t10:00:00z"):
        assert api.get(f"/api/v1/orders?updated_since={value}").status_code == 200


def spoilt(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with each of its facts in turn made odd, three levels deep."""
    for name, value in document.items():
        yield from (document | {name: odd} for odd in ODD)
        if isinstance(value, dict):
            yield from (document | {name: inner} for inner in spoilt(value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from (document | {name: [inner, *value[1:]]} for inner in spoilt(value[0]))


def test_what_is_taken_fits_the_description_and_what_is_not_is_told_in_our_words(
    api: FlaskClient, flask_app: Flask
) -> None:
    description = openapi.document(flask_app)
    for address, method, path, example in (
        ("/orders/1001", "put", "/orders/{number}", examples.ORDER),
        ("/returns/eligibility", "post", "/returns/eligibility", examples.WHICH_ORDER),
        ("/returns", "post", "/returns", examples.RETURN),
        ("/webhooks", "post", "/webhooks", examples.SUBSCRIPTION),
        ("/returns/ZZZZZZZZ/receipts", "post", "/returns/{ref}/receipts", examples.RECEIPT),
        ("/returns/ZZZZZZZZ/refunds", "post", "/returns/{ref}/refunds", examples.REFUND),
    ):
        schema = description["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        checker = jsonschema_rs.Draft202012Validator({**schema, "components": description["components"]})
        for document in spoilt(example):
            answer = api.open(f"/api/v1{address}", method=method, json=document)
            if answer.status_code == 422:
                words = [error["detail"] for error in answer.json["errors"]]
                assert [word for word in words if OF_THE_CHECKER.search(word)] == []
            elif answer.status_code < 300:
                # An order is described as it stands once what is only shown is set right.
                read = mended(document)[0] if document.keys() >= {"number", "lines"} else document
                assert [str(error) for error in checker.iter_errors(read)] == [], document


def test_refusals_name_what_there_is(api: FlaskClient) -> None:
    kind = api.post("/api/v1/webhooks", json=examples.SUBSCRIPTION | {"kinds": ["order.eaten"]}).json["errors"]
    assert [one for one in subscriptions.KINDS if one not in kind[0]["detail"]] == []
    other = api.post("/api/v1/returns", json=examples.RETURN | {"resolution": "exchange"}).json["errors"]
    assert [error["pointer"] for error in other] == ["#/resolution"]
    assert "refund" in other[0]["detail"]


def test_the_docs_name_every_reason_and_every_kind() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    assert [one for one in USUAL_REASONS.handles if f"`{one}`" not in page] == []
    assert [one for one in subscriptions.KINDS if f"`{one}`" not in page] == []


@pytest.mark.parametrize("body", [{}, {"data": b""}, {"data": b"", "content_type": "application/json"}, {"json": {}}])
def test_a_deed_without_facts_needs_no_body(api: FlaskClient, body: dict[str, Any]) -> None:
    made = api.post("/api/v1/webhooks", json=examples.SUBSCRIPTION).json["id"]
    other = api.post("/api/v1/webhooks", json=examples.SUBSCRIPTION).json
    assert api.post(f"/api/v1/webhooks/{made}/rotation", **body).status_code == 200
    assert api.get(f"/api/v1/webhooks/{other['id']}").status_code == 200


def blocks(name: str) -> list[str]:
    return re.findall(r"```json\n(.+?)```", (ROOT / name).read_text(), re.S)


@pytest.mark.parametrize("name", DOCS)
def test_the_documents_of_the_docs_are_json(name: str) -> None:
    assert blocks(name)
    assert all(json.loads(block) for block in blocks(name))


def test_the_order_of_the_docs_is_taken_as_it_stands(api: FlaskClient, session: Session) -> None:
    document = json.loads(blocks("docs/orders.md")[0])
    assert api.put(f"/api/v1/orders/{document['number']}", json=document).status_code == 201
    assert api.get(f"/api/v1/orders/{document['number']}").json["lines"]


def test_no_address_of_a_picture_leads_to_another_host(api: FlaskClient, document: dict[str, Any]) -> None:
    public = "http://127.0.0.1:8000"
    for url in (f"{public}/\\evil.example/x.png", f"{public}\\@evil.example/x.png", f"{public}/\tx", f"{public}/\x01x",
                f"{public}/a\u2028b", "https://evil.example\\x.png"):  # fmt: skip
        line = document["lines"][0] | {"image_url": url}
        answer = api.put("/api/v1/orders/1001", json=document | {"lines": [line, *document["lines"][1:]]})
        assert answer.status_code in (200, 201), url
        line = api.get("/api/v1/orders/1001").json["lines"][0]
        assert line["image_url"] in (None, f"{public}/%20x", f"{public}/a%20b"), url


def test_a_years_ago_is_still_an_instant() -> None:
    at = utcnow() - timedelta(days=3650)
    assert fields._INSTANT.fullmatch(at.isoformat())

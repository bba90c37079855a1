"""The documentation: OpenAPI that is whole, examples that hold, a page in both languages."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel

from app.api.http import openapi
from app.api.http.docs import rows

CONTRACT = {
    ("put", "/orders/{number}"), ("post", "/orders/batch"), ("get", "/orders/{number}"), ("get", "/orders"),
    ("post", "/tracking-events"), ("get", "/shipments/{carrier}/{number}"), ("get", "/returns"), ("post", "/returns"),
    ("get", "/returns/{ref}"), ("post", "/returns/{ref}/approval"), ("post", "/returns/{ref}/rejection"),
    ("post", "/returns/{ref}/cancellation"), ("post", "/returns/{ref}/receipts"), ("post", "/returns/{ref}/refunds"),
    ("post", "/returns/eligibility"), ("get", "/messages"), ("post", "/messages/{public_id}/resend"),
    ("get", "/webhooks"), ("post", "/webhooks"),
}  # fmt: skip


@pytest.fixture(scope="module")
def description(flask_app: Flask) -> dict[str, Any]:
    document: dict[str, Any] = flask_app.test_client().get("/api/v1/openapi.json").json
    return document


def test_every_route_that_was_promised_is_described(description: dict[str, Any]) -> None:
    described = {(method, path) for path, methods in description["paths"].items() for method in methods}
    assert described >= CONTRACT
    assert description["openapi"] == "3.1.0"


def test_every_route_of_the_interface_is_described(flask_app: Flask) -> None:
    served = {rule.endpoint for rule in flask_app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert served == {f"api.{route.name}" for route in openapi.routes(flask_app)}


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    for reference in re.findall(r"'\$ref': '#/([^']+)'", str(description)):
        place: Any = description
        for step in reference.split("/"):
            place = place[step]


def test_every_example_fits_its_model(flask_app: Flask) -> None:
    for route in openapi.routes(flask_app):
        operation = route.operation
        if operation.batch is not None:
            for item in operation.example:
                operation.batch.item.model_validate(item)
        elif operation.body is not None:
            operation.body.model_validate(operation.example)
        if operation.answer_example is not None and operation.answer is not None:
            operation.answer.model_validate(operation.answer_example)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Create or update an order"), ("es", "Crear o actualizar un pedido")]
)
def test_the_page_is_there_in_both_languages(client: FlaskClient, language: str, words: str) -> None:
    page = client.get("/api/docs", headers={"Accept-Language": language})
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert words in text
    assert f'lang="{language}' in text
    assert '<script src="http' not in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_the_description_speaks_english_whoever_asks(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json", headers={"Accept-Language": "es"}).json
    assert document["paths"]["/orders/{number}"]["put"]["summary"] == "Create or update an order"


def test_fields_are_shown_by_their_path() -> None:
    class Inner(BaseModel):
        sku: str

    class Outer(BaseModel):
        lines: list[Inner]
        note: str | None = None

    schema = Outer.model_json_schema()
    fields = {row.path: (row.kind, row.needed) for row in rows(schema, schema["$defs"])}
    assert fields == {"lines": ("array", True), "lines[].sku": ("string", True), "note": ("string | null", False)}

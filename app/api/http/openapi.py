"""OpenAPI 3.1, made from the routes themselves and the models that they check with."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from app.api.http.operations import Batch, Operation, described
from app.api.http.problems import MEDIA_TYPE, WORDS

ROOT = "/api/v1"
REFERENCE = "#/components/schemas/{model}"
REFUSALS = (400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 503)

BODY = "At most 1 MiB, in UTF-8; packed with Content-Encoding gzip or deflate, or plain."

Schemas = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, with its description."""

    name: str
    method: str
    path: str
    operation: Operation

    @property
    def group(self) -> str:
        """The first word of the path."""
        return self.path.split("/")[1]

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"{(\w+)}", self.path)


def routes(app: Flask) -> list[Route]:
    """Every described route, group by group, in the order in which the files tell them."""
    return sorted(_described(app), key=lambda route: route.group)


def document(app: Flask) -> dict[str, Any]:
    """The whole description."""
    route_list = routes(app)
    schemas, definitions = _schemas(tuple(_models(route_list)))
    paths: dict[str, dict[str, Any]] = {}
    for route in route_list:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Paradero", "version": "1.0.0", "description": "Orders, tracking, returns and messages."},
        "servers": [{"url": ROOT}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {**definitions, "Problem": PROBLEM},
            "responses": {str(status): _refusal(status) for status in REFUSALS},
        },
    }


PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A place in the body, such as #/lines/0/quantity"},
                    "parameter": {"type": "string", "description": "A query parameter"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def _described(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        operation = described(app.view_functions[rule.endpoint])
        if operation is not None:
            path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule).removeprefix(ROOT)
            # Flask adds these two by itself: they are no operations of ours.
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Route(rule.endpoint.rpartition(".")[2], method, path, operation)


def _models(route_list: list[Route]) -> Iterator[tuple[type[BaseModel], JsonSchemaMode]]:
    """Each model once for each direction in which it travels."""
    # A dictionary for its order: the description must come out the same at every start.
    seen: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for route in route_list:
        taken = route.operation.body or (route.operation.batch.item if route.operation.batch else None)
        for model in (taken, route.operation.query):
            if model is not None:
                seen[model, "validation"] = None
        if route.operation.answer is not None:
            seen[route.operation.answer, "serialization"] = None
    yield from seen


@cache
def _schemas(models: tuple[tuple[type[BaseModel], JsonSchemaMode], ...]) -> tuple[Schemas, dict[str, Any]]:
    """What the models are made of, worked out once: classes stay what they are, and it takes most of a second."""
    return _outside_names(*models_json_schema(models, ref_template=REFERENCE))


def _outside_names(schemas: Any, definitions: dict[str, Any]) -> tuple[Schemas, dict[str, Any]]:
    """The same with each model under its title: what a class is called in here may change, the outside's word not."""
    components: dict[str, Any] = definitions.get("$defs", {})
    titles = {name: schema["title"] for name, schema in components.items() if schema.get("title", name) != name}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [renamed(inner) for inner in value]
        stem, _, name = value.rpartition("/") if isinstance(value, str) else ("", "", "")
        return f"{stem}/{titles[name]}" if stem == "#/components/schemas" and name in titles else value

    return renamed(schemas), {titles.get(name, name): renamed(schema) for name, schema in components.items()}


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    operation = route.operation
    entry: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.group],
        "summary": str(operation.summary),
        "security": [{"key": [operation.scope]}],
        "parameters": list(_parameters(route)),
        "responses": {str(operation.status): _success(operation, schemas)},
    }
    if operation.notes is not None:
        entry["description"] = str(operation.notes)
    body = _body(operation, schemas)
    if body is not None:
        entry["requestBody"] = {"required": True, "description": BODY, "content": body}
    for status in _refusals(route):
        entry["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    return entry


def _parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name in route.parameters:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    if route.operation.query is not None:
        # One by one: OpenAPI has no way to refer to a set of parameters.
        schema = route.operation.query.model_json_schema(ref_template=REFERENCE)
        for name, described_as in schema["properties"].items():
            yield {"name": name, "in": "query", "required": False, "schema": described_as}
    if route.operation.versioned:
        yield {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string", "minLength": 1}}
    if route.method == "POST":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }


def _body(operation: Operation, schemas: Schemas) -> dict[str, Any] | None:
    if operation.picture:
        return {media_type: {} for media_type in ("image/png", "image/jpeg", "image/webp")}
    if operation.batch is not None:
        items = _many(operation.batch, schemas)
        return {
            "application/json": _with_example({"schema": items}, operation.example),
            "application/x-ndjson": {"schema": {"type": "string"}},
        }
    if operation.body is None:
        return None
    return {"application/json": _with_example({"schema": schemas[operation.body, "validation"]}, operation.example)}


def _many(batch: Batch, schemas: Schemas) -> dict[str, Any]:
    array = {"type": "array", "minItems": 1, "maxItems": batch.most, "items": schemas[batch.item, "validation"]}
    wrapped = {"type": "object", "required": [batch.name], "properties": {batch.name: array}}
    return {"oneOf": [array, {**wrapped, "additionalProperties": False}]}


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    if operation.answer is None:
        return {"description": "Done"}
    content = {"schema": schemas[operation.answer, "serialization"]}
    forms: dict[str, Any] = {form: {} for form in operation.forms}
    contents = {"application/json": _with_example(content, operation.answer_example), **forms}
    return {"description": "Done", "content": contents}


def _with_example(content: dict[str, Any], example: Any) -> dict[str, Any]:
    return content if example is None else {**content, "example": example}


def _refusals(route: Route) -> list[int]:
    statuses = [401, 403]
    if route.parameters:
        statuses.append(404)
    if route.operation.body is not None or route.operation.batch is not None:
        statuses += [400, 413, 415]
    if route.operation.body is not None or route.operation.batch is not None or route.operation.query is not None:
        statuses.append(422)
    if route.method == "POST":
        # Wherever an Idempotency-Key may be sent, its twin may still be at work.
        statuses.append(409)
    if route.operation.picture:
        statuses += [413, 422]
    if route.operation.versioned:
        statuses.append(412)
    if route.operation.forms:
        statuses.append(406)
    return sorted(statuses)


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": WORDS[status][1], "content": {MEDIA_TYPE: {"schema": schema}}}

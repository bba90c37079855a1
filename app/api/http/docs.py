"""The documentation of the interface: its description as OpenAPI, and a page that people can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, json, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.api.http import openapi
from app.api.http.openapi import Route
from app.api.http.problems import WORDS
from app.api.keys import SCOPES
from app.api.webhooks_out.subscriptions import KINDS
from app.core.i18n.catalogues import SOURCE_LANGUAGE
from app.core.i18n.locale import speaking
from app.core.web import settings

# Deeper than any document of ours; a schema that contains itself would have no end.
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field: ``path`` such as ``lines[].sku``, ``kind`` such as ``string | null``, and what else is demanded."""

    path: str
    kind: str
    needed: bool
    limits: str


def rows(schema: dict[str, Any], definitions: dict[str, Any], under: str = "", depth: int = 0) -> Iterator[FieldRow]:
    """Every field of a schema, depth first."""
    schema = _resolved(schema, definitions)
    needed = set(schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        path = f"{under}{name}"
        yield FieldRow(path, _kind(inner, definitions), name in needed, _limits(inner, definitions))
        if depth < DEEPEST:
            for part, mark in _parts(inner, definitions):
                yield from rows(part, definitions, f"{path}{mark}.", depth + 1)


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    definition: dict[str, Any] = definitions[name] if name else schema
    return definition


def _variants(schema: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _resolved(schema, definitions)
    return [_resolved(part, definitions) for part in schema.get("anyOf", schema.get("oneOf", [schema]))]


def _parts(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """What is inside a field that has fields of its own, and the mark of a list."""
    for variant in _variants(schema, definitions):
        if variant.get("properties"):
            yield variant, ""
        elif variant.get("type") == "array":
            for item in _variants(variant.get("items", {}), definitions):
                if item.get("properties"):
                    yield item, "[]"


def _kind(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    return " | ".join(dict.fromkeys(_one_kind(variant) for variant in _variants(schema, definitions)))


def _one_kind(variant: dict[str, Any]) -> str:
    named = {"date-time": "date-time", "date": "date"}.get(variant.get("format", ""))
    return named or str(variant.get("type", "any"))


def _limits(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    limits: list[str] = []
    for variant in _variants(schema, definitions):
        if "enum" in variant:
            limits.append(" · ".join(str(value) for value in variant["enum"]))
        for key, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"), ("maxItems", "≤")):
            if key in variant:
                limits.append(f"{sign} {variant[key]}")
    return ", ".join(limits)


docs = Blueprint("docs", __name__)

GROUPS = {
    "orders": _l("Orders"),
    "tracking-events": _l("Tracking"),
    "shipments": _l("Shipments"),
    "returns": _l("Returns"),
    "messages": _l("Messages"),
    "texts": _l("Message texts"),
    "stages": _l("Stages that are told"),
    "metrics": _l("Figures"),
    "webhooks": _l("Webhooks"),
    "carriers": _l("Carriers"),
    "points": _l("Drop-off points"),
    "keys": _l("Keys"),
    "clock": _l("Clock"),
    "jobs": _l("Jobs"),
    "connections": _l("Connections"),
    "cases": _l("Cases"),
    "staff": _l("Members of staff"),
    "brands": _l("Brands and saved replies"),
    "handovers": _l("Customers who are signed in"),
    "erasures": _l("Privacy: erasures"),
    "customers": _l("Privacy: copies"),
    "retention": _l("Privacy: how long things are kept"),
    "policies": _l("Returns policies"),
    "reasons": _l("Reasons for returns"),
}
IN_PROGRESS = _l("A request with the same Idempotency-Key is still at work.")
KEY_REUSED = _l("The Idempotency-Key was used before, with another request.")
PROBLEMS = {
    400: _l("The body is not JSON, or a header cannot be read."),
    401: _l("No key, or one that is not valid or was revoked."),
    403: _l("The key is valid but lacks the scope that is named."),
    404: _l("Nothing is known under this address."),
    405: _l("The address exists, but not for this method; Allow names those it takes."),
    409: _l("The present state does not allow it; detail says why."),
    408: _l("The body did not come within ten seconds: nothing was taken; send it again."),
    412: _l("It was changed since you read it: read it again, and send your change once more."),
    413: _l("The body is larger than 1 MiB: send less at a time."),
    415: _l("The body is not sent as JSON."),
    422: _l("Something in it is not valid: errors points to each place."),
    500: _l("An error on our side. Nothing was changed; it is safe to send the request again."),
    503: _l("Not available for a moment; Retry-After says when to try again."),
}


@dataclass(frozen=True, slots=True)
class DocumentedOperation:
    """One operation as the page shows it."""

    route: Route
    fields: list[FieldRow]
    query: list[FieldRow]
    example: str | None
    answer_example: str | None

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.route.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """The operations under one word."""

    key: str
    title: LazyString | str
    operations: list[DocumentedOperation]


@docs.get("/api/v1/openapi.json")
def description() -> Response:
    """Tell OpenAPI 3.1, in English."""
    # Programs compare it from day to day: it must not follow the language of whoever asks.
    with speaking(SOURCE_LANGUAGE):
        body = json.dumps(openapi.document(current_app))
    return Response(body, mimetype="application/json", headers={"Cache-Control": "public, max-age=300"})


@docs.get("/api/docs")
def page() -> str:
    """Show the same for people."""
    return render_template(
        "api/docs.html",
        groups=_groups(),
        problems=_problems(),
        scopes=SCOPES,
        kinds=KINDS,
        base=settings().public_url,
        # In a checkout the command is that of its own environment; in the image it is on the path.
        flask="flask" if settings().production else ".venv/bin/flask",
        page_class="wide",
    )


def _problems() -> list[tuple[int, str, LazyString]]:
    """Every kind of problem: status, type and meaning."""
    usual = [(code, WORDS[code][0], meaning) for code, meaning in PROBLEMS.items()]
    named = [(409, "in-progress", IN_PROGRESS), (422, "idempotency-key-reused", KEY_REUSED)]
    return sorted([*usual, *named], key=lambda problem: problem[0])


def _groups() -> list[Group]:
    document = openapi.document(current_app)
    schemas = document["components"]["schemas"]
    order = list(GROUPS)
    in_order = sorted(openapi.routes(current_app), key=lambda route: order.index(route.group))
    return [
        Group(key, GROUPS[key], [_operation(route, document, schemas) for route in routes])
        for key, routes in groupby(in_order, key=lambda route: route.group)
    ]


def _operation(route: Route, document: dict[str, Any], schemas: dict[str, Any]) -> DocumentedOperation:
    content = document["paths"][route.path][route.method.lower()].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    # A batch may have two shapes; what a reader looks for is the item in both.
    items = schema["oneOf"][0]["items"] if "oneOf" in schema else schema
    return DocumentedOperation(
        route,
        list(rows(items, schemas)),
        _query(route),
        _shown(route.operation.example),
        _shown(route.operation.answer_example),
    )


def _query(route: Route) -> list[FieldRow]:
    shape = route.operation.query
    if shape is None:
        return []
    schema = shape.model_json_schema()
    return list(rows(schema, schema.get("$defs", {})))


def _shown(example: Any) -> str | None:
    return None if example in (None, {}) else json.dumps(example, indent=2, ensure_ascii=False, sort_keys=False)

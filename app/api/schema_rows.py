"""A model's schema as rows of a table for people: one field a row, inner fields by their path."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
    found: dict[str, Any] = definitions[name] if name else schema
    return found


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
    found: list[str] = []
    for variant in _variants(schema, definitions):
        if "enum" in variant:
            found.append(" · ".join(str(value) for value in variant["enum"]))
        for key, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"), ("maxItems", "≤")):
            if key in variant:
                found.append(f"{sign} {variant[key]}")
    return ", ".join(found)

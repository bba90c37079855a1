"""Reading what a client sends: JSON, NDJSON and query parameters, strictly, with a fault for each thing wrong."""

from collections.abc import Iterator
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from app.api.http.problems import Problem, faults_of
from app.core.errors import Fault, Invalid
from app.orders.document.faults import pointer

# No type was ever registered for it: these are what senders write.
NDJSON = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})

Shape = TypeVar("Shape", bound=BaseModel)


def raw_json(request: Request, *, lines: bool = False, optional: bool = False) -> bytes:
    """The body's bytes, when they say that they are JSON (or, with ``lines``, NDJSON); no body at all is ``{}``.

    Where the body is ``optional``, one that is said to be JSON may be empty too.
    """
    kind = request.mimetype
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    # An action that needs no facts is sent without a body, and many clients then name no type.
    if not request.get_data(cache=True) and (not kind or (optional and is_json)):
        return b"{}"
    if not is_json and not (lines and kind in NDJSON):
        raise Problem(415, f"Send Content-Type: application/json{' or application/x-ndjson' if lines else ''}.")
    return request.get_data(cache=True)


def is_ndjson(request: Request) -> bool:
    """Whether the body is one document a line."""
    return request.mimetype in NDJSON


def parse(raw: bytes) -> Any:
    """Any JSON value. NaN, lone surrogates, bad UTF-8 and more than 200 levels are refused as malformed."""
    try:
        # The parser would take NaN, which is no JSON and which no column of ours holds.
        value = from_json(raw, allow_inf_nan=False, cache_strings=False)
    except ValueError as error:
        raise Problem(400, f"The body is not JSON: {str(error).removeprefix('JSON parse error: ')}.") from error
    return value


def read_body(raw: bytes, shape: type[Shape]) -> Shape:
    """One document of the given shape. Raises Problem 400 for what is no JSON, Invalid for what does not fit."""
    value = parse(raw)
    # JSON can write it in this one way only: other bodies are spared the walk.
    faults = nul_faults(value) if b"\\u0000" in raw else []
    if faults:
        raise Invalid(faults)
    return read_value(value, shape)


def read_value(value: Any, shape: type[Shape]) -> Shape:
    """The same for a value that was parsed already. Raises Invalid."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise Invalid(faults_of(error)) from error


def nul_faults(value: Any, under: str = "") -> list[Fault]:
    """PostgreSQL has no place for U+0000 in a text: say where it stands instead of failing there."""
    return [Fault(place, "the character U+0000 is not allowed") for place in _nul_places(value, (under,))]


def _nul_places(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(value, str):
        if "\0" in value:
            yield str(path[0]) + pointer(path[1:])
    elif isinstance(value, dict):
        # A name may hold it as well, and the pointer that says so must not.
        for name, inner in value.items():
            yield from _nul_places(name, (*path, name.replace("\0", "?")))
            yield from _nul_places(inner, (*path, name.replace("\0", "?")))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _nul_places(inner, (*path, index))


def read_query(request: Request, shape: type[Shape]) -> Shape:
    """The query parameters. Raises Invalid for unknown, repeated and impossible ones."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for name, texts in request.args.lists():
        # Taking the first in silence would answer another question than the one that was put.
        if len(texts) > 1:
            faults.append(Fault(_plain(name), "may be given once only"))
        if "\0" in texts[0]:
            faults.append(Fault(_plain(name), "the character U+0000 is not allowed"))
        values[name] = texts[0]
    if faults:
        raise Invalid(faults)
    try:
        return shape.model_validate_strings(values)
    except ValidationError as error:
        raise Invalid([Fault(_plain(fault.pointer[1:]), fault.detail) for fault in faults_of(error)]) from error


def _plain(name: str) -> str:
    # The name is the sender's own text, of any length.
    return name.lstrip("/")[:100] or "query"

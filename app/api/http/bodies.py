"""Reading what a client sends: JSON, NDJSON and query parameters, strictly, with a fault for each thing wrong."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError

from app.api.http.problems import Problem, faults_of
from app.core.bodies.documents import Parsed, parsed, with_further
from app.core.bodies.packing import TAKEN, unpack
from app.core.bodies.text import charset_of, decoded, looks_like_json
from app.core.errors import Fault, Invalid, Unreadable

JSON = frozenset({"application/json", "text/json", "application/x-json", "text/x-json"})
# No type was ever registered for it: these are what senders write.
NDJSON = frozenset(
    {"application/x-ndjson", "application/ndjson", "text/x-ndjson", "text/ndjson"}
    | {"application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines"}
)
# What clients write who were not told what they send; a page of a browser can send some of these, but no key.
SILENT = frozenset({"", "*/*", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"})

Shape = TypeVar("Shape", bound=BaseModel)


def raw_json(request: Request, *, lines: bool = False, optional: bool = False) -> bytes:
    """The body's bytes, unpacked and in UTF-8, when they are JSON (or, with ``lines``, NDJSON); none at all is ``{}``.

    Where the body is ``optional``, one that is said to be JSON may be empty too. Whatever the way in which a body was
    packed and written, these bytes are the same: a repetition is known by them.
    """
    try:
        body = unpack(request.get_data(cache=True), request.headers.get("Content-Encoding", ""))
        text = decoded(body, charset_of(request.content_type or ""))
    except Unreadable as error:
        raise _refusal(error) from error
    kind = _kind(request)
    is_json = kind in JSON or (kind.startswith("application/") and kind.endswith("+json"))
    # An action that needs no facts is sent without a body, and many clients then name no type, or any.
    if not text and (kind in SILENT or (optional and is_json)):
        return b"{}"
    if not is_json and not (lines and kind in NDJSON) and not (kind in SILENT and looks_like_json(text)):
        raise Problem(415, f"Send Content-Type: application/json{' or application/x-ndjson' if lines else ''}.")
    return text.encode()


def is_ndjson(request: Request) -> bool:
    """Whether the body is one document a line."""
    return _kind(request) in NDJSON


def _kind(request: Request) -> str:
    # A header that came twice comes as one, with a comma.
    return request.mimetype.partition(",")[0].strip()


def parse(raw: bytes, *, line: int | None = None) -> Parsed:
    """Any JSON value, with what is wrong in it. Raises Problem 400 for what is no JSON."""
    try:
        return parsed(raw, line=line)
    except Unreadable as error:
        raise _refusal(error) from error


def _refusal(error: Unreadable) -> Problem:
    return Problem(error.status, str(error), headers={"Accept-Encoding": TAKEN} if error.status == 415 else None)


def read_body(raw: bytes, shape: type[Shape]) -> Shape:
    """One document of the given shape. Raises Problem 400 for what is no JSON, Invalid for what does not fit."""
    body = parse(raw)
    return read_value(body.value, shape, body.faults)


def read_value(value: Any, shape: type[Shape], faults: Sequence[Fault] = ()) -> Shape:
    """The same for a value that was parsed already, with ``faults``. Raises Invalid with these and its own."""
    try:
        document = shape.model_validate(value)
    except ValidationError as error:
        raise Invalid(with_further(faults, faults_of(error))) from error
    if faults:
        raise Invalid(list(faults))
    return document


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

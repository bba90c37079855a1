"""Batches from clients: taken apart item by item, so that each gets its verdict and the good ones stay."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.api.bodies import nul_faults, parse
from app.api.problems import Problem, faults_of
from app.api.tracking_documents import ImpossibleTime, TrackingEventDocument, reported
from app.core.errors import Fault, Invalid
from app.tracking.ports import ReportedEvent

MOST_EVENTS = 1000
MOST_ORDERS = 500

Verdict = ReportedEvent | list[Fault]

_EVENTS = TypeAdapter(list[TrackingEventDocument])
_EVENT = TypeAdapter(TrackingEventDocument)


def read_events(raw: bytes, *, lines: bool) -> list[Verdict]:
    """Each event of a body as facts, or as its faults with pointers into the body.

    The body is an array, ``{"events": […]}`` or, with ``lines``, NDJSON. A body without a fault is read in one go.
    """
    if not lines and raw.lstrip()[:1] == b"[" and b"\\u0000" not in raw:
        try:
            documents = _EVENTS.validate_json(raw)
        except ValidationError:
            documents = []
        if documents:
            refuse_count(len(documents), MOST_EVENTS)
            return [_verdict(document, f"/{at}") for at, document in enumerate(documents)]
    return [_read_event(value, under) for under, value in items(raw, lines=lines, name="events", most=MOST_EVENTS)]


def items(raw: bytes, *, lines: bool, name: str, most: int) -> list[tuple[str, Any]]:
    """The items of a body, each with its pointer. Raises Problem 400, or Invalid when it is no list of items."""
    if lines:
        found = [(f"/{at}", value) for at, value in enumerate(_lines(raw))]
    else:
        value, under = parse(raw), ""
        if isinstance(value, dict) and set(value) == {name}:
            value, under = value[name], f"/{name}"
        if not isinstance(value, list):
            raise Invalid([Fault(under, f"Send an array of {name}")])
        found = [(f"{under}/{at}", item) for at, item in enumerate(value)]
    refuse_count(len(found), most)
    return found


def refuse_count(count: int, most: int) -> None:
    """Raises Invalid when there is nothing in a batch, or too much."""
    if not 1 <= count <= most:
        raise Invalid([Fault("", f"Send 1 to {most} items; there are {count}")])


def _lines(raw: bytes) -> Iterator[Any]:
    for number, line in enumerate(raw.splitlines(), start=1):
        if line.strip():
            try:
                yield parse(line)
            except Problem as problem:
                raise Problem(400, f"Line {number}: {problem.detail}") from problem


def _read_event(value: Any, under: str) -> Verdict:
    faults = nul_faults(value, under)
    if faults:
        return faults
    try:
        return _verdict(_EVENT.validate_python(value), under)
    except ValidationError as error:
        return faults_of(error, under)


def _verdict(document: TrackingEventDocument, under: str) -> Verdict:
    try:
        return reported(document)
    except ImpossibleTime as error:
        return [Fault(f"{under}/occurred_at", str(error))]

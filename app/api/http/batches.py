"""The answer to a batch: a verdict for each item, as if it had been sent alone."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.api.http.bodies import nul_faults, parse
from app.api.http.problems import Problem, fault_entry, faults_of
from app.api.v1.tracking.documents import ImpossibleTime, TrackingEventDocument, reported
from app.core.errors import Fault, Invalid
from app.tracking.ports import ReportedEvent


class FaultAnswer(BaseModel):
    """One fault: ``pointer`` leads to its place in the body that was sent."""

    pointer: str
    detail: str


class BatchVerdict(BaseModel):
    """What came of one item; ``status`` is 200, 201, 422, or 503 for what should be sent again."""

    index: int
    status: int
    errors: list[FaultAnswer] = []


class BatchAnswer(BaseModel):
    """What came of all of them."""

    accepted: int
    refused: int
    results: Sequence[BatchVerdict]


Whole = TypeVar("Whole", bound=BatchAnswer)


def fault_answers(faults: list[Fault]) -> list[FaultAnswer]:
    """Faults as the answer tells them."""
    return [FaultAnswer(**fault_entry(fault)) for fault in faults]


def batch_answer(shape: type[Whole], verdicts: Sequence[BatchVerdict]) -> Whole:
    """Count the verdicts. Raises Problem 422 or 503, with the verdicts beside it, when not one item is good."""
    refused = sum(verdict.status >= 400 for verdict in verdicts)
    # Made of verdicts that are models already: a thousand of them are not checked once more.
    answer = shape.model_construct(accepted=len(verdicts) - refused, refused=refused, results=verdicts)
    if refused == len(verdicts):
        faults = [Fault(each.pointer.removeprefix("#"), each.detail) for verdict in verdicts for each in verdict.errors]
        # What only stood in others' way may be taken the next time, which 422 would deny.
        busy = any(verdict.status == 503 for verdict in verdicts)
        raise Problem(
            503 if busy else 422,
            "Nothing in this batch could be taken.",
            faults=faults,
            beside=answer.model_dump(),
            headers={"Retry-After": "1"} if busy else None,
        )
    return answer


# As docs/api.md promises. Scans are one transaction, and orders hold a connection for as long as the batch takes.
MOST_EVENTS = 1000
MOST_ORDERS = 500

Verdict = ReportedEvent | list[Fault]

_EVENTS = TypeAdapter(list[TrackingEventDocument])
_EVENT = TypeAdapter(TrackingEventDocument)


def read_events(raw: bytes, *, lines: bool) -> list[Verdict]:
    """Each event of a body as facts, or as its faults with pointers into the body.

    The body is an array, ``{"events": […]}`` or, with ``lines``, NDJSON. A body without a fault is read in one go.
    """
    # A good array in one call; item by item, many times dearer, only where a fault needs its place.
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
        entries = [(f"/{at}", value) for at, value in enumerate(_lines(raw))]
    else:
        value, under = parse(raw), ""
        # Both shapes are taken; the pointers must lead into the one that was sent.
        if isinstance(value, dict) and set(value) == {name}:
            value, under = value[name], f"/{name}"
        if not isinstance(value, list):
            raise Invalid([Fault(under, f"Send an array of {name}")])
        entries = [(f"{under}/{at}", item) for at, item in enumerate(value)]
    refuse_count(len(entries), most)
    return entries


def refuse_count(count: int, most: int) -> None:
    """Raises Invalid when there is nothing in a batch, or too much."""
    if not 1 <= count <= most:
        raise Invalid([Fault("", f"Send 1 to {most} items; there are {count}")])


def _lines(raw: bytes) -> Iterator[Any]:
    for number, line in enumerate(raw.splitlines(), start=1):
        if line.strip():
            try:
                yield parse(line)
            # No pointer leads into bytes that are not JSON; the number of the line does.
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

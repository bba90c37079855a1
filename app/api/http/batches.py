"""The answer to a batch: a verdict for each item, as if it had been sent alone."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.api.http.bodies import parse
from app.api.http.problems import Problem, fault_entry, faults_of
from app.api.v1.tracking.documents import ImpossibleTime, TrackingEventDocument, reported
from app.core.bodies.documents import Parsed, with_further
from app.core.bodies.text import is_blank
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
    entries = items(raw, lines=lines, name="events", most=MOST_EVENTS)
    # Good ones in one call; one by one, many times dearer, only where a fault needs its place.
    if not any(entry.faults for entry in entries):
        try:
            documents = _EVENTS.validate_python([entry.value for entry in entries])
            return [_verdict(document, entry.under) for document, entry in zip(documents, entries, strict=True)]
        except ValidationError:
            pass
    return [_read_event(entry) for entry in entries]


class Entry(NamedTuple):
    """One item of a body: ``under`` is its pointer, ``faults`` what its JSON has of them, with pointers into it."""

    under: str
    value: Any
    faults: Sequence[Fault] = ()


def items(raw: bytes, *, lines: bool, name: str, most: int) -> list[Entry]:
    """The items of a body. Raises Problem 400, or Invalid when it is no list of items."""
    if lines:
        return [Entry(f"/{at}", line.value, line.faults) for at, line in enumerate(_lines(raw, most))]
    body, place = parse(raw), ""
    value = body.value
    # Both shapes are taken; the pointers must lead into the one that was sent.
    if isinstance(value, dict) and set(value) == {name}:
        value, place = value[name], f"/{name}"
    if not isinstance(value, list):
        raise Invalid([*body.faults, Fault(place, f"Send an array of {name}")])
    refuse_count(len(value), most)
    faults = _by_item(body.faults, place)
    # Of two lists under one name nobody knows which is meant.
    if None in faults:
        raise Invalid(faults[None])
    return [Entry(f"{place}/{at}", item, faults.get(at, ())) for at, item in enumerate(value)]


def _by_item(faults: Sequence[Fault], place: str) -> dict[int | None, list[Fault]]:
    """Faults by the item that they stand in, with pointers into it; None for those of the whole."""
    by_item: dict[int | None, list[Fault]] = {}
    for fault in faults:
        number, _, inner = fault.pointer.removeprefix(f"{place}/").partition("/")
        inside = fault.pointer.startswith(f"{place}/") and number.isdecimal()
        shown = Fault(f"/{inner}" if inner else "", fault.detail) if inside else fault
        by_item.setdefault(int(number) if inside else None, []).append(shown)
    return by_item


def refuse_count(count: int, most: int) -> None:
    """Raises Invalid when there is nothing in a batch, or too much."""
    if not 1 <= count <= most:
        raise Invalid([Fault("", f"Send 1 to {most} items; there are {count}")])


def _lines(raw: bytes, most: int) -> list[Parsed]:
    lines = {at: line for at, line in enumerate(raw.splitlines(), start=1) if not is_blank(line.decode())}
    # Before any is looked at: a mebibyte has room for half a million.
    refuse_count(len(lines), most)
    # No pointer leads into bytes that are not JSON; the number of the line does.
    return [parse(line, line=number) for number, line in lines.items()]


def _read_event(entry: Entry) -> Verdict:
    faults = under(entry.under, entry.faults)
    try:
        verdict = _verdict(_EVENT.validate_python(entry.value), entry.under)
    except ValidationError as error:
        return with_further(faults, faults_of(error, entry.under))
    return faults or verdict


def under(place: str, faults: Sequence[Fault]) -> list[Fault]:
    """Faults of an item with pointers into the body, in which the item stands at ``place``."""
    return [Fault(place + fault.pointer, fault.detail) for fault in faults]


def _verdict(document: TrackingEventDocument, place: str) -> Verdict:
    try:
        return reported(document)
    except ImpossibleTime as error:
        return [Fault(f"{place}/occurred_at", str(error))]

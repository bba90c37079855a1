"""Odd documents out of a seed: most are taken, so that what is behind the door is tried; a fault is told in words."""

import gzip
import json
from collections import Counter

from pydantic import ValidationError

from app.core.bodies.documents import parsed
from app.core.errors import Unreadable
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults
from benchmarks.documents.odd import address, body

MANY = 400


def verdict(seed: int) -> str:
    """What becomes of one: ``taken``, or the first words of what is wrong with it."""
    raw = body(seed)
    try:
        plain = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        content = parsed(plain)
    except (Unreadable, EOFError):
        return "unreadable"
    if content.faults:
        return content.faults[0].detail
    try:
        document = OrderDocument.model_validate(content.value)
    except ValidationError as error:
        return faults(error)[0].detail
    return "taken" if document.number == address(seed) else "another number"


def test_at_least_half_of_the_odd_documents_are_taken() -> None:
    verdicts = Counter(verdict(seed) for seed in range(MANY))
    assert verdicts["taken"] >= MANY / 2, verdicts
    # A field that nobody knows and another number are faults among many, not the reason for most refusals.
    assert 0 < verdicts["Unknown field"] + verdicts["another number"] < MANY / 10, verdicts
    assert len(verdicts) >= 10


def test_an_odd_document_is_the_same_for_the_same_seed() -> None:
    assert [body(seed) for seed in range(20)] == [body(seed) for seed in range(20)]
    assert len({body(seed) for seed in range(50)}) == 50


def test_the_number_is_that_of_the_address_unless_that_is_the_fault() -> None:
    numbers = [
        (json.loads(body(seed))["number"], address(seed))
        for seed in range(MANY)
        if verdict(seed) == "taken" and body(seed)[:1] == b"{"
    ]
    assert len(numbers) > MANY / 3
    assert all(number == expected for number, expected in numbers)

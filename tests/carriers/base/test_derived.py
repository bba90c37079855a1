"""Payloads derived from the real ones by breaking them somewhere: read, or refused in words, never an accident."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from app.carriers.base.parsing import parse
from app.core.errors import Unreadable
from app.tracking.states import ShipmentState
from tests.carriers.corpus import DATA, data, table

INDEX = [
    row for row in table("carriers", "index.csv") if row["topic"] == "tracking" or "tracking_response" in row["file"]
]
STRANGE: tuple[Any, ...] = (
    None,
    "",
    "x" * 3000,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    [None],
    {"a": {"b": []}},
    "2026-99-99T99:99",
)
TIMES = 12
WORDY = ("australiapost", "dhl_universal", "dhl_parcel_de")
CODED = [row for row in INDEX if row["format"] == "json" and row["carrier"] not in WORDY]

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")


def spots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a JSON document."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from spots(node[key])


def broken_json(body: bytes, chance: random.Random) -> bytes:
    document = [json.loads(body)]
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice(list(spots(document)))
        container[key] = copy.deepcopy(chance.choice(STRANGE))
    return json.dumps(document[0]).encode()


def broken_xml(body: bytes, chance: random.Random) -> bytes:
    root = fromstring(body)  # noqa: S314 - a file that we know
    for _ in range(chance.randint(1, 3)):
        parent = chance.choice([node for node in root.iter() if len(node)] or [root])
        child = chance.choice(list(parent) or [parent])
        if chance.random() < 0.5 and child is not parent:
            parent.remove(child)
        else:
            child.text, child.attrib = str(chance.choice(STRANGE)), {}
            child[:] = chance.choice(([], [Element("stranger")]))
    return tostring(root)


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["file"])
def test_a_broken_payload_is_read_or_refused(row: dict[str, str]) -> None:
    body = data("carriers", row["file"]).read_bytes()
    chance = random.Random(row["file"])
    for _ in range(TIMES):
        derived = broken_xml(body, chance) if row["format"] == "xml" else broken_json(body, chance)
        try:
            reports = parse(row["carrier"], derived)
        except Unreadable as error:
            assert str(error)
        else:
            assert reports


@pytest.mark.parametrize("row", CODED, ids=lambda row: row["file"])
def test_codes_that_became_unknown_deliver_nothing(row: dict[str, str]) -> None:
    names = {"code", "type", "eventCode", "eventType", "derivedStatusCode", "statusCategory", "status", "derivedCode"}
    document = [json.loads(data("carriers", row["file"]).read_bytes())]
    for container, key in list(spots(document)):
        if key in names and isinstance(container[key], str):
            container[key] = "ZZ-998877"
    for report in parse(row["carrier"], json.dumps(document[0]).encode()):
        assert report.status is not ShipmentState.DELIVERED
        assert all(event.status is not ShipmentState.DELIVERED for event in report.events)


def test_there_are_more_than_three_hundred_payloads() -> None:
    assert len(INDEX) * TIMES + len(table("carriers", "index.csv")) > 300

"""Order documents with something odd in them, out of a seed: wrong kinds, wrong signs, wrong bytes, parts left out."""

import copy
import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from app.api.v1 import examples

MORE: dict[str, Any] = {
    "source": {"system": "fuzz", "id": "o-1", "url": None},
    "read_at": "2026-11-21T09:00:00Z",
    "historic": False,
    "removed": False,
    "prices_include_tax": True,
    "payment_status": "paid",
    "refunds": [{"id": "r1", "amount": 100, "lines": [{"line": "1", "quantity": 1}]}],
    "returns": [{"id": "x1", "status": "approved", "lines": [{"line": "1", "quantity": 1}]}],
    "contacts": [{"name": "Ana", "email": "ana@example.com", "role": "buyer"}],
}
TEXTS = (
    "", " ", "\x00", "a\tb\nc", "\u202e\u2066x", "\ud800", "&amp;eacute;", "<b>x</b>", "x" * 5000, "🧵" * 200, "null",
    "-1",
    "1e400", "3,40434E+19", '="0012"', "'0012", "2026-02-30", "24:00", "2026-11-24T24:00:00Z", "n/a", "a@b", "//x/y z",
    "javascript:1", "${x}", "%s", "../../etc", "UK", "EUR", "eur", "0" * 64, "٣٤", "ＡＢ", "\ufeffx", "1,2,3",
    "R-ABC-1",
)  # fmt: skip
NUMBERS = (0, -1, 1, 2, 2.5, -0.5, 10**6, 10**9, 10**15, 10**15 + 1, 2**31, 2**63, 10**40, 1e300, -(10**18), 0.1)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], [{}], [None], {"a": {"b": {}}}, ["x"] * 600, {"id": "1"})


def body(seed: int) -> bytes:
    """The bytes of one odd document; the same for the same seed."""
    chance = random.Random(seed)
    document = copy.deepcopy(examples.ORDER) | (copy.deepcopy(MORE) if chance.random() < 0.6 else {})
    document["number"] = f"F{chance.randrange(2000)}"
    if "source" in document:
        document["source"]["id"] = document["number"]
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        chance.choice(DEEDS)(document, chance)
    return _bytes(document, chance)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, part in inner for place in _places(part, (*path, name)))]


def _at(document: Any, chance: random.Random) -> tuple[Any, Any]:
    """A part of the document and a name in it."""
    path = chance.choice(_places(document)[1:])
    part = document
    for step in path[:-1]:
        part = part[step]
    return part, path[-1]


def _replace(document: Any, chance: random.Random) -> None:
    part, name = _at(document, chance)
    part[name] = copy.deepcopy(chance.choice(chance.choice((TEXTS, NUMBERS, OTHERS))))


def _drop(document: Any, chance: random.Random) -> None:
    part, name = _at(document, chance)
    del part[name]


def _double(document: Any, chance: random.Random) -> None:
    part, name = _at(document, chance)
    if isinstance(part, list):
        part.append(copy.deepcopy(part[name]))
    else:
        part[f"{name}2"] = part[name]


def _nudge(document: Any, chance: random.Random) -> None:
    part, name = _at(document, chance)
    if isinstance(part[name], int):
        part[name] += chance.choice((-1, 1, 1000, -(10**6)))
    elif isinstance(part[name], str):
        place = chance.randrange(len(part[name]) + 1)
        part[name] = part[name][:place] + chance.choice(TEXTS) + part[name][place:]


def _swap(document: Any, chance: random.Random) -> None:
    part, name = _at(document, chance)
    other, elsewhere = _at(document, chance)
    part[name] = copy.deepcopy(other[elsewhere])


# Each but the first twice as seldom: a value of another kind is the commonest mistake.
DEEDS: tuple[Callable[[Any, random.Random], None], ...] = (_replace, _replace, _drop, _double, _nudge, _swap)


def _bytes(document: Any, chance: random.Random) -> bytes:
    raw = json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    turn = chance.random()
    if turn < 0.9:
        return raw
    if turn < 0.92:
        return b"\xef\xbb\xbf" + raw
    if turn < 0.94:
        return raw[: chance.randrange(len(raw))]
    if turn < 0.96:
        place = chance.randrange(len(raw))
        return raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]
    if turn < 0.98:
        return gzip.compress(raw)[: chance.choice((None, 40))]
    return raw[:-1] + b', "number": "twice"}'

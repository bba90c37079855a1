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
# What a document cannot be without, and what can be written in one way only: odd there is refused, and that soon.
NEEDED = frozenset(
    {"number", "placed_at", "updated_at", "status", "currency", "lines", "totals", "id", "quantity", "line"}
)
STRICT = NEEDED | {
    "title",
    "sku",
    "unit_price",
    "items",
    "paid",
    "amount",
    "method",
    "role",
    "source",
    "system",
    "read_at",
}
# Of a hundred documents so many have a fault for which they are refused; the others are only odd.
FAULTY = 30

Deed = Callable[[Any, random.Random], None]
Part = tuple[Any, Any]


def body(seed: int) -> bytes:
    """The bytes of one odd document; the same for the same seed."""
    chance = random.Random(seed)
    document = copy.deepcopy(examples.ORDER) | (copy.deepcopy(MORE) if chance.random() < 0.6 else {})
    document["number"] = address(seed)
    if "source" in document:
        document["source"]["id"] = document["number"]
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        chance.choice(ODDITIES)(document, chance)
    if chance.randrange(100) >= FAULTY:
        return _harmless_bytes(document, chance)
    if chance.random() < 0.2:
        return _spoilt_bytes(document, chance)
    chance.choice(FAULTS)(document, chance)
    return _harmless_bytes(document, chance)


def address(seed: int) -> str:
    """The number that the address of this document names, and the document too where that is not its fault."""
    return f"F{random.Random(-seed).randrange(2000)}"


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, part in inner for place in _places(part, (*path, name)))]


def _parts(document: Any, *, kind: type | None = None, without: frozenset[str] = frozenset()) -> list[Part]:
    """Parts of the document, each with a name in it, whose values are of this kind."""
    parts = []
    for path in _places(document)[1:]:
        part = document
        for step in path[:-1]:
            part = part[step]
        if path[-1] not in without and (kind is None or type(part[path[-1]]) is kind):
            parts.append((part, path[-1]))
    return parts


def _odd_text(document: Any, chance: random.Random) -> None:
    part, name = chance.choice(_parts(document, kind=str, without=STRICT))
    part[name] = chance.choice(TEXTS)


def _odd_sign(document: Any, chance: random.Random) -> None:
    part, name = chance.choice(_parts(document, kind=str, without=STRICT | {"country"}))
    place = chance.randrange(len(part[name]) + 1)
    part[name] = part[name][:place] + chance.choice(TEXTS) + part[name][place:]


def _odd_number(document: Any, chance: random.Random) -> None:
    part, name = chance.choice(_parts(document, kind=int))
    part[name] = chance.choice([number for number in NUMBERS if isinstance(number, int) and abs(number) <= 10**9])


def _fraction(document: Any, chance: random.Random) -> None:
    lines = document.get("lines") or []
    if lines:
        chance.choice(lines)["quantity"] = chance.choice((2.5, "2", 0.1, 2.0))


def _left_out(document: Any, chance: random.Random) -> None:
    part, name = chance.choice(_parts(document, without=STRICT))
    if isinstance(part, dict):
        part[name] = None
    if chance.random() < 0.7:
        del part[name]


def _further_line(document: Any, chance: random.Random) -> None:
    lines = document.get("lines") or []
    if lines:
        changed = {
            "id": f"{len(lines) + 1}",
            "quantity": chance.choice((0, 1, 3)),
            "kind": chance.choice(("goods", "fee")),
        }
        lines.append(copy.deepcopy(lines[0]) | changed)


def _further_parcel(document: Any, chance: random.Random) -> None:
    parcels = document.get("shipments") or []
    if parcels:
        number = chance.choice(("A1, B2", "A1\nA1", "SINSEGUIMIENTO", "https://x.example/t?n=1", "1Z999AA10123456784"))
        parcels.append(copy.deepcopy(parcels[0]) | {"id": f"s{len(parcels) + 1}", "tracking_number": number})


def _replaced(document: Any, chance: random.Random) -> None:
    part, name = chance.choice(_parts(document, without=frozenset({"number"})))
    part[name] = copy.deepcopy(chance.choice(chance.choice((TEXTS, NUMBERS, OTHERS))))


def _dropped(document: Any, chance: random.Random) -> None:
    part, name = chance.choice(_parts(document, without=frozenset({"number"})))
    del part[name]


def _twice(document: Any, chance: random.Random) -> None:
    lists = [(part, name) for part, name in _parts(document) if isinstance(part, list)]
    part, name = chance.choice(lists or [([1], 0)])
    part.append(copy.deepcopy(part[name]))


def _unknown_field(document: Any, chance: random.Random) -> None:
    part, name = chance.choice([(part, name) for part, name in _parts(document) if isinstance(part, dict)])
    part[f"{name}2"] = part[name]


def _swapped(document: Any, chance: random.Random) -> None:
    parts = _parts(document, without=frozenset({"number"}))
    part, name = chance.choice(parts)
    other, elsewhere = chance.choice(parts)
    part[name] = copy.deepcopy(other[elsewhere])


def _other_number(document: Any, chance: random.Random) -> None:
    document["number"] = chance.choice(("F-another", "", " ", 7, None))


ODDITIES: tuple[Deed, ...] = (
    *(_odd_text, _odd_text, _odd_sign, _odd_sign, _odd_number, _fraction),
    *(_left_out, _further_line, _further_parcel),
)
# A value of another kind is the commonest mistake.
FAULTS: tuple[Deed, ...] = (_replaced, _replaced, _dropped, _twice, _unknown_field, _swapped, _other_number)


def _json(document: Any, chance: random.Random) -> bytes:
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _harmless_bytes(document: Any, chance: random.Random) -> bytes:
    """As most send it; now and then with a mark, or packed."""
    raw = _json(document, chance)
    turn = chance.random()
    return b"\xef\xbb\xbf" + raw if turn < 0.03 else gzip.compress(raw) if turn < 0.05 else raw


def _spoilt_bytes(document: Any, chance: random.Random) -> bytes:
    """Cut short, with a byte that is another, with a name that stands twice."""
    raw = _json(document, chance)
    place = chance.randrange(len(raw))
    return chance.choice(
        (
            raw[:place],
            raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :],
            gzip.compress(raw)[:40],
            raw[:-1] + b', "number": "twice"}',
        )
    )

"""Lines, payments, parcels, refunds, returns and contacts of an order, as its rows tell them one after the other."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from app.core.errors import Fault
from app.oms.files.entries import FileOrder, LineFault
from app.oms.files.spreadsheet.columns import PARTS

# Values by the columns' names, without the part's word before them.
Flat: TypeAlias = dict[str, Any]
_OF_ROW = {
    "shipment": ("quantity",),
    "refund": ("line", "quantity"),
    "return": ("quantity", "received", "damaged", "reason"),
}


@dataclass(slots=True)
class _Part:
    """One part of an order with the line on which it stands first, and what it holds of the order's lines."""

    line: int
    cells: Flat
    holds: list[Flat]


class OrderParts:
    """The parts of one order. The same part may stand in many rows; it must say the same in each."""

    def __init__(self, entry: FileOrder) -> None:
        """Contradictions become faults of ``entry``."""
        self._entry = entry
        self._parts: dict[str, list[_Part]] = {}

    def add(self, kind: str, at: int, cells: Flat, line: Flat) -> None:
        """What a row says of a part of this kind; ``line`` is what it says of its order's line."""
        share = {name: cells.pop(name) for name in _OF_ROW.get(kind, ()) if name in cells}
        # A parcel is rarely numbered by a shop, and its tracking number is its own.
        if kind == "shipment" and "id" not in cells and "tracking_number" in cells:
            cells = {"id": cells["tracking_number"]} | cells
        part = self._of_its_own(kind, at, cells)
        line_id = share.get("line", line.get("id"))
        # A refund may be of no line at all; what is in a parcel or comes back is always the row's.
        if line_id is not None and (kind in ("shipment", "return") or (kind == "refund" and share)):
            share_of_line = {"line": line_id} | share
            if share_of_line not in part.holds:
                part.holds.append(share_of_line)

    def _of_its_own(self, kind: str, at: int, cells: Flat) -> _Part:
        parts = self._parts.setdefault(kind, [])
        part = next((each for each in parts if _is_same(kind, each.cells, cells)), None)
        if part is None:
            parts.append(part := _Part(at, cells, []))
            return part
        for name, value in cells.items():
            if part.cells.setdefault(name, value) != value:
                detail = f"It differs from line {part.line}, which has the same {kind}.id"
                self._entry.faults.append(LineFault(at, Fault(f"{kind}.{name}", detail)))
        return part

    def lines(self) -> dict[str, int]:
        """On which line of the file each part stands, by its pointer."""
        return {
            f"/{PARTS[kind]}/{at}": part.line for kind, parts in self._parts.items() for at, part in enumerate(parts)
        }

    def document(self, head: Flat) -> dict[str, Any]:
        """The whole order; ``head`` is what belongs to the order itself."""
        document: dict[str, Any] = {"customer": {}, "totals": {}, "lines": [], **_nested(head)}
        pieces = {part.cells.get("id"): _pieces(part.cells) for part in self._parts.get("line", [])}
        for kind, parts in self._parts.items():
            document[PARTS[kind]] = [_nested(part.cells) | _contents(kind, part, pieces) for part in parts]
        if "items" not in document["totals"]:
            items = _items_total([part.cells for part in self._parts.get("line", [])])
            # A cell that could not be read is told on its own; nobody should look for a total besides.
            items = 0 if items is None and self._entry.faults else items
            document["totals"] |= {} if items is None else {"items": items}
        return document


def _is_same(kind: str, one: Flat, other: Flat) -> bool:
    if kind == "contact":
        return one == other
    # Without an id a part is the one that says nothing else.
    if one.get("id") is None or other.get("id") is None:
        return all(one.get(name, value) == value for name, value in other.items())
    return bool(one["id"] == other["id"])


def _contents(kind: str, part: _Part, pieces: dict[Any, Any]) -> dict[str, Any]:
    """What a part holds of the order's lines: all pieces of a line where its row says no number."""
    if not part.holds:
        return {}
    return {"lines": [{"quantity": pieces.get(share["line"])} | share for share in part.holds]}


def _pieces(line: Flat) -> Any:
    ordered, cancelled = line.get("quantity"), line.get("cancelled") or 0
    return ordered - cancelled if isinstance(ordered, int) and isinstance(cancelled, int) else ordered


def _nested(flat: Flat) -> dict[str, Any]:
    """``{"promise.from": "…"}`` as ``{"promise": {"from": "…"}}``."""
    document: dict[str, Any] = {}
    for name, value in flat.items():
        if "." not in name:
            document[name] = value
            continue
        *outer, last = name.split(".")
        place = document
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return document


def _items_total(lines: list[Flat]) -> int | None:
    """What the lines come to, where there is no column for it; None where the document has to reckon it."""
    total = 0
    for line in lines:
        quantity, price, discount = line.get("quantity"), line.get("unit_price"), line.get("discount") or 0
        if not isinstance(quantity, int) or not isinstance(price, int) or not isinstance(discount, int):
            return None
        charged = line.get("total")
        total += charged if isinstance(charged, int) else quantity * price - abs(discount)
    return total

"""From the rows of a spreadsheet to order documents: rows of one order gathered, each fault with line and column."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Fault
from app.oms.files.entries import FileOrder, LineFault
from app.oms.files.spreadsheet.columns import PARTS, column_of, part_of
from app.oms.files.spreadsheet.evidence import Evidence, Keys, RowKey, gathered, is_no_order
from app.oms.files.spreadsheet.parts import Flat, OrderParts
from app.oms.files.spreadsheet.reading import CellReader
from app.oms.files.spreadsheet.sheet import Lines, Sheet, SheetRow
from app.oms.files.spreadsheet.times import ShopClocks

_APART = "The rows of one order must stand together here, because too many do not: sort the file by number"
_NO_NUMBER = "The row has no order number; write it into every row of an order"
_TWICE = "The same row stands here twice; it counts once"


class OrderSheet:
    """The orders of a CSV file, in the order in which their last rows stand."""

    def __init__(self, lines: Lines, clocks: ShopClocks) -> None:
        """Look through the file once. Raises Invalid with everything that makes it no list of orders."""
        self.sheet = Sheet(lines)
        self.evidence = gathered(self.sheet)
        self.notes: list[LineFault] = []
        self._clocks = clocks

    def entries(self, start: int = 1) -> Iterator[FileOrder]:
        """The orders whose last row stands at line ``start`` or below."""
        for rows in self._grouped():
            if rows[-1].line >= start:
                yield self._entry(rows)

    def _grouped(self) -> Iterator[list[SheetRow]]:
        evidence, keys = self.evidence, Keys()
        waiting: dict[RowKey, list[SheetRow]] = {}
        group: list[SheetRow] = []
        last: RowKey | None = None
        gathers = not evidence.too_many_apart
        for row in self.sheet.rows():
            why = is_no_order(row)
            if why:
                self.notes.append(LineFault(row.line, Fault("row", why)))
                continue
            key = keys.of(row)
            if group and key != last:
                yield from _ready(last, group, waiting, evidence, gathers)
                group = []
            group.append(row)
            last = key
        if group:
            yield from _ready(last, group, waiting, evidence, gathers)
        yield from waiting.values()

    def _entry(self, rows: list[SheetRow]) -> FileOrder:
        first = rows[0]
        entry = FileOrder(
            line=first.line,
            number=first.cells.get("number", "")[:100],
            document={},
            end=rows[-1].line,
            raw=[(row.line, row.raw) for row in rows],
            named=column_of,
        )
        entry.faults = [LineFault(row.line, Fault("row", row.fault)) for row in rows if row.fault]
        # It may be a line of the order above it, which is not taken without it.
        numberless = [row for row in rows if not row.fault and "number" not in row.cells]
        entry.faults += [LineFault(row.line, Fault("number", _NO_NUMBER)) for row in numberless]
        if entry.faults:
            return entry
        if self.evidence.too_many_apart and Keys().of(first) in self.evidence.apart:
            entry.faults.append(LineFault(first.line, Fault("number", _APART)))
        building = _Building(entry, CellReader(self.evidence, self._clocks, rows))
        for row in _each_once(entry, rows):
            building.add(row)
        entry.document = building.parts.document(building.head)
        entry.lines = building.parts.lines()
        return entry


def _ready(
    key: RowKey | None,
    group: list[SheetRow],
    waiting: dict[RowKey, list[SheetRow]],
    evidence: Evidence,
    gathers: bool,
) -> Iterator[list[SheetRow]]:
    """The rows of an order, once all of them are there."""
    if key not in evidence.apart or not gathers:
        yield group
        return
    rows = waiting.setdefault(key, [])
    rows += group
    if len(rows) >= evidence.rows[key]:
        yield waiting.pop(key)


def _each_once(entry: FileOrder, rows: list[SheetRow]) -> Iterator[SheetRow]:
    """Rows that say the very same count once: files are joined, and lists are exported twice."""
    seen: list[dict[str, str]] = []
    for row in rows:
        if row.cells in seen:
            entry.notes.append(LineFault(row.line, Fault("row", _TWICE)))
        else:
            seen.append(row.cells)
            yield row


@dataclass(slots=True)
class _Building:
    """An order as its rows are added to it."""

    entry: FileOrder
    reader: CellReader
    head: Flat = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    parts: OrderParts = field(init=False)

    def __post_init__(self) -> None:
        self.parts = OrderParts(self.entry)

    def add(self, row: SheetRow) -> None:
        """What one row holds: of the order itself, and of each of its parts."""
        of_parts: dict[str, Flat] = {}
        for name, text in row.cells.items():
            part = part_of(name)
            if part:
                of_parts.setdefault(part, {})[name.partition(".")[2]] = self._value(row, name, text)
            # The same again is no news; most files repeat the order in each of its rows.
            elif self.written.get(name) != text:
                self._of_order(row, name, text)
        for part in PARTS:
            if part in of_parts:
                self.parts.add(part, row.line, of_parts[part], of_parts.get("line", {}))

    def _of_order(self, row: SheetRow, name: str, text: str) -> None:
        value = self._value(row, name, text)
        if name not in self.head:
            self.head[name], self.written[name] = value, text
        elif value != self.head[name]:
            self._fault(row.line, name, "It differs from an earlier row of this order")

    def _value(self, row: SheetRow, name: str, text: str) -> Any:
        try:
            value, notes = self.reader.value(name, text)
        except ValueError as error:
            self._fault(row.line, name, str(error))
            # As it stands: whoever looks at the whole misses nothing in its place.
            return text
        self.entry.notes += [LineFault(row.line, Fault(name, note)) for note in notes]
        return value

    def _fault(self, line: int, name: str, detail: str) -> None:
        self.entry.faults.append(LineFault(line, Fault(name, detail)))

"""Order files in CSV: rows that stand together make one order document, and each fault knows its line."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from app.core.errors import Fault, Invalid
from app.oms.files import columns
from app.oms.files.entries import FileOrder, LineFault

Row = tuple[int, dict[str, str]]


def read_csv(lines: Iterable[str]) -> Iterator[FileOrder]:
    """The orders of a CSV file, in its order. Raises Invalid when its first line is not understood."""
    reader = csv.reader(*_dialect(lines))
    header = [name.strip() for name in next(reader, [])]
    faults = columns.check_header(header)
    if faults:
        raise Invalid(faults)
    seen: set[tuple[str, str]] = set()
    for rows in _grouped(_rows(reader, header)):
        entry = _entry(rows)
        key = (rows[0][1].get("brand", ""), entry.number)
        if key in seen:
            entry.faults.append(LineFault(entry.line, Fault("/number", "The rows of one order must stand together")))
        seen.add(key)
        yield entry


def _dialect(lines: Iterable[str]) -> tuple[Iterable[str], type[csv.Dialect]]:
    """The separator is whichever of comma, semicolon and tab the first line has most of."""
    walking = iter(lines)
    first = next(walking, "").removeprefix("\ufeff")

    class Detected(csv.excel):
        delimiter = max(",;\t", key=first.count)
        # A quote that is never closed would swallow the rest of the file in silence.
        strict = True

    def rewound() -> Iterator[str]:
        yield first
        yield from walking

    return rewound(), Detected


def _rows(reader: Any, header: list[str]) -> Iterator[Row]:
    began = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid([Fault(f"line {reader.line_num}", f"This is not CSV: {error}")]) from error
        if any(cell.strip() for cell in cells):
            if len(cells) != len(header):
                yield began, {"number": cells[0], "": f"has {len(cells)} cells, the first line has {len(header)}"}
            else:
                yield began, dict(zip(header, cells, strict=True))
        began = reader.line_num + 1


def _grouped(rows: Iterator[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and _key(row) != _key(group[0]):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _key(row: Row) -> tuple[str, str]:
    return row[1].get("brand", "").strip(), row[1].get("number", "").strip()


def _entry(rows: list[Row]) -> FileOrder:
    """One order out of its rows."""
    first_line, first = rows[0]
    entry = FileOrder(line=first_line, number=first.get("number", "").strip(), document={})
    for at, row in rows:
        if "" in row:
            entry.faults.append(LineFault(at, Fault("", row[""])))
            return entry
    head = _cells(entry, first_line, first, columns.ORDER)
    entry.document.update({"customer": {}, "totals": {}, **columns.nested(head)})
    for at, row in rows:
        _same_order(entry, at, row, head)
        line = _cells(entry, at, row, columns.LINE)
        _place(entry, "lines", at, columns.nested(line, "line."))
        _place(entry, "payments", at, columns.nested(_cells(entry, at, row, columns.PAYMENT), "payment."))
        _ship(entry, at, _cells(entry, at, row, columns.SHIPMENT), line)
    _default_items_total(entry.document)
    return entry


def _cells(entry: FileOrder, at: int, row: dict[str, str], chosen: dict[str, columns.Read]) -> dict[str, Any]:
    values, faults = columns.read_cells(row, chosen)
    entry.faults.extend(LineFault(at, fault) for fault in faults)
    return values


def _same_order(entry: FileOrder, at: int, row: dict[str, str], head: dict[str, Any]) -> None:
    """What belongs to the order may stand in its first row only, or the same in each."""
    values, _ = columns.read_cells(row, columns.ORDER)
    for name, value in values.items():
        if value != head.get(name):
            entry.faults.append(LineFault(at, Fault(name, "differs from the first row of this order")))


def _place(entry: FileOrder, name: str, at: int, part: dict[str, Any]) -> dict[str, Any] | None:
    """The part among those of the same name, where one with its id may stand already; it must then say the same."""
    if not part:
        return None
    parts: list[dict[str, Any]] = entry.document.setdefault(name, [])
    for earlier in parts:
        if earlier.get("id") == part.get("id"):
            if any(earlier.get(key, value) != value for key, value in part.items()):
                entry.faults.append(LineFault(at, Fault(f"/{name}", f"{part.get('id')!r} is told in two ways")))
            return earlier
    entry.lines[f"/{name}/{len(parts)}"] = at
    parts.append(part)
    return part


def _ship(entry: FileOrder, at: int, cells: dict[str, Any], line: dict[str, Any]) -> None:
    quantity = cells.pop("shipment.quantity", line.get("line.quantity"))
    shipment = _place(entry, "shipments", at, columns.nested(cells, "shipment."))
    if shipment is not None and "line.id" in line:
        shipment.setdefault("lines", []).append({"line": line["line.id"], "quantity": quantity})


def _default_items_total(document: dict[str, Any]) -> None:
    """Without a column for it, the items' total is what the lines come to."""
    if "items" not in document["totals"]:
        document["totals"]["items"] = sum(
            _amount(line, "quantity") * _amount(line, "unit_price") - _amount(line, "discount")
            for line in document.get("lines", [])
        )


def _amount(line: dict[str, Any], name: str) -> int:
    """A number of a line; a cell that could not be read counts as none, and is told on its own."""
    amount = line.get(name, 0)
    return amount if isinstance(amount, int) else 0

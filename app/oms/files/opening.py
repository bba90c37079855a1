"""Opening an order file by its ending: what it is written in, how long it is, and the orders in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Fault, Invalid
from app.oms.files.contents import TextFile, text_file
from app.oms.files.entries import FileOrder, LineFault, read_ndjson
from app.oms.files.spreadsheet.orders import OrderSheet
from app.oms.files.spreadsheet.sheet import Sheet
from app.oms.files.spreadsheet.times import ShopClocks

CSV = frozenset({".csv", ".txt", ".tsv"})
NDJSON = frozenset({".ndjson", ".jsonl"})
_ENDING = (
    "The file's name must end in .csv, .ndjson or .jsonl; "
    "out of a spreadsheet, save it as «CSV UTF-8» (in Excel: File, Save as)"
)


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A file that can be read. ``length`` is in lines; ``orders`` are those of a spreadsheet."""

    text: TextFile
    length: int
    orders: OrderSheet | None

    @property
    def notes(self) -> list[str]:
        """What is to be said of the file itself."""
        return [self.text.note] if self.text.note else []

    @property
    def sheet(self) -> Sheet | None:
        """The table, where the file is one."""
        return self.orders.sheet if self.orders else None

    def entries(self, start: int) -> Iterator[FileOrder]:
        """The orders from line ``start`` on."""
        if self.orders is not None:
            return self.orders.entries(start)
        return (entry for entry in read_ndjson(self.text.lines()) if entry.line >= start)

    def row_notes(self) -> list[LineFault]:
        """What is to be said of rows that belong to no order, once all are read."""
        return self.orders.notes if self.orders else []


def open_file(path: Path, shops: ShopClocks) -> OrderFile:
    """Look through a file. Raises Invalid with everything that makes it no list of orders."""
    ending = path.suffix.lower()
    text = text_file(path)
    if ending not in CSV | NDJSON:
        raise Invalid([Fault(path.name, _ENDING)])
    if ending in NDJSON:
        return OrderFile(text, sum(1 for _ in text.lines()), None)
    orders = OrderSheet(text.lines, shops)
    return OrderFile(text, orders.evidence.last_line, orders)

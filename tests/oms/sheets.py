"""Order files for tests: a first line, a good row, and what becomes of lines that are read."""

from app.oms.files.entries import FileOrder
from app.oms.files.spreadsheet.orders import OrderSheet
from app.oms.files.spreadsheet.times import ShopClocks, shop_clock
from app.orders.document.document import OrderDocument

HEAD = "number,placed_at,updated_at,status,currency,customer.email,line.id,line.title,line.quantity,line.unit_price"
ROW = "{},2026-11-01T10:00:00+01:00,2026-11-02T08:00:00+01:00,confirmed,EUR,a@example.com,{},Camisa,2,1990"
MADRID = shop_clock("Europe/Madrid", "es-ES")


def sheet_of(*lines: str, zone: str = "Europe/Madrid", locale: str = "es-ES", end: str = "\n") -> OrderSheet:
    """The lines as a file of a shop with this clock and language."""
    text = [f"{line}{end}" for line in lines]
    return OrderSheet(lambda: iter(text), ShopClocks(shop_clock(zone, locale)))


def orders_of(*lines: str, zone: str = "Europe/Madrid", locale: str = "es-ES") -> list[FileOrder]:
    """The orders in these lines."""
    return list(sheet_of(*lines, zone=zone, locale=locale).entries())


def with_cells(cells: dict[str, str], *, row: str = ROW) -> tuple[str, str]:
    """The first line and one good row, with these columns put in or changed."""
    values = dict(zip(HEAD.split(","), row.format("A1", 1).split(","), strict=True)) | cells
    return ",".join(values), ",".join(f'"{text.replace(chr(34), chr(34) * 2)}"' for text in values.values())


def order_with(cells: dict[str, str], *, zone: str = "Europe/Madrid", locale: str = "es-ES") -> FileOrder:
    """The order of a file of one row with these cells."""
    (entry,) = orders_of(*with_cells(cells), zone=zone, locale=locale)
    return entry


def document_with(cells: dict[str, str]) -> OrderDocument:
    """The document of such an order, which must be without a fault."""
    entry = order_with(cells)
    assert entry.faults == []
    return OrderDocument.model_validate(entry.document)


def faults_of(entry: FileOrder) -> list[tuple[int, str]]:
    """Line and column of each fault."""
    return [(fault.line, fault.fault.pointer) for fault in entry.faults]


def notes_of(entry: FileOrder) -> dict[str, str]:
    """What is noted of each column."""
    return {note.fault.pointer: note.fault.detail for note in entry.notes}

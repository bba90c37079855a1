"""Taking orders from a file: each whole or not at all, a chunk at a time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import to_json
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.core.errors import Fault, Invalid
from app.events.tries import CHUNK
from app.oms.files.entries import FileOrder, LineFault, read_ndjson
from app.oms.files.progress import ImportCounts
from app.oms.files.spreadsheet import read_csv
from app.oms.intake import receive_order
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults

READERS: dict[str, Callable[[Iterable[str]], Iterator[FileOrder]]] = {
    ".csv": read_csv,
    ".ndjson": read_ndjson,
    ".jsonl": read_ndjson,
}


def entries(path: Path) -> Iterator[FileOrder]:
    """The orders of a file, by its ending. Raises Invalid for another ending or a first line that is no header."""
    if path.suffix.lower() not in READERS:
        raise Invalid([Fault(path.name, "The file's name must end in .csv, .ndjson or .jsonl")])
    # A byte that is not UTF-8 is a fault of its order, not the end of the file.
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        yield from READERS[path.suffix.lower()](lines)


def chunks(entries: Iterable[FileOrder], start: int) -> Iterator[list[FileOrder]]:
    """The orders from line ``start`` on, so many at a time as are committed together."""
    remaining = (entry for entry in entries if entry.line >= start)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def take(session: Session, chunk: list[FileOrder], tally: ImportCounts, *, now: datetime) -> None:
    """Take the orders of a chunk; one that is refused leaves the others and the database as they are."""
    for entry in chunk:
        entry_faults = _refused(entry) if entry.faults else _apply(session, entry, tally, now=now)
        if entry_faults:
            tally.refused += 1
            tally.faults.extend(sorted(entry_faults, key=lambda each: each.line))


def _refused(entry: FileOrder) -> list[LineFault]:
    """Everything wrong with an order that has cells which cannot be read, so that it is mended in one go."""
    places = {(each.line, _last(each.fault.pointer)) for each in entry.faults}
    further = _read(entry) if entry.document else []
    if isinstance(further, OrderDocument):
        return list(entry.faults)
    return [*entry.faults, *(each for each in further if (each.line, _last(each.fault.pointer)) not in places)]


def _last(pointer: str) -> str:
    """The last word of a column's name or of a pointer into the document."""
    return pointer.replace("/", ".").rpartition(".")[2]


def _read(entry: FileOrder) -> OrderDocument | list[LineFault]:
    try:
        return OrderDocument.model_validate_json(to_json(entry.document))
    except ValidationError as error:
        return [entry.place(fault) for fault in faults(error)]
    except ValueError:
        return [LineFault(entry.line, Fault("", "The text is not UTF-8"))]


def _apply(session: Session, entry: FileOrder, tally: ImportCounts, *, now: datetime) -> list[LineFault]:
    document = _read(entry)
    if not isinstance(document, OrderDocument):
        return document
    try:
        # What is refused here must not take its chunk with it.
        with session.begin_nested():
            received = receive_order(session, document, now=now)
    except Invalid as error:
        return [entry.place(fault) for fault in error.faults]
    except DataError:
        return [LineFault(entry.line, Fault("", "Something here cannot be stored"))]
    changed = received.changed
    tally.created += received.created
    tally.updated += changed and not received.created
    tally.unchanged += not changed
    return []

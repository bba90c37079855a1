"""What an order file holds: a document a place, with the line on which each of its parts stands."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.core.bodies.documents import parsed
from app.core.bodies.text import is_blank
from app.core.errors import Fault, Unreadable


@dataclass(frozen=True, slots=True)
class LineFault:
    """A fault and the line of the file on which it stands."""

    line: int
    fault: Fault

    def __str__(self) -> str:
        """As it is printed: ``line 17: #/lines/0/quantity: …``."""
        place = f"#{self.fault.pointer}" if self.fault.pointer[:1] in ("", "/") else self.fault.pointer
        return f"line {self.line}: {place}: {self.fault.detail}"


@dataclass(slots=True)
class FileOrder:
    """One order of a file as it was read; ``lines`` tells where a part of the document stands, by its pointer.

    ``raw`` is as it stands in the file, a text or the cells of each row, up to the line ``end``; ``notes`` say what was
    set right as it was read. ``named`` makes a pointer what the file's writer calls the place.
    """

    line: int
    number: str
    document: dict[str, Any]
    faults: list[LineFault] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    end: int = 0
    raw: list[tuple[int, Any]] = field(default_factory=list)
    notes: list[LineFault] = field(default_factory=list)
    named: Callable[[str], str] = str

    def place(self, fault: Fault) -> LineFault:
        """A fault of the document with the line of the part that it points into."""
        # Only parts of a document have lines of their own, such as /lines/3 in /lines/3/sku.
        part = "/".join(fault.pointer.split("/")[:3])
        return LineFault(self.lines.get(part, self.line), Fault(self.named(fault.pointer), fault.detail))


def read_ndjson(lines: Iterable[str]) -> Iterator[FileOrder]:
    """The orders of a file with one JSON document a line; blank lines are passed over."""
    for at, line in enumerate(lines, start=1):
        # Files that were joined have a mark before any of their lines.
        if not is_blank(line):
            entry = _entry(at, line)
            entry.end, entry.raw = at, [(at, line)]
            yield entry


def _entry(at: int, text: str) -> FileOrder:
    entry = FileOrder(line=at, number="", document={})
    try:
        content = parsed(text.encode("utf-8", "surrogateescape"), line=at)
    except Unreadable as error:
        entry.faults.append(LineFault(at, Fault("", str(error))))
        return entry
    entry.faults += [LineFault(at, fault) for fault in content.faults]
    if not isinstance(content.value, dict):
        entry.faults.append(LineFault(at, Fault("", "An order document is needed")))
        return entry
    entry.document, entry.number = content.value, str(content.value.get("number", ""))[:100]
    return entry

"""A table in a text: its separator, its first line, and its rows with the line on which each begins."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.core.errors import Fault, Invalid
from app.oms.files.spreadsheet.cells import stripped
from app.oms.files.spreadsheet.columns import COLUMNS, NEEDED
from app.oms.files.spreadsheet.header import header_faults, meant

Lines = Callable[[], Iterable[str]]
SEPARATORS = ",;\t|"
# Written by hand, or by Excel for itself: it names the separator, and is no row.
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?[,;\t|]*\s*", re.IGNORECASE)
# A text as long as a page or two; more is a quote that was never closed.
_LONGEST_CELL = 131_072
_BROKEN = (
    "A quotation mark is not closed, or text follows a closing one: put quotes around the whole cell, "
    "and write a quotation mark within it twice"
)
_NOT_UTF8 = "The text is not UTF-8, as the rest of the file is; export the file again as CSV UTF-8"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: ``cells`` are the filled ones by column, ``raw`` all as they stand, ``fault`` what is wrong with it."""

    line: int
    raw: list[str]
    cells: dict[str, str]
    fault: str = ""
    repeats_header: bool = False


class Sheet:
    """A CSV file that can be read more than once; ``columns`` are those that its first line means."""

    def __init__(self, lines: Lines) -> None:
        """Read the first line. Raises Invalid with everything that is wrong with it."""
        self._lines = lines
        self._above, self.separator = 0, ""
        self.header = self._first_line()
        faults = header_faults(self.header)
        if faults:
            raise Invalid(faults)
        self.columns = [meant(name) for name in self.header]
        self._needed = max(self.columns.index(name) for name in NEEDED)

    def _first_line(self) -> list[str]:
        separator = ""
        for text in self._lines():
            match = _SEPARATOR_LINE.fullmatch(text)
            if match and not separator:
                separator = match[1]
            elif stripped(text).strip(SEPARATORS):
                break
            self._above += 1
        else:
            text = ""
        line = text.removeprefix("\ufeff")
        self.separator = separator or max(SEPARATORS, key=lambda each: _score(line, each))
        return [stripped(name) for name in next(csv.reader([line], delimiter=self.separator), [])]

    def rows(self) -> Iterator[SheetRow]:
        """Every row that holds anything. Raises Invalid where the text is no table any more."""
        walking, ending = iter(self._lines()), _Ending()
        for _ in range(self._above):
            next(walking, "")
        reader = csv.reader(ending.watching(walking), delimiter=self.separator, strict=True)
        for begun, cells in self._numbered(reader):
            if any(cell and stripped(cell) for cell in cells):
                yield self._row(begun, cells, breaks_off=not ending.is_there)

    def _numbered(self, reader: Any) -> Iterator[tuple[int, list[str]]]:
        """The rows behind the first line, each with the line on which it begins."""
        begun, is_first = self._above + 1, True
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise Invalid([Fault(f"line {begun}", _BROKEN)]) from error
            if cells is None:
                return
            if not is_first:
                yield begun, cells
            begun, is_first = self._above + reader.line_num + 1, False

    def _row(self, line: int, raw: list[str], *, breaks_off: bool) -> SheetRow:
        cells: dict[str, str] = {}
        unnamed = 0
        for at, cell in enumerate(raw):
            text = stripped(cell) if cell else ""
            if text:
                name = self.columns[at] if at < len(self.columns) else ""
                if name in COLUMNS:
                    cells[name] = text
                elif not name:
                    unnamed = unnamed or at + 1
        return SheetRow(line, raw, cells, self._fault(raw, unnamed, breaks_off), self._is_header(raw))

    def _is_header(self, raw: list[str]) -> bool:
        """Whether the first line stands here once more, as where files were joined."""
        return meant(stripped(raw[0])) == self.columns[0] != "" and [stripped(cell) for cell in raw] == self.header

    def _fault(self, raw: list[str], unnamed: int, breaks_off: bool) -> str:
        if any(not cell.isascii() and not _is_text(cell) for cell in raw):
            return _NOT_UTF8
        counts = f"The row has {len(raw)} cells, the first line has {len(self.header)}"
        if unnamed > len(self.header):
            return f"{counts}: a text that holds the separator «{self.separator}» needs quotes around it"
        if unnamed:
            return f"Cell {unnamed} of the row stands under no column name"
        # Spreadsheets leave out separators behind the last filled cell; a file that was cut short ends in the middle.
        if len(raw) <= self._needed or (len(raw) < len(self.header) and breaks_off):
            return f"{counts}: the row breaks off"
        return ""


class _Ending:
    """Whether the line that was read last ends as lines do."""

    def __init__(self) -> None:
        self.is_there = True

    def watching(self, lines: Iterator[str]) -> Iterator[str]:
        for text in lines:
            self.is_there = text.endswith(("\n", "\r"))
            yield text


def _score(line: str, separator: str) -> tuple[int, int]:
    """How much a separator makes of the first line: columns, and cells of any kind."""
    names = next(csv.reader([line], delimiter=separator), [])
    return len({meant(name) for name in names} - {""}), len(names)


def _is_text(cell: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in cell)

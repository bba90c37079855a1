"""What a whole file shows before any of it is read: the order of day and month, how amounts are written, rows apart."""

from collections import Counter
from dataclasses import dataclass, field

from babel.numbers import get_currency_precision

from app.core.errors import Fault, Invalid
from app.oms.files.spreadsheet import amounts, times
from app.oms.files.spreadsheet.amounts import AmountForm
from app.oms.files.spreadsheet.cells import cleaned, has_point_zero, is_long, zeros_behind
from app.oms.files.spreadsheet.columns import COLUMNS, Content
from app.oms.files.spreadsheet.sheet import Sheet, SheetRow

RowKey = tuple[str, str, str, str]
_TIMES = (Content.INSTANT, Content.DAY)
_NAMES = (Content.IDENTITY, Content.SHOWN_IDENTITY)
# Rows of orders that stand apart wait in memory for the last of theirs.
MOST_APART = 200_000
# From so many long numbers on it is no chance that zeros stand behind the fifteenth digit of each.
_LEAST_LONG = 3
_TOTAL_WORDS = frozenset(
    {"total", "totales", "totals", "suma", "sum", "grand total", "total general", "summe", "somme"}
)


@dataclass(slots=True)
class Evidence:
    """What was seen in the rows of a file, by column where it matters there."""

    rows: Counter[RowKey] = field(default_factory=Counter)
    apart: set[RowKey] = field(default_factory=set)
    day_first: dict[str, int] = field(default_factory=dict)
    month_first: dict[str, int] = field(default_factory=dict)
    whole: tuple[int, str] | None = None
    decimals: tuple[int, str] | None = None
    # Names that are digits: how many, with a decimal that says nothing, long ones, long ones that end in zeros.
    filled: Counter[str] = field(default_factory=Counter)
    with_point: Counter[str] = field(default_factory=Counter)
    long: Counter[str] = field(default_factory=Counter)
    rounded: Counter[str] = field(default_factory=Counter)
    last_line: int = 0

    @property
    def in_decimals(self) -> bool:
        """Whether the file writes amounts with decimals."""
        return self.decimals is not None

    @property
    def too_many_apart(self) -> bool:
        """Whether more rows stand apart from the others of their orders than can be gathered."""
        return sum(self.rows[key] for key in self.apart) > MOST_APART

    def order_shown(self, column: str) -> bool | None:
        """Which of day and month the column shows to come first; else all other columns, where they are of one mind."""
        own = (column in self.day_first, column in self.month_first)
        if any(own):
            return own[0] if own[0] != own[1] else None
        others = (bool(self.day_first), bool(self.month_first))
        return others[0] if others[0] != others[1] else None

    def contradiction(self, column: str) -> str:
        """What to say where a column shows the day first in one line and the month in another."""
        if column not in self.day_first or column not in self.month_first:
            return ""
        day, month = self.day_first[column], self.month_first[column]
        return f"Line {day} of this column has the day first and line {month} the month: write it as in 2026-11-05"

    def loses_point(self, column: str) -> bool:
        """Whether every number of a column is written as 12345.0, so that the decimal is none of the name's own."""
        return 0 < self.with_point[column] == self.filled[column]

    def is_rounded_column(self, column: str) -> bool:
        """Whether all long numbers of a column end where a spreadsheet keeps no digits."""
        return _LEAST_LONG <= self.long[column] == self.rounded[column]


class Keys:
    """To which order each row belongs: a row that leaves brand or source out belongs to the one above it."""

    def __init__(self) -> None:
        self._last: RowKey = ("", "", "", "")

    def of(self, row: SheetRow) -> RowKey:
        """The order's brand, number and source."""
        cells = row.cells
        # Of a row that is broken, or has no number, only its place says whose it is.
        if not cells.get("number"):
            return self._last
        key = tuple(_name(cells.get(name, "")) for name in ("brand", "number", "source.system", "source.id"))
        if key[1] == self._last[1]:
            key = tuple(own or above for own, above in zip(key, self._last, strict=True))
        self._last = (key[0], key[1], key[2], key[3])
        return self._last


def _name(text: str) -> str:
    """A name without what a spreadsheet wraps around it, which it may do in one row and not in the next."""
    try:
        return cleaned(text, Content.IDENTITY)
    except ValueError:
        return text


def is_no_order(row: SheetRow) -> str:
    """Why a row is none of an order's, such as one of totals; an empty text for every other row."""
    if row.repeats_header:
        return "The first line stands here once more and was passed over"
    cells = row.cells
    if row.fault or any(cells.get(name) for name in ("line.id", "line.title", "status", "placed_at")):
        return ""
    first = next((text for text in map(str.strip, row.raw) if text), "").casefold().strip(" :")
    sums = "number" not in cells and all(COLUMNS[name] in (Content.AMOUNT, Content.NUMBER) for name in cells)
    return "A row of totals was passed over" if first in _TOTAL_WORDS or sums else ""


def gathered(sheet: Sheet) -> Evidence:
    """Look through the whole file. Raises Invalid where it is no table, or writes amounts in two ways."""
    evidence, keys = Evidence(), Keys()
    watched = [name for name in sheet.columns if name in COLUMNS and COLUMNS[name] is not Content.TEXT]
    kinds = [(name, COLUMNS[name]) for name in watched if COLUMNS[name] not in (Content.FLAG, Content.NUMBER)]
    last, places = None, 2
    for row in sheet.rows():
        evidence.last_line = row.line
        if is_no_order(row):
            continue
        key = keys.of(row)
        if key != last and key in evidence.rows:
            evidence.apart.add(key)
        evidence.rows[key] += 1
        last = key
        if row.fault:
            continue
        if "currency" in row.cells:
            places = places_of(row.cells["currency"])
        for name, content in kinds:
            if name in row.cells:
                _look(evidence, row, name, content, places)
    _refuse_two_ways(evidence)
    return evidence


def places_of(currency: str) -> int:
    """The decimals of a currency; of what is none, as of most."""
    return get_currency_precision(currency.strip().upper())


def _look(evidence: Evidence, row: SheetRow, name: str, content: Content, places: int) -> None:
    text = row.cells[name]
    if content is Content.AMOUNT:
        form = amounts.form_of(text, places)
        if form is AmountForm.WHOLE and places:
            evidence.whole = evidence.whole or (row.line, name)
        if form is AmountForm.DECIMAL:
            evidence.decimals = evidence.decimals or (row.line, name)
    elif content in _TIMES:
        shown = times.order_shown(text)
        if shown is not None:
            (evidence.day_first if shown else evidence.month_first).setdefault(name, row.line)
    elif content in _NAMES:
        evidence.filled[name] += 1
        evidence.with_point[name] += has_point_zero(text)
        if is_long(text):
            evidence.long[name] += 1
            evidence.rounded[name] += zeros_behind(text) > 0


def _refuse_two_ways(evidence: Evidence) -> None:
    """A file in which 20 may be twenty cents or twenty euros is not taken at all: no cell of it says which."""
    if evidence.whole and evidence.decimals:
        (whole, of_whole), (decimal, of_decimals) = evidence.whole, evidence.decimals
        detail = (
            f"The file has whole amounts (line {whole}, {of_whole}) and amounts with decimals (line {decimal}, "
            f"{of_decimals}), so 20 could be 0.20 or 20.00. {amounts.CURE}"
        )
        raise Invalid([Fault("amounts", detail)])

"""The cells of one order as values of its document, by what its columns hold and what the whole file shows. Pure."""

from collections.abc import Sequence
from typing import Any

from app.oms.files.spreadsheet import amounts, cells, times
from app.oms.files.spreadsheet.columns import COLUMNS, Content
from app.oms.files.spreadsheet.evidence import Evidence, places_of
from app.oms.files.spreadsheet.sheet import SheetRow
from app.oms.files.spreadsheet.times import ShopClocks

Notes = tuple[str, ...]
_IN_MINOR_UNITS = "Amounts with decimals were read as minor units: 19.90 as 1990"
_POINT_LOST = "Numbers written as 12345.0 were read as 12345"
_LEFT_OUT = "It looks like a number that a spreadsheet rounded, and was left out"


class CellReader:
    """Reads the cells of one order."""

    def __init__(self, evidence: Evidence, clocks: ShopClocks, rows: Sequence[SheetRow]) -> None:
        """By the order's currency and the clock of its brand, which may stand in any of its rows."""
        self._evidence = evidence
        self._clock = clocks.of(_first(rows, "brand"))
        self._places = places_of(_first(rows, "currency"))

    def value(self, name: str, text: str) -> tuple[Any, Notes]:
        """What a cell says, and what had to be assumed. Raises ValueError, in words for a shop."""
        content = COLUMNS[name]
        try:
            clean = cells.cleaned(text, content)
        except ValueError:
            if content is Content.SHOWN_IDENTITY:
                return None, (_LEFT_OUT,)
            raise
        if content in (Content.IDENTITY, Content.SHOWN_IDENTITY):
            return self._identity(name, clean)
        if content is Content.AMOUNT:
            return self._amount(clean)
        if content in (Content.INSTANT, Content.DAY):
            return self._time(name, clean, content)
        if content is Content.FLAG:
            return cells.flag(clean), ()
        return (amounts.quantity(clean) if content is Content.NUMBER else clean), ()

    def _identity(self, name: str, text: str) -> tuple[Any, Notes]:
        if self._evidence.is_rounded_column(name) and cells.is_long(text):
            if COLUMNS[name] is Content.SHOWN_IDENTITY:
                return None, (_LEFT_OUT,)
            raise ValueError(cells.ROUNDED)
        if cells.has_point_zero(text) and self._evidence.loses_point(name):
            return text[:-2], (_POINT_LOST,)
        return text, ()

    def _amount(self, text: str) -> tuple[Any, Notes]:
        units = amounts.minor_units(text, self._places, in_decimals=self._evidence.in_decimals)
        is_plain = text.removeprefix("-").isdigit()
        return units, () if is_plain or not self._places else (_IN_MINOR_UNITS,)

    def _time(self, name: str, text: str, content: Content) -> tuple[Any, Notes]:
        shown = self._evidence.order_shown(name)
        contradiction = self._evidence.contradiction(name)
        if contradiction and times.is_unsure(text):
            raise ValueError(contradiction)
        read = times.instant if content is Content.INSTANT else times.day
        reading = read(text, self._clock, shown=shown)
        return reading.text, reading.notes


def _first(rows: Sequence[SheetRow], name: str) -> str:
    return next((row.cells[name] for row in rows if name in row.cells), "")

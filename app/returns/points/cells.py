"""The cells of one line of a list, read one by one: every fault is noted, and reading goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import available_timezones

from babel import Locale

from app.returns.points.coordinates import Axis, degrees
from app.returns.points.hours import written
from app.returns.points.place_text import network_name
from app.returns.points.ports import ColumnFault, Refusal

Row = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

# Where no address is complete without a postcode, by the address data that Google publishes (libaddressinput);
# all other countries have none, or get along without.
POSTCODE_NEEDED = frozenset({
    "AS", "AT", "AU", "AX", "BE", "BL", "BR", "CA", "CH", "CN", "CZ", "DE", "DK", "EE", "ES", "FI", "FK", "FM", "FR",
    "GB", "GF", "GG", "GL", "GP", "GR", "GS", "GU", "HU", "IM", "IN", "IO", "IT", "JE", "JP", "KR", "LI", "LT", "LU",
    "LV", "MF", "MH", "MP", "MQ", "MX", "MY", "NC", "NL", "NO", "NZ", "PF", "PL", "PM", "PN", "PR", "PT", "PW", "RE",
    "RO", "RU", "SE", "SG", "SH", "SJ", "SK", "SM", "TC", "TR", "TW", "UA", "US", "VI", "WF", "YT", "ZA",
})  # fmt: skip
# Spreadsheets take a leading zero away from what they hold for a number.
_FIVE_DIGITS = frozenset({"DE", "ES", "FI", "FR", "HR", "IT", "MX", "US"})
_OTHER_CODES = {"UK": "GB", "EL": "GR"}


@dataclass(slots=True)
class Cells:
    """One line and what is wrong in it; a cell with a fault reads as something of its kind."""

    row: Row
    line: int
    faults: list[ColumnFault] = field(default_factory=list)

    def fault(self, column: str, reason: str) -> None:
        """Note that a column cannot be taken."""
        self.faults.append(ColumnFault(self.line, column, reason))

    def refusal(self) -> Refusal | None:
        """All that is wrong, or None."""
        return Refusal(tuple(self.faults)) if self.faults else None

    def text(self, column: str) -> str:
        """A text on one line; empty where there is none."""
        value = self.row.get(column)
        # PostgreSQL takes no NUL in a text, and no half of a letter.
        plain = str(value).replace("\0", " ").encode(errors="ignore").decode() if value is not None else ""
        return " ".join(plain.split())

    def needed(self, column: str) -> str:
        """A text that every point has."""
        text = self.text(column)
        if not text:
            self.fault(column, "is empty, and every point has one")
        return text

    def network(self, column: str) -> str:
        """The network's name in its one spelling."""
        text = self.needed(column)
        name = network_name(text)
        if text and not name:
            self.fault(column, f"«{text}» is no name: use letters and digits")
        return name

    def country(self, text: str, column: str) -> str:
        """A country by its two letters; empty where it is none."""
        code = _OTHER_CODES.get(text.upper(), text.upper())
        if len(code) == 2 and code in Locale("en").territories:
            return code
        if text:
            self.fault(column, f"«{text}» is no country's two letters, such as ES or HK")
        return ""

    def postcode(self, column: str, country: str) -> str:
        """A postcode; empty where the country gets along without."""
        text = self.text(column)
        if not text and country in POSTCODE_NEEDED:
            self.fault(column, f"is empty, and addresses in {country} have one: write it, as text with its zeros")
        if country in _FIVE_DIGITS and len(text) == 4 and text.isdecimal():
            return f"0{text}"
        return text

    def coordinates(self, latitude: str, longitude: str) -> tuple[float | None, float | None]:
        """Both numbers of a place, or none where a line has none."""
        columns = {Axis.LATITUDE: latitude, Axis.LONGITUDE: longitude}
        texts = {axis: self.text(column) for axis, column in columns.items()}
        if not any(texts.values()):
            return None, None
        numbers: dict[Axis, float | None] = {}
        for axis, column in columns.items():
            if not texts[axis]:
                self.fault(column, "is empty, though the other coordinate is there: write both or neither")
            numbers[axis] = self._degrees(column, texts[axis], axis) if texts[axis] else None
        return numbers[Axis.LATITUDE], numbers[Axis.LONGITUDE]

    def _degrees(self, column: str, text: str, axis: Axis) -> float | None:
        try:
            return degrees(text, axis)
        except ValueError as error:
            self.fault(column, str(error))
            return None

    def hours(self, column: str) -> str | None:
        """Opening hours, tidied where they can be read; None where there are none."""
        text = self.text(column)
        try:
            return written(text) if text else None
        except ValueError as error:
            self.fault(column, str(error))
            return None

    def time_zone(self, column: str) -> str | None:
        """A zone by IANA's name; None where the list leaves it to us."""
        text = self.text(column)
        if not text or text in available_timezones():
            return text or None
        self.fault(column, f"«{text}» is no IANA time zone, such as Europe/Madrid; leave it empty to have it looked up")
        return None

    def choice(self, words: type[Word], text: str, column: str) -> Word:
        """One of a few words; the first of them where it is none."""
        word = text.casefold()
        if word not in set(words):
            self.fault(column, f"«{text}» is none of {', '.join(words)}")
            return next(iter(words))
        return words(word)

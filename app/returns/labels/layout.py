"""Texts laid into a box of a label whole: smaller, then on more rows; cut only where nobody could read them at all."""

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.pdfbase.pdfmetrics import stringWidth

from app.returns.labels.latin import printable

# A line that is a little too long is easier to read smaller than broken in two.
_ONE_ROW = 0.65
_LEADING = 1.15
# Sums of widths are good to some millionths of a point.
_SLACK = 0.01


class PrintedText(NamedTuple):
    """A text and its font."""

    font: str
    text: str


class PrintedRow(NamedTuple):
    """A piece of a text as it is drawn."""

    font: str
    size: float
    text: str


def in_box(lines: Sequence[PrintedText], size: float, box: tuple[float, float], smallest: float) -> list[PrintedRow]:
    """All lines in a box of this width and height, as large as they fit, at most ``size``.

    Where even the smallest size is too large, the longest lines lose their ends first: an address keeps its town.
    """
    width, height = box
    plain = [PrintedText(line.font, text) for line in lines if (text := printable(line.text))]
    while True:
        rows = [row for line in plain for row in _rows(line, size, width)]
        if len(rows) * size * _LEADING <= height + _SLACK or not plain:
            return rows
        if size > smallest:
            size = max(smallest, size - size / 20)
        else:
            plain = _shorter(plain)


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a printable text into rows of at most ``width``; a word that is longer goes on in the next row."""
    rows: list[str] = []
    for word in printable(text).split():
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and _width(joined, font, size) <= width:
            rows[-1] = joined
        else:
            rows += _broken(word, font, size, width)
    return rows


def _rows(line: PrintedText, size: float, width: float) -> list[PrintedRow]:
    natural = _width(line.text, line.font, size)
    fitting = size * min(1.0, width / natural) if natural else size
    if fitting >= size * _ONE_ROW:
        return [PrintedRow(line.font, fitting, line.text)]
    return [PrintedRow(line.font, size, row) for row in wrapped(line.text, line.font, size, width)]


def _broken(word: str, font: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter, font, size) > width + _SLACK:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _shorter(lines: Sequence[PrintedText]) -> list[PrintedText]:
    longest = max(range(len(lines)), key=lambda number: len(lines[number].text))
    text = lines[longest].text.rstrip("…")
    # A tenth at a time: what is this long has hundreds of letters.
    cut = text[: len(text) - max(1, len(text) // 10)].rstrip() + "…"
    shortened = PrintedText(lines[longest].font, cut)
    return [shortened if number == longest else line for number, line in enumerate(lines) if line.text != "…"]


def _width(text: str, font: str, size: float) -> float:
    return float(stringWidth(text, font, size))

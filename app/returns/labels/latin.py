"""Letters for printers: what the label's fonts lack is written in Latin letters; the page keeps the original."""

import unicodedata
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

from app.core.i18n.latin import is_blank, is_unseen, latin


@lru_cache(maxsize=2048)
def printable(text: str) -> str:
    """Write a text in the characters of Windows-1252, on one line; unknown pictures are left out.

    Covers every letter of Spanish, English, French, German, Portuguese and Italian as it is; «Łódź» becomes «Lódz».
    """
    composed = unicodedata.normalize("NFC", text)
    letters = "".join(_letter(character) for character in composed)
    return " ".join(letters.split())


def fitted(text: str, font: str, size: float, width: float, smallest: float = 6.0) -> tuple[str, float]:
    """The printable text and the size at which it fits ``width`` points; cut with an ellipsis at the smallest."""
    line = printable(text)
    natural = stringWidth(line, font, size)
    if natural <= width:
        return line, size
    shrunk = max(smallest, size * width / natural)
    while line and stringWidth(line, font, shrunk) > width:
        line = line.rstrip("…")[:-1].rstrip() + "…"
        if line == "…":
            break
    return line, shrunk


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a printable text into lines of at most ``width`` points; a longer word is cut."""
    lines: list[str] = []
    for word in printable(text).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(joined, font, size) <= width:
            lines[-1] = joined
        else:
            lines.append(fitted(word, font, size, width, size)[0])
    return lines


def _letter(character: str) -> str:
    if is_blank(character):
        return " "
    if is_unseen(character):
        return ""
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return latin(character)
    return character

"""What a file of orders is written in: its encoding, by its bytes; what is no text is refused with the way out."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Fault, Invalid

_BLOCK = 1 << 20
_AS_CSV = "save it in the spreadsheet as «CSV UTF-8» and import that file"
# The longer marks first: UTF-32 begins as UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = (
    (b"PK\x03\x04", f"This is a workbook (.xlsx, .ods or .numbers), not a text: {_AS_CSV}"),
    (b"\xd0\xcf\x11\xe0", f"This is a workbook of an old Excel (.xls), not a text: {_AS_CSV}"),
    (b"%PDF", f"This is a PDF, not a text: {_AS_CSV}"),
    (b"{\\rtf", f"This is a text with layout (.rtf): {_AS_CSV}"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|\?mso)", re.IGNORECASE)
# Where no text of Western Europe has them: a capital within a word, a sign between letters, three accents in a row.
_IMPLAUSIBLE = re.compile(
    "[a-zß-ÿ][À-ÖØ-ÞŠŽŒŸ][a-zß-ÿ]|[A-Za-z][†‡ˆ‰‹›‚ƒ„•˜¤¦¨¬¯¸–—¡-§©«®±-³¶»-¿][A-Za-z]|[À-ÖØ-öø-ÿ]{3}"
)
_WINDOWS = "cp1252"
READ_AS_WINDOWS = "The file is not UTF-8; it was read as Windows-1252, as Excel writes CSV in Western Europe"
_UNKNOWN = f"The file is neither UTF-8 nor UTF-16, and what else it may be is not sure: {_AS_CSV}"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file whose encoding is known."""

    path: Path
    encoding: str
    note: str = ""

    def lines(self) -> Iterator[str]:
        """Its lines with their ends as they stand; what is no text in a UTF-8 file is there as half surrogates."""
        # A byte that is not UTF-8 is a fault of its order, not the end of the file.
        errors = "surrogateescape" if self.encoding.startswith("utf-8") else "replace"
        with self.path.open(encoding=self.encoding, errors=errors, newline="") as lines:
            yield from lines


def text_file(path: Path) -> TextFile:
    """Find out what a file is written in. Raises Invalid with the way out for what is no text."""
    with path.open("rb") as content:
        head = content.read(4096)
    for mark, words in _OTHERS:
        if head.startswith(mark):
            raise Invalid([Fault(path.name, words)])
    if _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)):
        raise Invalid([Fault(path.name, f"This is a web page or XML, whatever its name says: {_AS_CSV}")])
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return TextFile(path, encoding)
    return TextFile(path, _without_mark(head)) if _without_mark(head) else _of_bytes(path)


def _without_mark(head: bytes) -> str:
    """UTF-16 by its zeros, which stand in every second place of a text in Latin letters."""
    pairs = len(head) // 2
    even, odd = head[: pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if pairs < 8 or max(even, odd) < 0.8 * pairs or min(even, odd) > 0.1 * pairs:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _of_bytes(path: Path) -> TextFile:
    """UTF-8, or Windows-1252 where nothing in the file is UTF-8 and all of it makes sense as the other."""
    if _is_utf8(path):
        return TextFile(path, "utf-8")
    valid = invalid = 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    for block in _blocks(path):
        text = decoder.decode(block)
        broken = sum("\udc80" <= sign <= "\udcff" for sign in text)
        invalid += broken
        valid += sum(sign > "\x7f" for sign in text) - broken
    # Where both are in one file, the rows that are broken are refused one by one.
    if valid:
        return TextFile(path, "utf-8")
    if not _is_windows(path, invalid):
        raise Invalid([Fault(path.name, _UNKNOWN)])
    return TextFile(path, _WINDOWS, READ_AS_WINDOWS)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_windows(path: Path, letters: int) -> bool:
    implausible = 0
    for block in _blocks(path):
        try:
            implausible += len(_IMPLAUSIBLE.findall(block.decode(_WINDOWS)))
        except UnicodeDecodeError:
            return False
    return implausible * 20 <= letters


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            yield block

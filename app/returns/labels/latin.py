"""Letters for printers: what the label's fonts lack is written in Latin letters; the page keeps the original."""

import unicodedata
from functools import lru_cache

from anyascii import anyascii

_SYMBOLS = frozenset({"So", "Cs", "Co", "Cn"})


@lru_cache(maxsize=2048)
def printable(text: str) -> str:
    """Write a text in the characters of Windows-1252, on one line; unknown pictures are left out.

    Covers every letter of Spanish, English, French, German, Portuguese and Italian as it is; «Łódź» becomes «Lódz».
    """
    composed = unicodedata.normalize("NFC", text)
    letters = "".join(_letter(character) for character in composed)
    return " ".join(letters.split())


def _letter(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\n\r":
        return " "
    if category in ("Cc", "Cf"):
        return ""
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return "" if category in _SYMBOLS else anyascii(character)
    return character

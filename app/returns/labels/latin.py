"""Letters for printers: what the label's fonts lack is written in Latin letters; the page keeps the original."""

import unicodedata
from functools import lru_cache

from app.core.i18n.latin import is_blank, is_unseen, latin


@lru_cache(maxsize=2048)
def printable(text: str) -> str:
    """Write a text in the characters of Windows-1252, on one line; unknown pictures are left out.

    Covers every letter of Spanish, English, French, German, Portuguese and Italian as it is; «Łódź» becomes «Lódz».

    >>> printable("Sklep Łukasz, ul. Łódzka 1")
    'Sklep Lukasz, ul. Lódzka 1'
    """
    composed = unicodedata.normalize("NFC", text)
    letters = "".join(_letter(character) for character in composed)
    return " ".join(letters.split())


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

"""Texts for phones: what GSM-7 can carry, how many segments a text takes, and how to make it fit."""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "·": "-", "º": "o", "ª": "a", " ": " "}
    | {"«": '"', "»": '"', "\u00a0": " ", "\u202f": " ", "\u2009": " ", "ç": "c"}
)
# 3GPP 23.040: the header of a text in parts takes seven septets (or three of 70 units).
SINGLE, PART = 160, 153


def foreign(text: str) -> str:
    """The characters that GSM-7 lacks, in order of appearance; any one of them more than halves a text's room."""
    return "".join(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENDED))


def septets(text: str) -> int:
    """The length as the network counts it: an extended character takes two."""
    return sum(2 if c in EXTENDED else 1 for c in text)


def segments(text: str) -> int:
    """How many texts the network bills."""
    if foreign(text):
        units = len(text.encode("utf-16-be")) // 2
        return 1 if units <= 70 else -(-units // 67)
    length = septets(text)
    return 1 if length <= SINGLE else -(-length // PART)


def plain(text: str) -> str:
    """The text in GSM-7's own letters: accents that it lacks are dropped, what has no likeness becomes «?»."""
    return "".join(_letter(c) for c in unicodedata.normalize("NFC", text).translate(_PLAIN))


def shorten(text: str, room: int) -> str:
    """At most ``room`` septets of plain text, cut at a word where that loses little."""
    text = " ".join(plain(text).split())
    if septets(text) <= room:
        return text
    while text and septets(text) > room:
        text = text[:-1]
    # At a word where that loses less than a third: half a name is better than none.
    head, _, tail = text.rpartition(" ")
    return (head if head and len(tail) < room // 3 else text).rstrip(" ,.;:-")


def _letter(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    if not character.isprintable():
        return ""
    base = unicodedata.normalize("NFKD", character)
    letters = "".join(c for c in base if c in BASIC)
    return letters or "?"

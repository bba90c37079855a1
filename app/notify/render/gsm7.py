"""Texts for phones: what GSM-7 can carry, how many segments a text takes, and how to make it fit."""

import re
import unicodedata

from app.core.i18n.latin import is_blank, is_unseen, latin

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
# What Latin letters would write in another way than texts usually do.
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "·": "-", "•": "-", "º": "o", "ª": "a"}
    | {"«": '"', "»": '"', "ç": "c", "×": "x", "`": "'", "´": "'"}
)
# The alphabet has ten of Greek's capitals and none of its other letters.
_GREEK = frozenset("ΔΦΓΛΩΠΨΣΘΞ")
_WORD = re.compile(r"\S+")
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
    """The text in GSM-7's own letters: the others in Latin ones, «Łukasz Żółć» as «Lukasz Zolc», never as «?».

    What has no letters, such as pictures, is left out together with its blank.
    """
    composed = "".join(map(_visible, unicodedata.normalize("NFC", text.replace("\r\n", "\n"))))
    written = composed.translate(_PLAIN)
    lines = (" ".join(filter(None, map(_word, _WORD.findall(line)))) for line in written.split("\n"))
    return "\n".join(lines)


def shorten(text: str, room: int) -> str:
    """At most ``room`` septets of plain text, of whole words where one fits at all."""
    text = " ".join(plain(text).split())
    if septets(text) <= room:
        return text
    while text and septets(text) > room:
        text = text[:-1]
    head, _, _tail = text.rpartition(" ")
    return (head or text).rstrip(" ,.;:-")


def _visible(character: str) -> str:
    if character in "\n\r\f":
        return "\n"
    if is_blank(character):
        return " "
    return "" if is_unseen(character) else character


def _word(word: str) -> str:
    # A word is in one alphabet: «ΣΠΙΤΙ», of which two letters are lacking, shall not be half Greek.
    foreign_letters = frozenset(foreign(word))
    latinised = _GREEK if any(map(_is_greek, foreign_letters)) else frozenset[str]()
    return "".join(_letter(c) if c in foreign_letters | latinised else c for c in word).strip()


def _is_greek(character: str) -> bool:
    return unicodedata.name(character, "").startswith("GREEK")


def _letter(character: str) -> str:
    parts = [c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)]
    # Whole or not at all: «½» without its stroke would be twelve.
    whole = all(c in BASIC and c not in _GREEK for c in parts)
    return "".join(parts) if whole else latin(character).translate(_PLAIN)

"""Letters of all scripts in Latin ones, for what has no others: printers' fonts and the alphabet of texts. Pure."""

import unicodedata

from anyascii import anyascii

# Pictures, halves of pairs, private signs and what has no meaning yet: a name for them would be no word of the text.
_PICTURES = frozenset({"So", "Cs", "Co", "Cn"})


def is_blank(character: str) -> bool:
    """Whether it only keeps words apart."""
    return character.isspace() or unicodedata.category(character).startswith("Z")


def is_unseen(character: str) -> bool:
    """Whether nobody sees it: controls, joiners and marks of direction."""
    return unicodedata.category(character) in ("Cc", "Cf")


def latin(character: str) -> str:
    """One character in plain Latin letters and signs; empty where it has none, as pictures and lone accents.

    «Ł» becomes «L», «ж» «zh», «北» «Bei», «№» «No».
    """
    if is_unseen(character):
        return ""
    category = unicodedata.category(character)
    if category in _PICTURES:
        # Letters that only look like a picture, such as «№» and «㎏», come apart into what they stand for.
        parts = unicodedata.normalize("NFKD", character)
        return parts if parts.isascii() else ""
    written = anyascii(character)
    # What its table does not know is a question mark there.
    return written if category.startswith("P") else written.replace("?", "")

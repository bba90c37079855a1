"""Mending texts, words and web addresses: control characters, invisible marks, HTML, length. Pure."""

import html
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from app.orders.document.notes import NoteKind

# A value as it is to stand, and what was done to it where a person should know.
Mended: TypeAlias = tuple[Any, NoteKind | None]
Mender: TypeAlias = Callable[[Any], Mended]

# C0, C1 and the separators of lines and paragraphs stand where a blank is meant.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Soft hyphens, marks of direction and order, half surrogates: nobody sees them, and some make a text read as another.
_HIDDEN = re.compile(
    "[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAG = re.compile(r"</?(?:b|i|u|em|strong|span|small|sup|sub|p|br|div|font|a)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLANKS = re.compile(" {2,}")
_WEB = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)


def plain(text: str) -> str:
    """The text without what nobody can see, line ends as blanks."""
    if _is_plain(text):
        return (_BLANKS.sub(" ", text) if "  " in text else text).strip()
    return _BLANKS.sub(" ", _CONTROLS.sub(" ", _HIDDEN.sub("", text))).strip()


def _is_plain(text: str) -> bool:
    # Most texts are: they need no search for what cannot be in them.
    return text.isascii() and text.isprintable()


def shown(longest: int) -> Mender:
    """Mends a text that is only shown, of at most ``longest`` characters; numbers count as texts."""

    def mend(value: Any) -> Mended:
        text = _as_text(value)
        if text is None:
            return None, NoteKind.LEFT_OUT
        kind = None
        if not _is_plain(text) and (_CONTROLS.search(text) or _HIDDEN.search(text)):
            text, kind = plain(text), NoteKind.CLEANED
        if "&" in text or "<" in text:
            unescaped = _without_html(text)
            text, kind = (unescaped, NoteKind.HTML) if unescaped != text else (text, kind)
        text = text.strip()
        if len(text) > longest:
            text, kind = text[: longest - 1].rstrip() + "…", NoteKind.CUT
        return text or None, kind

    return mend


def identity(value: Any) -> Mended:
    """Mends a text that stands for something: numbers as texts, without marks that nobody sees; never cut."""
    text = _as_text(value)
    # Blanks around a number and marks within are nobody's identity; nothing is told of them.
    return (value, None) if text is None else (_HIDDEN.sub("", text).strip() or None, None)


def code(words: Iterable[str], others: dict[str, str] | None = None, *, default: str | None = None) -> Mender:
    """Mends one of a few words, written in any case; one that is unknown becomes the ``default``, with a note."""
    allowed, readings = frozenset(words), others or {}

    def mend(value: Any) -> Mended:
        written = _as_text(value)
        plain_word = re.sub(r"[\W_]+", "_", plain(written or "").lower()).strip("_")
        word = readings.get(plain_word, plain_word)
        if word in allowed:
            return word, None
        return (default, NoteKind.WORD_UNKNOWN) if plain_word else (default, None)

    return mend


def required_code(words: Iterable[str], others: dict[str, str] | None = None) -> Mender:
    """The same for a word that the document cannot do without: an unknown one is left for the check to refuse."""
    allowed, readings = frozenset(words), others or {}

    def mend(value: Any) -> Mended:
        word = re.sub(r"[\W_]+", "_", plain(value).lower()).strip("_") if isinstance(value, str) else value
        word = readings.get(word, word) if isinstance(word, str) else word
        return (word, None) if isinstance(word, str) and word in allowed else (value, None)

    return mend


def web_address(kind: NoteKind) -> Mender:
    """Mends the address of a page or a picture; what no browser would open is left out."""

    def mend(value: Any) -> Mended:
        text = plain(value) if isinstance(value, str) else ""
        if text.startswith("//"):
            text = "https:" + text
        if not text:
            return None, None if isinstance(value, str) else kind
        # A blank within a path is how people name their files.
        text = html.unescape(text).replace(" ", "%20")
        return (text, None) if len(text) <= 2000 and _WEB.fullmatch(text) else (None, kind)

    return mend


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _without_html(text: str) -> str:
    # Twice: shops that escape what was escaped already are common.
    for _ in range(2):
        if _ENTITY.search(text):
            text = html.unescape(text)
    return plain(_TAG.sub(" ", text))

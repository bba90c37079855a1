"""The text of a body: UTF-8 with or without a mark, UTF-16, or the charset that its sender names."""

import re

from app.core.errors import UnknownForm, Unreadable

# As browsers have it: who writes ISO 8859-1 or ASCII means Windows' table, which has the Euro. Python's own list of
# names is not asked: it keeps every name that a stranger makes up.
_CHARSETS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("windows-1252", "cp1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-15", "iso8859-15", "latin9", "latin-9"), "iso-8859-15"),
    **dict.fromkeys(("iso-8859-2", "iso8859-2", "latin2", "latin-2"), "iso-8859-2"),
    **dict.fromkeys(("windows-1250", "cp1250"), "cp1250"),
}
_UTF = frozenset({"", "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"})
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^"';,\s]+)""", re.IGNORECASE)
_BLANK = " \t\r\n"
MARK = "\ufeff"


def charset_of(content_type: str) -> str:
    """The charset that a ``Content-Type`` names, or nothing."""
    match = _CHARSET.search(content_type)
    return match[1].lower().replace("_", "-") if match else ""


def decoded(body: bytes, charset: str = "") -> str:
    """The text of ``body`` without marks before it. What is UTF-8 is read as such, whatever ``charset`` says.

    Raises Unreadable for what is no text, UnknownForm for a charset that is not taken.
    """
    form = _utf_16(body)
    try:
        # Programs that put parts together, each with a mark, put two before the first word.
        return body.decode(form or "utf-8").lstrip(MARK)
    except UnicodeDecodeError as error:
        if form:
            raise Unreadable("The body is not UTF-8, and no good UTF-16 either.") from None
        if charset in _UTF:
            raise Unreadable(f"The body is not UTF-8: {_place(body, error.start)}.") from None
    if charset not in _CHARSETS:
        raise UnknownForm(f"The charset «{charset[:40]}» is not taken: send UTF-8.")
    try:
        return body.decode(_CHARSETS[charset])
    except UnicodeDecodeError:
        raise Unreadable(f"The body is neither UTF-8 nor {charset}.") from None


def json_in_utf8(body: bytes, content_type: str) -> bytes:
    """JSON as UTF-8 without a mark before it; what is something else, such as XML or a form, as it is."""
    try:
        text = decoded(body, charset_of(content_type))
    except Unreadable:
        # Whoever reads it says what is wrong with it.
        return body
    return text.encode() if looks_like_json(text) else body


def looks_like_json(text: str) -> bool:
    """Whether it begins as every document of JSON does that a door takes."""
    return text.lstrip(_BLANK)[:1] in ("{", "[")


def is_blank(line: str) -> bool:
    """Whether a line of a file holds nothing: files that were joined have marks anywhere."""
    return not line.lstrip(MARK).strip(_BLANK)


def _utf_16(body: bytes) -> str:
    """The name of the form of UTF-16 in which JSON or a mark begins, else nothing."""
    if b"\0\0" in body[:4]:
        raise Unreadable("The body is not UTF-8, and no good UTF-16 either.")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    # JSON begins with ASCII, and holds no byte 0: where the first of them stands tells the order of each pair.
    if body[:1] == b"\0":
        return "utf-16-be"
    return "utf-16-le" if body[1:2] == b"\0" else ""


def _place(body: bytes, at: int) -> str:
    *above, before = body[:at].decode("utf-8", "replace").split("\n")
    return f"line {len(above) + 1}, column {len(before) + 1}"

"""Reading what carriers send, without trust: JSON and XML, bounded in depth and size, one meaning each."""

import json
import math
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

# Pushes are 1 MiB at most; an answer about thirty numbers, with all that happened to them, may be larger.
MAX_BYTES = 8 * 1024 * 1024
# W-06.
MAX_DEPTH = 50

Json = Any


class Unreadable(ValueError):
    """The bytes are no document that we take; the text says why, for a person."""


def read(body: bytes) -> Json | Element:
    """JSON or XML, whichever it is. Raises Unreadable."""
    if len(body) > MAX_BYTES:
        raise Unreadable(f"The document is larger than {MAX_BYTES // 1024 // 1024} MiB.")
    # Some answers begin with the mark of UTF-8.
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise Unreadable("The document is empty.")
    return read_xml(body) if start == b"<" else read_json(body)


def read_json(body: bytes) -> Json:
    """JSON with unique keys, finite numbers and at most fifty levels. Raises Unreadable."""
    try:
        document = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    # The parser itself gives up on a thousand brackets, before the depth can be looked at.
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(f"This is not JSON: {error}"[:300]) from None
    if _too_deep(document):
        raise Unreadable("The JSON is nested too deeply.")
    return document


def json_or_none(body: bytes) -> Json | None:
    """As ``read_json``; None for what cannot be read."""
    try:
        return read_json(body)
    except Unreadable:
        return None


def read_xml(body: bytes) -> Element:
    """XML without document type, entities or outside references, at most fifty levels deep. Raises Unreadable."""
    try:
        # W-06: no document type, hence no entity that grows and none that reaches outside.
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("XML with a document type or entities is refused.") from None
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"This is not XML: {error}"[:300]) from None
    level: list[Element] = [root]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node]
        if not level:
            return root
    raise Unreadable("The XML is nested too deeply.")


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for key, value in pairs:
        # Two readers would each believe another one: what was verified could be read as something else.
        if key in members:
            raise Unreadable(f"The JSON says «{key[:60]}» twice.")
        members[key] = value
    return members


def _no_constant(name: str) -> Json:
    raise Unreadable(f"{name} is no number.")


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise Unreadable("The JSON holds a number that is too large.")
    return number


def _too_deep(document: Json) -> bool:
    level: Iterable[Json] = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def _children(node: Json) -> Iterable[Json]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def dig(document: Json, *path: str | int) -> Json:
    """What lies at ``path``, or None wherever the path leaves the document."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(step) if isinstance(step, str) else None
        elif isinstance(document, list) and isinstance(step, int) and -len(document) <= step < len(document):
            document = document[step]
        else:
            return None
    return document


def rows(document: Json, *path: str | int) -> list[dict[str, Json]]:
    """The objects in the list at ``path``; whatever else is there counts as none."""
    items = dig(document, *path)
    return [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []


def words(value: Json) -> str | None:
    """Text as written, trimmed, without what no database keeps; numbers as text; None for anything that is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(str(value).replace("\0", "").split())
    return text.encode("utf-8", "ignore").decode() or None


def local_name(node: Element) -> str:
    """An element's name without its namespace."""
    return node.tag.rpartition("}")[2]


def every(node: Element, name: str) -> list[Element]:
    """All elements below ``node`` with this name, in whatever namespace, in document order."""
    return [child for child in node.iter() if isinstance(child.tag, str) and local_name(child) == name]


def text_of(node: Element, *path: str) -> str | None:
    """The text of the first child along ``path`` of names, in whatever namespace."""
    for name in path:
        child = next((c for c in node if isinstance(c.tag, str) and local_name(c) == name), None)
        if child is None:
            return None
        node = child
    return words(node.text)

"""Reading what carriers send, without trust: JSON and XML, bounded in depth and size, one meaning each."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.core.bodies import documents as bodies
from app.core.errors import Unreadable

# Pushes are 1 MiB at most; an answer about thirty numbers, with all that happened to them, may be larger.
MAX_BYTES = 8 * 1024 * 1024

Json = Any


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
    """JSON as every door reads it. Raises Unreadable."""
    return bodies.read_json(body)


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
    for _ in range(bodies.MAX_DEPTH):
        level = [child for node in level for child in node]
        if not level:
            return root
    raise Unreadable("The XML is nested too deeply.")


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
    """Text as written, trimmed, without what was no character; numbers as text; None for anything that is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(str(value).replace("\ufffd", "").split())
    return text or None


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

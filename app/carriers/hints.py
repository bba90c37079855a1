"""Of what an unsigned push says only one thing is used: which numbers it may speak of, so that we go and ask."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from app.tracking.ingest.identity import normalised_number

MAX_NUMBERS = 500
_LIKE_A_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9-]{6,40}")


def numbers_in(document: Any) -> set[str]:
    """Every text in a document that could be a tracking number, whatever its shape; we ask only about those we know."""
    found: set[str] = set()
    waiting = [document]
    while waiting and len(found) < MAX_NUMBERS:
        node = waiting.pop()
        waiting += _below(node)
        text = normalised_number(str(node)) if isinstance(node, str | int) and not isinstance(node, bool) else ""
        if _LIKE_A_NUMBER.fullmatch(text):
            found.add(text)
    return found


def _below(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    if isinstance(node, Element):
        return [*node, *node.attrib.values(), node.text or ""]
    return node if isinstance(node, list) else []

"""What the document's ``extra`` may hold: any JSON that PostgreSQL can keep, not too deep and not too long."""

import json
import math

from pydantic import JsonValue
from pydantic_core import PydanticCustomError

MAX_BYTES = 16_384
MAX_DEPTH = 12


def storable(extra: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The same facts, or PydanticCustomError when they cannot be kept as jsonb."""
    _look(extra, depth=1)
    if len(json.dumps(extra, ensure_ascii=False)) > MAX_BYTES:
        raise PydanticCustomError("extra_length", "More than {limit} bytes of extra facts", {"limit": MAX_BYTES})
    return extra


def _look(value: JsonValue, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise PydanticCustomError("extra_depth", "Nested deeper than {limit} levels", {"limit": MAX_DEPTH})
    if isinstance(value, dict):
        for key, inner in value.items():
            _look(key, depth=depth)
            _look(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look(inner, depth=depth + 1)
    elif isinstance(value, str) and ("\x00" in value or not _encodable(value)):
        raise PydanticCustomError("extra_text", "A text that cannot be stored")
    elif isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("extra_number", "A number that cannot be stored")


def _encodable(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)

"""What is wrong with a document and where: a JSON pointer (RFC 6901) and a sentence for each fault."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.errors import Fault

Place: TypeAlias = tuple[str | int, ...]
Places: TypeAlias = dict[Place, str]


def refuse(places: Mapping[Place, str]) -> None:
    """Refuse a model from within its validator for faults deeper in it; nothing happens when there are none."""
    if places:
        raise PydanticCustomError("inconsistent", "The document contradicts itself", {"places": dict(places)})


def faults(error: ValidationError) -> list[Fault]:
    """All faults of a refused document, in the order of the document's fields."""
    return [fault for detail in error.errors(include_url=False, include_input=False) for fault in _told(detail)]


def pointer(place: Place) -> str:
    """``("lines", 0, "sku")`` as ``/lines/0/sku``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def _told(detail: ErrorDetails) -> list[Fault]:
    place = tuple(detail["loc"])
    deeper: Places = detail.get("ctx", {}).get("places", {})
    if deeper:
        return [Fault(pointer(place + inner), message) for inner, message in deeper.items()]
    return [Fault(pointer(place), detail["msg"])]

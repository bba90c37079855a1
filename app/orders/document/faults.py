"""What is wrong with a document and where: a JSON pointer (RFC 6901) and a sentence for each fault."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.core.bodies.documents import pointer
from app.core.errors import Fault

# The checker's own sentences speak of its types; these speak of the document. Unnamed kinds have sentences of ours.
WORDS = {
    "missing": "This is needed",
    "extra_forbidden": "Unknown field",
    "string_type": "A text is needed",
    "string_unicode": "The text is not UTF-8",
    "string_too_long": "At most {max_length} characters are allowed",
    "string_pattern_mismatch": "It is not written as it should be",
    "int_type": "A whole number is needed",
    "int_parsing": "A whole number is needed",
    "int_from_float": "A whole number is needed",
    "int_parsing_size": "The number is too large",
    "float_type": "A number is needed",
    "float_parsing": "A number is needed",
    "finite_number": "A number is needed",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "list_type": "A list is needed",
    "tuple_type": "A list is needed",
    "iterable_type": "A list is needed",
    "dict_type": "An object is needed",
    "mapping_type": "An object is needed",
    "model_type": "An object is needed",
    "model_attributes_type": "An object is needed",
    "dataclass_type": "An object is needed",
    "too_long": "At most {max_length} are allowed",
    "greater_than_equal": "It must be {ge} or more",
    "greater_than": "It must be more than {gt}",
    "less_than_equal": "It must be {le} or less",
    "less_than": "It must be less than {lt}",
    "enum": "It must be {expected}",
    "literal_error": "It must be {expected}",
    "datetime_type": "An instant is a text such as 2026-11-01T10:00:00+01:00",
    "datetime_parsing": "An instant is a text such as 2026-11-01T10:00:00+01:00",
    "datetime_from_date_parsing": "An instant is a text such as 2026-11-01T10:00:00+01:00",
    "datetime_object_invalid": "An instant is a text such as 2026-11-01T10:00:00+01:00",
    "date_type": "A day is a text such as 2026-11-04",
    "date_parsing": "A day is a text such as 2026-11-04",
    "date_from_datetime_parsing": "A day is a text such as 2026-11-04",
    "date_from_datetime_inexact": "A day is a text such as 2026-11-04",
    "none_required": "It must be null",
    "json_invalid": "This is not JSON",
    "value_error": "{error}",
}

Place: TypeAlias = tuple[str | int, ...]
Places: TypeAlias = dict[Place, str]


def refuse(places: Mapping[Place, str]) -> None:
    """Refuse a model from within its validator for faults deeper in it; nothing happens when there are none."""
    if places:
        raise PydanticCustomError("inconsistent", "The document contradicts itself", {"places": dict(places)})


def faults(error: ValidationError) -> list[Fault]:
    """All faults of a refused document, in the order of the document's fields."""
    details = error.errors(include_url=False, include_input=False)
    # A list whose items are at fault counts as empty to the checker; its owner would look for a fault that is none.
    faulty = {tuple(detail["loc"][:depth]) for detail in details for depth in range(len(detail["loc"]))}
    relevant = [detail for detail in details if detail["type"] != "too_short" or tuple(detail["loc"]) not in faulty]
    return [fault for detail in relevant for fault in _faults_of(detail)]


def _faults_of(detail: ErrorDetails) -> list[Fault]:
    place = tuple(detail["loc"])
    deeper: Places = detail.get("ctx", {}).get("places", {})
    if deeper:
        return [Fault(pointer(place + inner), message) for inner, message in deeper.items()]
    return [Fault(pointer(place), words_of(detail))]


def words_of(detail: ErrorDetails) -> str:
    """What is wrong, in a sentence about the document."""
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind in ("string_too_short", "too_short"):
        least = facts["min_length"]
        of = " characters" if kind == "string_too_short" else ""
        return "It may not be empty" if least == 1 else f"At least {least}{of} are needed"
    return WORDS[kind].format(**facts) if kind in WORDS else detail["msg"]

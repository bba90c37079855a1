"""Reading JSON, for every door alike: strict in what it means, patient with marks and blemishes of a text."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

from app.core.bodies.text import decoded
from app.core.errors import Fault, Unreadable

# W-06. Our own documents have eight levels at most, with whatever stands in their extra facts below.
MAX_DEPTH = 50
# As many digits as Python makes a number of.
MAX_DIGITS = 4300
# Twenty for each order of a full batch: the items of which none is told are good ones.
MOST_FAULTS = 10_000
MOST_TOLD = 100
# Who repeats a name by mistake repeats a long one, too.
_LONGEST_NAME = 60
TWICE = "The name «{name}» stands twice in the same object, and two readers would each take another of the two"
TOO_LARGE_NUMBER = "The number is too large"
TOO_DEEP = f"The JSON is nested deeper than {MAX_DEPTH} levels."


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value of a document and what is wrong in it; of a name that stands twice it has the last one."""

    value: Any
    faults: list[Fault]


def parsed(raw: bytes, *, charset: str = "", line: int | None = None) -> Parsed:
    """The JSON in ``raw``, which is the ``line`` of a file where one is named. Raises Unreadable for what is none.

    U+0000 and the half of a character have no place in any text: U+FFFD stands in theirs.
    """
    text = _without_hollow_escapes(decoded(raw, charset))
    try:
        value, faults = _read(text)
    # The parser itself gives up on a thousand brackets, before the depth can be looked at.
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise _no_json(text, error, line) from None
    except _NoNumber as error:
        place = _place(text, _first_constant(text), line)
        raise Unreadable(f"{_subject(line)} is not JSON: {error} is no number, {place}.") from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _too_deep(value):
        raise Unreadable(TOO_DEEP)
    return Parsed(value, faults)


def read_json(raw: bytes, *, charset: str = "") -> Any:
    """As ``parsed``, for whoever can take nothing that has a fault: raises Unreadable for each of them."""
    document = parsed(raw, charset=charset)
    if document.faults:
        raise Unreadable(in_words(document.faults), faults=document.faults)
    return document.value


def with_further(faults: Sequence[Fault], further: Iterable[Fault]) -> list[Fault]:
    """Both, without a second word about a place."""
    places = {fault.pointer for fault in faults}
    return [*faults, *(fault for fault in further if fault.pointer not in places)]


def in_words(faults: Iterable[Fault]) -> str:
    """The first of these faults in one text, each behind its place."""
    return "; ".join(f"#{fault.pointer}: {fault.detail}" for fault in islice(faults, MOST_TOLD))


def pointer(path: Path) -> str:
    """``("lines", 0, "sku")`` as ``/lines/0/sku`` (RFC 6901), long names cut."""
    parts = (str(part)[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)


# A pair of backslashes, a character in two halves, and then what has no other half or is no character.
_HOLLOW_ESCAPE = re.compile(
    r"(?:\\\\)+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2}))"
)
_MAY_BE_HOLLOW = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def _without_hollow_escapes(text: str) -> str:
    """The same, as long, with U+FFFD for what is no character; before names are compared."""
    # Most escapes are of letters: those that might be hollow are few, and looking for one costs little.
    if not _MAY_BE_HOLLOW.search(text):
        return text
    return _HOLLOW_ESCAPE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)


class _Odd(ValueError):
    """Something must be told with its place, which only the slower reading knows."""


class _NoNumber(Exception):
    """NaN or an infinity."""


class _Members(list[tuple[str, Any]]):
    """The members of an object as they were written."""


_TOO_LARGE = object()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Odd
    return members


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise _Odd
    return number


def _finite_or_mark(written: str) -> object:
    number = float(written)
    return _TOO_LARGE if math.isinf(number) else number


def _whole_or_mark(written: str) -> object:
    return _TOO_LARGE if len(written.lstrip("-")) > MAX_DIGITS else int(written)


def _constant(name: str) -> NoReturn:
    raise _NoNumber(name)


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_constant)
_PATIENT = json.JSONDecoder(
    object_pairs_hook=_Members, parse_float=_finite_or_mark, parse_int=_whole_or_mark, parse_constant=_constant
)


def _read(text: str) -> tuple[Any, list[Fault]]:
    try:
        return _STRICT.decode(text), []
    except json.JSONDecodeError:
        raise
    # Python makes no number of too many digits.
    except ValueError:
        faults: list[Fault] = []
        return _settled(_PATIENT.decode(text), (), faults), faults


def _settled(node: Any, path: Path, faults: list[Fault]) -> Any:
    """The plain value of a patient reading; what is wrong in it is added to ``faults`` in the document's order."""
    if node is _TOO_LARGE:
        _note(faults, path, TOO_LARGE_NUMBER)
        return None
    if not isinstance(node, list):
        return node
    if len(path) >= MAX_DEPTH:
        raise Unreadable(TOO_DEEP)
    if not isinstance(node, _Members):
        return [_settled(inner, (*path, at), faults) for at, inner in enumerate(node)]
    members: dict[str, Any] = {}
    for name, inner in node:
        if name in members:
            _note(faults, (*path, name), TWICE.format(name=name[:_LONGEST_NAME]))
        members[name] = _settled(inner, (*path, name), faults)
    return members


def _note(faults: list[Fault], path: Path, detail: str) -> None:
    if len(faults) >= MOST_FAULTS:
        raise Unreadable(f"The JSON has more than {MOST_FAULTS} faults, such as {in_words(faults[:1])}.")
    faults.append(Fault(pointer(path), detail))


def _too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node) if type(child) is dict or type(child) is list]
        if not level:
            return False
    return True


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


# A text, passed over, or one of the words that are numbers elsewhere.
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?(?:NaN|Infinity))')


def _first_constant(text: str) -> int:
    return next((match.start() for match in _CONSTANT.finditer(text) if match[1]), 0)


def _no_json(text: str, error: json.JSONDecodeError, line: int | None) -> Unreadable:
    whole = len(text.rstrip())
    if not whole:
        return Unreadable(f"{_subject(line)} is empty.")
    # A text without an end is seen by the parser at its beginning.
    breaks_off = error.pos >= whole or error.msg.startswith("Unterminated string")
    place = _place(text, whole if breaks_off else error.pos, line)
    if breaks_off:
        return Unreadable(f"{_subject(line)} is not JSON: it breaks off at {place}.")
    if text[error.pos] < " " and error.msg.startswith("Invalid control character"):
        return Unreadable(f"{_subject(line)} is not JSON: a bare line break or control character in a text, {place}.")
    return Unreadable(f"{_subject(line)} is not JSON: {place}.")


def _subject(line: int | None) -> str:
    return "The body" if line is None else f"Line {line}"


def _place(text: str, at: int, line: int | None) -> str:
    above, column = text.count("\n", 0, at), at - text.rfind("\n", 0, at)
    return f"line {above + 1}, column {column}" if line is None else f"column {column}"

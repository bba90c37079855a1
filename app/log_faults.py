"""Exceptions as logs tell them: kind, place and cause; of what they say only what cannot hold a customer's words."""

import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 4
# The last calls name the fault, the first ones how it came to that.
FRAMES = 30
# These speak of the program. The words of others (ValueError, KeyError …) are often what somebody typed.
SPEAK_OF_CODE = (AttributeError, NameError, TypeError, ImportError, IndexError, RecursionError, NotImplementedError)
# SQLSTATE classes whose sentence repeats a value: data exceptions.
REPEATS_VALUES = "22"

Told = dict[str, Any]


def told(error: BaseException, *, depth: int = DEPTH) -> Told:
    """The exception as facts: ``type``, ``says`` where that is safe, ``at`` (a line a call) and ``because``."""
    found: Told = {"type": _name(type(error))}
    words = says(error)
    if words:
        found["says"] = words
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    found["at"] = [f"{_place(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause is not getattr(error, "orig", None) and depth > 1:
        found["because"] = told(cause, depth=depth - 1)
    return found


def lines(found: Told) -> str:
    """The same for a person at a terminal: the innermost cause last, as Python writes it."""
    written = [f"  {place}" for place in found["at"]]
    written.append(found["type"] + (f": {found['says']}" if "says" in found else ""))
    if "because" in found:
        written += ["because of", lines(found["because"])]
    return "\n".join(written)


def says(error: BaseException) -> str | None:
    """What it says, where that cannot be what a customer typed."""
    if getattr(error, "for_operators", False):
        return str(error)
    original = getattr(error, "orig", None) or error
    if hasattr(original, "sqlstate") and hasattr(original, "diag"):
        return _database_says(original)
    if isinstance(error, OSError):
        return error.strerror
    return str(error).splitlines()[0][:300] if isinstance(error, SPEAK_OF_CODE) and str(error) else None


def _database_says(error: Any) -> str | None:
    """The server's own sentence without the row that it was about, which stands in its detail."""
    if error.sqlstate is None:
        return " ".join(str(error).split())[:300]
    facts = [error.sqlstate]
    if not error.sqlstate.startswith(REPEATS_VALUES):
        facts.append(error.diag.message_primary or "")
    return " ".join(filter(None, [*facts, error.diag.constraint_name]))


def _name(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _place(filename: str) -> str:
    path = Path(filename)
    ours = path.is_relative_to(ROOT) and "site-packages" not in path.parts
    return str(path.relative_to(ROOT)) if ours else "/".join(path.parts[-3:])

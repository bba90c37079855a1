"""What two documents of settings say differently, place by place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One place (names joined by points; rows of lists by their number from 1) and what it said before and after.

    None where nothing stood, or stands.
    """

    path: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """Every place that changed, in the order of the documents; empty where both say the same."""
    return list(_compare("", dict(before or {}), dict(after or {})))


def _compare(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _compare(_below(path, name), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and _nested(before + after):
        # By number and not by likeness: the order of rows is part of what a list of rules says.
        for row in range(max(len(before), len(after))):
            yield from _compare(_below(path, row + 1), _at(before, row), _at(after, row))
    elif before != after:
        yield Difference(path, before, after)


def _nested(rows: list[Any]) -> bool:
    """Lists of plain values differ as a whole: a row of them says nothing by its number."""
    return any(isinstance(row, dict | list) for row in rows)


def _at(rows: list[Any], row: int) -> Any:
    return rows[row] if row < len(rows) else None


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)

"""The criteria with what the tests show of each, as they stand in ``criteria.toml``, and what is wrong with them."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path(__file__).with_name("criteria.toml")


class Result(StrEnum):
    """How far the portal meets a criterion."""

    SUPPORTS = "supports"
    IN_PART = "in part"
    DOES_NOT_APPLY = "does not apply"
    NOT_ASSESSED = "not assessed"


CLAIMS = frozenset({Result.SUPPORTS, Result.IN_PART})
"""Results that say something good, and so need a test that shows it."""
CHAPTERS = {
    "5": "Generic requirements",
    "9": "Web",
    "10": "Non-web documents: labels as PDF, mails",
    "12": "Documentation and support services",
    "WCAG22": "Beyond EN 301 549: what WCAG 2.2 adds (A and AA)",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One clause: what was found, the tests that show it, and what a reader should know beside."""

    clause: str
    chapter: str
    title: str
    result: Result
    tests: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """All clauses, and the day on which somebody last went through them."""

    assessed_on: str
    criteria: tuple[Criterion, ...]

    def counts(self) -> dict[Result, int]:
        """How many clauses have each result."""
        return {result: sum(one.result is result for one in self.criteria) for result in Result}

    def short(self) -> list[Criterion]:
        """What is met in part alone, or was not looked at."""
        return [one for one in self.criteria if one.result in (Result.IN_PART, Result.NOT_ASSESSED)]


def read(book: str) -> Assessment:
    """The assessment that ``book`` holds. Raises ValueError for a result or an evidence that there is not."""
    document = tomllib.loads(book)
    rows = ((chapter, clause, row) for chapter in CHAPTERS for clause, row in document[chapter].items())
    criteria = [
        Criterion(
            clause, chapter, row["title"], Result(row["result"]), _tests(row, document["evidence"]),
            row.get("remark", ""),
        )
        for chapter, clause, row in rows
    ]  # fmt: skip
    return Assessment(document["assessed_on"], tuple(criteria))


def faults(assessment: Assessment, root: Path = ROOT) -> Iterator[str]:
    """What the assessment claims without showing it, each as a sentence."""
    for one in assessment.criteria:
        if one.result in CLAIMS and not one.tests:
            yield f"{one.clause}: claims «{one.result}» and names no test"
        if one.result not in CLAIMS and one.tests:
            yield f"{one.clause}: names tests for «{one.result}»"
        if one.result in (Result.IN_PART, Result.NOT_ASSESSED) and not one.remark:
            yield f"{one.clause}: does not say what is missing"
        yield from (f"{one.clause}: there is no test {test}" for test in one.tests if not exists(test, root))


def exists(test: str, root: Path = ROOT) -> bool:
    """Whether a file has this test, and runs it."""
    path, _, name = test.partition("::")
    return name in _run_in(root / path)


@cache
def _run_in(path: Path) -> frozenset[str]:
    """The tests of a file that nothing there skips for good."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return frozenset(one.name for one in functions if not any(_skips(mark) for mark in one.decorator_list))


def _skips(mark: ast.expr) -> bool:
    words = ast.unparse(mark)
    return words.startswith(("pytest.mark.skip(", "pytest.mark.xfail")) or words == "pytest.mark.skip"


def _tests(row: Mapping[str, Any], evidence: Mapping[str, list[str]]) -> tuple[str, ...]:
    names: list[str] = row.get("evidence", [])
    if unknown := [name for name in names if name not in evidence]:
        raise ValueError(f"no such evidence: {unknown}")
    return tuple(test for name in names for test in evidence[name])

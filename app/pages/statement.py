"""The conformance report, as the accessibility statement tells it; ``tools/conformance`` writes the file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REPORT = Path(__file__).with_name("conformance.json")
PRODUCTS = _l("Product names don't say which language they are in, so a screen reader may read them oddly.")
PAPER = _l("PDF labels are made for a printer; the page beside them says the same in text.")
SHORT = {
    "9.2.2.2": _l("An open order page looks for updates by itself. Nothing moves, but you can't pause it."),
    "9.3.1.2": PRODUCTS,
    "10.3.1.2": PRODUCTS,
    "10.1.4.10": PAPER,
    "10.1.4.12": PAPER,
}
"""What is met in part alone, in plain words, by its clause."""
SAID_BY_OTHERS = frozenset({"9.6", "12.2.2"})
"""Clauses that sum up the rest, or that the shop's own people meet."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One criterion: its number and name in the standard, what was found, and what to know beside."""

    clause: str
    title: str
    result: str
    remark: str


@dataclass(frozen=True, slots=True)
class ConformanceReport:
    """What was found of each criterion of ``standard``, in which version, and when somebody last went through them."""

    standard: str
    version: str
    assessed_on: date
    criteria: tuple[Clause, ...]

    def count(self, result: str) -> int:
        """How many criteria have this result."""
        return sum(one.result == result for one in self.criteria)

    def shortcomings(self) -> list[LazyString]:
        """What does not conform, each once and in plain words."""
        partly = [one.clause for one in self.criteria if one.result == "in part"]
        return list(dict.fromkeys(SHORT[clause] for clause in partly if clause not in SAID_BY_OTHERS))

    def lines(self) -> Iterator[str]:
        """The report as a plain text."""
        yield f"Conformance report: {self.standard}"
        yield f"Paradero {self.version}, {self.assessed_on.isoformat()}. The makers' own assessment."
        yield ""
        for one in self.criteria:
            yield f"{one.clause} {one.title}: {one.result}{f'. {one.remark}' if one.remark else ''}"


@lru_cache(maxsize=1)
def conformance() -> ConformanceReport:
    """The report that comes with this release."""
    document = json.loads(REPORT.read_text(encoding="utf-8"))
    criteria = tuple(Clause(**row) for row in document.pop("criteria"))
    return ConformanceReport(
        **{**document, "assessed_on": date.fromisoformat(document["assessed_on"]), "criteria": criteria}
    )

"""The last accessibility test, as the statement page tells it; the browser suite writes the file."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

REPORT = Path(__file__).with_name("accessibility.json")


@dataclass(frozen=True, slots=True)
class ReviewRun:
    """One run: ``views`` are pages in each state, language, theme, width; ``unreviewed`` awaits a person."""

    tested_on: date
    tool: str
    pages: int
    views: int
    violations: int
    unreviewed: int


@lru_cache(maxsize=1)
def last_report() -> ReviewRun | None:
    """The run kept with this release, or None when there is none."""
    if not REPORT.exists():
        return None
    document = json.loads(REPORT.read_text(encoding="utf-8"))
    return ReviewRun(**{**document, "tested_on": date.fromisoformat(document["tested_on"])})


def keep_report(report: ReviewRun) -> None:
    """Write the run down for the statement page."""
    document = {name: getattr(report, name) for name in ReviewRun.__slots__}
    REPORT.write_text(
        json.dumps(document | {"tested_on": report.tested_on.isoformat()}, indent=2) + "\n", encoding="utf-8"
    )

"""The rows of the report: what was measured, beside its goal; printed, and kept in docs/reports."""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.settings import ROOT

KEPT = ROOT / "docs" / "reports" / "bench.md"
HEAD = ("row", "what", "measured", "goal", "how")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    key: str
    what: str
    measured: str
    goal: str
    how: str = ""

    def cells(self) -> tuple[str, ...]:
        """Its cells in the order of the head."""
        return (self.key, self.what, self.measured, self.goal, self.how)


def ratio(value: float, measure: float) -> str:
    """How many times the measure, to two digits."""
    return f"{value / measure:.2f}" if measure else "not measured"


def printed(rows: list[Row]) -> str:
    """The rows as aligned text."""
    table = [HEAD[:4], *(row.cells()[:4] for row in rows)]
    widths = [max(len(cells[at]) for cells in table) for at in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in table)


def keep(rows: list[Row], *, path: Path = KEPT) -> None:
    """Write the report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [" | ".join(("", *cells, "")).strip() for cells in (HEAD, ("---",) * 5, *(row.cells() for row in rows))]
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    head = (
        "# Measurements\n\n"
        f"Made by `make bench` on {when}, {platform.machine()}, Python {platform.python_version()}.\n"
        "Ratios compare two things measured in one run, in turns; each is the median of its turns. Rows that need\n"
        "what this machine lacks say so.\n\n"
    )
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")

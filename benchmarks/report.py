"""The rows of the report: what was measured, beside its goal; printed, and kept in docs/reports."""

import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.settings import ROOT

KEPT = ROOT / "docs" / "reports" / "bench.md"
EXPLAINED = (
    "Ratios compare two things measured in one run, in turns; each is the median of its turns. Rows that need",
    "what this machine lacks say so.",
)
MADE = re.compile(r"^Made by `make bench` on (.+)\.$", re.MULTILINE)
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


def keep(rows: list[Row], *, only: str | None = None, path: Path = KEPT) -> None:
    """Write the report; with ``only``, the rows of that key anew and the others as they stand."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M UTC}, {platform.machine()}, Python {platform.python_version()}"
    before = path.read_text("utf-8") if only and path.exists() else ""
    made, others = _read(before, but=only)
    days = [f"Made by `make bench` on {made or now}."]
    if only:
        days.append(f'Rows {only} by `make bench ARGS="--only {only}"` on {now}.')
    shown = sorted([*others, *rows], key=lambda row: (row.key == "—", int(row.key[1:]) if row.key[1:] else 0))
    table = (HEAD, ("---",) * len(HEAD), *(row.cells() for row in shown))
    head = "\n".join(("# Measurements", "", *days, *EXPLAINED, "", ""))
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (" | ".join(("", *cells, "")).strip() for cells in table)
    path.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def _read(text: str, *, but: str | None) -> tuple[str, list[Row]]:
    """When a report was made, and its rows, without those of one key."""
    when = MADE.search(text)
    cells = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in text.splitlines() if line.startswith("| ")]
    return when[1] if when else "", [Row(*row) for row in cells[2:] if row[0] != but]

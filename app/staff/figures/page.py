"""What a page of figures is made of: the figures with their change, and charts with sentence, definition and table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.metrics.charts import BarChart, Plot
from app.staff.figures.words import BARE


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; ``change`` against the stretch before, ``tone`` done when that is good, problem when it is not."""

    label: str
    value: str
    change: str | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The table behind a chart: the first column names the row, the others are figures in words."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """``says`` tells what to see; ``legend`` names tones; ``csv`` is where its table is a file."""

    name: str
    title: str
    says: str
    picture: Plot | BarChart
    definition: str
    table: Rows
    csv: str
    legend: tuple[tuple[int, str], ...] = ()

    @property
    def is_plot(self) -> bool:
        """Whether it is drawn over time."""
        return isinstance(self.picture, Plot)


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """A page of figures; without ``charts`` there was nothing to count."""

    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]


def figure(label: str, value: str, change: str | None = None, *, better: float | None = None) -> Figure:
    """A figure; ``better`` is by how much it got better (negative: worse, None: neither)."""
    tone = "" if change is None or not better else "done" if better > 0 else "problem"
    return Figure(label, value, change, tone)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Rows:
    """Rows for a table; what is missing is a dash."""
    return Rows(tuple(columns), tuple(tuple(cell or BARE for cell in row) for row in rows))


def better(now: float | None, before: float | None) -> float | None:
    """By how much more it is; None when there is nothing to compare."""
    # To a tenth of a point, as shares are shown: no colour for a change that reads as none.
    return None if now is None or before is None else round(now - before, 3)

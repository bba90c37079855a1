"""The geometry of charts, pure: across in per cent, so that text keeps its size on every screen; down in pixels."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

TOP, PLOT, FOOT = 22.0, 168.0, 26.0
LEFT, RIGHT = 13.0, 3.0
MOST_TICKS = 4
TENTH = 0.1
FEW = 45

Value = float | None
Say = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class ChartText:
    """Words at a place; ``anchor`` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A value; ``title`` says it when one points at it; ``hollow``: it rests on too few things to mean much."""

    x: float
    y: float
    title: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart over time: a grid with its words, lines or spans, dots of radius ``radius``."""

    grid: tuple[ChartText, ...]
    names: tuple[ChartText, ...]
    lines: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    spans: bool = False
    radius: float = 3.5
    height: float = TOP + PLOT + FOOT

    @property
    def bottom(self) -> float:
        """Where the plot ends and the names of the days begin."""
        return TOP + PLOT


@dataclass(frozen=True, slots=True)
class BarPart:
    """A piece of a bar; ``tone`` numbers its colour."""

    x: float
    width: float
    tone: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and its value in words, and the ``values`` of its parts where it has several."""

    name: str
    value: str
    parts: tuple[BarPart, ...]
    values: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars lying one below the other."""

    bars: tuple[Bar, ...]


def shares(names: Sequence[str], values: Sequence[Value], *, say: Say, few: Sequence[bool] = ()) -> Plot:
    """One share a step, joined, on a scale of ten points or more; a step without one leaves a gap.

    ``few`` says of which steps the share is of too few things: their dots are hollow.
    """
    numbers = [value for value in values if value is not None]
    high = max(numbers, default=1.0)
    low = min(min(numbers, default=0.0), max(high - TENTH, 0.0))
    plot = _line(names, values, _ticks(low, max(high, TENTH), ceiling=1.0), say)
    marks = [is_few for is_few, value in zip(few, values, strict=True) if value is not None] if few else []
    if not marks:
        return plot
    return replace(plot, dots=tuple(replace(dot, hollow=mark) for dot, mark in zip(plot.dots, marks, strict=True)))


def counts(names: Sequence[str], values: Sequence[Value], *, say: Say) -> Plot:
    """One number a step, joined, on a scale of whole numbers from nought."""
    return _line(names, values, _ticks(0.0, max((value or 0.0 for value in values), default=1.0), least=1.0), say)


def _line(names: Sequence[str], values: Sequence[Value], ticks: list[float], say: Say) -> Plot:
    at = [None if value is None else _down(value, ticks) for value in values]
    x = _across(len(values))
    joined = tuple(
        Stroke(x[i], here, x[i + 1], there)
        for i, (here, there) in enumerate(pairwise(at))
        if here is not None and there is not None
    )
    dots = _dots(names, x, list(zip(values, at, strict=True)), say)
    return Plot(_grid(ticks, say), _names(names, x), joined, dots, radius=3.5 if len(values) <= FEW else 2)


def spans(names: Sequence[str], values: Sequence[tuple[Value, Value, Value]], *, say: Say, tick: Say) -> Plot:
    """A span from the low to the high value a step, a dot at the middle one; ``tick`` says a value of the scale."""
    numbers = [value for three in values for value in three if value is not None]
    ticks = _ticks(0.0, max(numbers, default=1.0))
    x = _across(len(values))
    strokes = tuple(
        Stroke(x[i], _down(low, ticks), x[i], _down(high, ticks))
        for i, (low, _middle, high) in enumerate(values)
        if low is not None and high is not None
    )
    middles = [(three[1], None if three[1] is None else _down(three[1], ticks)) for three in values]
    return Plot(_grid(ticks, tick), _names(names, x), strokes, _dots(names, x, middles, say), spans=True)


def bars(
    rows: Sequence[tuple[str, str, Sequence[float]]], *, whole: float | None = None, values: Sequence[str] = ()
) -> BarChart:
    """Rows of name, value in words, and parts by tone; ``whole`` is what fills the width (the longest row if None).

    ``values`` are the parts of each row in words.
    """
    full = whole or max((sum(parts) for _name, _value, parts in rows), default=0.0) or 1.0
    texts = values or [""] * len(rows)
    return BarChart(
        tuple(
            Bar(name, value, _parts(parts, full), text) for (name, value, parts), text in zip(rows, texts, strict=True)
        )
    )


def _parts(parts: Sequence[float], full: float) -> tuple[BarPart, ...]:
    begin, chart_parts = 0.0, []
    for tone, part in enumerate(parts, start=1):
        width = 100 * min(part / full, 1.0)
        if width > 0:
            chart_parts.append(BarPart(round(begin, 2), round(width, 2), tone))
        begin += width
    return tuple(chart_parts)


def _ticks(low: float, high: float, *, ceiling: float | None = None, least: float = 0.0) -> list[float]:
    """Round values from below the lowest to above the highest, ``least`` or more apart, none above ``ceiling``."""
    reach = max(high - low, abs(high) * 0.05, least, 1e-9)
    step = next(size for size in _round_sizes(reach / MOST_TICKS) if reach / size <= MOST_TICKS and size >= least)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(step * at, 10) for at in range(first, max(last, first + 1) + 1)]
    return [tick for tick in ticks if ceiling is None or tick <= ceiling + 1e-9]


def _round_sizes(least: float) -> list[float]:
    power = 10.0 ** math.floor(math.log10(least))
    return [power * factor for factor in (1, 2, 5, 10, 20, 50, 100, 1000)]


def _across(count: int) -> list[float]:
    if count == 1:
        return [50.0]
    return [round(LEFT + (100 - LEFT - RIGHT) * at / (count - 1), 3) for at in range(count)]


def _down(value: float, ticks: Sequence[float]) -> float:
    low, high = ticks[0], ticks[-1]
    return round(TOP + PLOT * (1 - (value - low) / ((high - low) or 1.0)), 2)


def _dots(names: Sequence[str], x: Sequence[float], at: Sequence[tuple[Value, Value]], say: Say) -> tuple[Dot, ...]:
    return tuple(
        Dot(x[i], y, f"{names[i]}: {say(value)}")
        for i, (value, y) in enumerate(at)
        if value is not None and y is not None
    )


def _grid(ticks: Sequence[float], say: Say) -> tuple[ChartText, ...]:
    return tuple(ChartText(0.0, _down(tick, ticks), say(tick)) for tick in ticks)


def _names(names: Sequence[str], x: Sequence[float]) -> tuple[ChartText, ...]:
    """At most four names, the first and the last among them."""
    last = len(names) - 1
    if last < 1:
        return tuple(ChartText(50.0, 0.0, name, "middle") for name in names)
    some = min(3, last)
    picked = sorted({round(last * at / some) for at in range(some + 1)})
    anchors = {0: "start", last: "end"}
    return tuple(ChartText(x[at], 0.0, names[at], anchors.get(at, "middle")) for at in picked)

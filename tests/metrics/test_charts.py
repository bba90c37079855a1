"""Whatever the figures, a chart stays within its frame and says what it shows."""

from hypothesis import given
from hypothesis import strategies as st

from app.metrics.charts import MOST_TICKS, TOP, Plot, bars, counts, shares, spans

share = st.none() | st.floats(0, 1)
many = st.none() | st.integers(0, 10**9)
duration = st.floats(0, 400)
triple = st.tuples(duration, duration, duration).map(lambda three: tuple(sorted(three)))


def names(count: int) -> list[str]:
    return [f"step {at}" for at in range(count)]


def within(plot: Plot) -> None:
    for stroke in plot.lines:
        assert 0 <= stroke.x1 <= stroke.x2 <= 100
        assert min(stroke.y1, stroke.y2) >= TOP - 0.01
        assert max(stroke.y1, stroke.y2) <= plot.bottom + 0.01
    assert all(0 <= dot.x <= 100 and TOP - 0.01 <= dot.y <= plot.bottom + 0.01 for dot in plot.dots)
    assert 1 <= len(plot.grid) <= MOST_TICKS + 3
    assert len(plot.names) <= 4


@given(st.lists(share, max_size=130))
def test_shares_stay_in_their_frame_and_below_a_hundred_per_cent(values: list[float | None]) -> None:
    plot = shares(names(len(values)), values, say=lambda value: f"{value:.4f}")
    within(plot)
    assert len(plot.dots) == sum(value is not None for value in values)
    assert all(0 <= float(tick.text) <= 1 for tick in plot.grid)
    assert len(plot.grid) >= 2


@given(st.lists(many, max_size=130))
def test_counts_have_whole_numbers_on_their_scale(values: list[int | None]) -> None:
    plot = counts(names(len(values)), values, say=str)
    within(plot)
    assert all(float(tick.text).is_integer() for tick in plot.grid)
    assert plot.grid[0].text == "0.0"


@given(st.lists(triple | st.just((None, None, None)), max_size=60))
def test_spans_stand_upright(values: list[tuple[float, float, float]]) -> None:
    plot = spans(names(len(values)), values, say=str, tick=str)
    within(plot)
    assert all(stroke.x1 == stroke.x2 and stroke.y1 >= stroke.y2 for stroke in plot.lines)


def test_a_step_without_a_value_leaves_a_gap() -> None:
    plot = shares(names(4), [0.9, None, 0.8, 0.7], say=str)
    assert (len(plot.lines), len(plot.dots)) == (1, 3)


@given(st.lists(st.lists(st.floats(0, 1e6), min_size=1, max_size=5), max_size=12))
def test_bars_are_never_wider_than_the_page(rows: list[list[float]]) -> None:
    for bar in bars([("a", "b", parts) for parts in rows]).bars:
        assert sum(part.width for part in bar.parts) <= 100.1

"""A question is read whole or refused with every fault; its steps leave no day out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.metrics.period import FiguresQuestion, GroupBy, fitting, read_question, steps

TODAY = date(2026, 11, 22)
ALLOWED = frozenset({GroupBy.NONE, GroupBy.DAY})
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_without_days_it_is_about_the_last_thirty() -> None:
    question = read_question({}, allowed=ALLOWED, today=TODAY)
    assert (question.first, question.last, question.days) == (date(2026, 10, 24), TODAY, 30)


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ({"from": "yesterday", "to": "2026-13-01"}, ["to", "from"]),
        ({"from": "2026-11-02", "to": "2026-11-01"}, ["from"]),
        ({"from": "2000-01-01", "to": "2026-11-01"}, ["from"]),
        ({"from": "1999-12-31", "to": "2000-01-02"}, ["from"]),
        ({"group_by": "carrier"}, ["group_by"]),
    ],
)
def test_what_makes_no_sense_is_named(query: dict[str, str], faults: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_question(query, allowed=ALLOWED, today=TODAY)
    assert [fault.pointer for fault in refused.value.faults] == faults


@given(days, st.integers(0, 400))
def test_the_stretch_before_is_as_long_and_ends_the_day_before(first: date, more: int) -> None:
    question = FiguresQuestion(first, first + timedelta(days=more), carrier="ups")
    before = question.before()
    assert (before.days, before.last, before.carrier) == (question.days, first - timedelta(days=1), "ups")


@given(days, st.integers(0, 400), st.sampled_from([GroupBy.DAY, GroupBy.WEEK, GroupBy.MONTH]))
def test_steps_come_in_order_and_begin_within_the_question(first: date, more: int, by: GroupBy) -> None:
    question = FiguresQuestion(first, first + timedelta(days=more))
    starts = steps(question, by)
    assert list(starts.values()) == sorted(starts.values())
    assert list(starts) == sorted(starts)
    assert all(question.first <= day <= question.last for day in starts.values())


@given(days, st.integers(0, 3660))
def test_fitting_steps_are_never_too_many_for_a_chart(first: date, more: int) -> None:
    question = FiguresQuestion(first, first + timedelta(days=more))
    assert 1 <= len(steps(question, fitting(question))) <= 122

"""No text costs more than a page has: what would is shown as it was written; counted in calls, not in time."""

import sys
from datetime import date
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.hours import opening
from app.core.hours.opening import Opening, is_understood, week_of_hours
from app.core.hours.reading import LONGEST, read
from app.core.hours.timeline import Site
from app.core.hours.weight import HEAVIEST, weight
from tests.foundation.hours.conftest import MADRID, hours

# Some tens of milliseconds; a usual week takes some two thousand.
MOST_CALLS = 150_000
NOWHERE = Site("Europe/Berlin", "DE", None, 52.5, 13.4)
WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAYS = (
    *(
        "",
        *WEEK,
        "Mo-Su",
        "PH",
        "PH,SH",
        "SH +3 days",
        "PH -366 days",
        "Dec 31",
        "Feb 29",
        "easter -300 days",
        "week 1",
    ),
    *("2029 Jan 1", "2026-2029", "Mo[1]", "Jan-Dec", "1900-9000/7"),
)
TIMES = ("09:00+", "9-22+", "22+", "0-48", "23-47", "sunrise-sunset", "dusk-dawn+", "9-10", "off", "9-10 off", "")


def many(rule: str, joiner: str, times: int = 400) -> str:
    """A rule as often as a text has room, each time with another time."""
    pieces = [rule.replace("#", f"{9 + at // 60 % 10}:{at % 60:02}") for at in range(times)]
    while len(joiner.join(pieces)) > LONGEST:
        pieces.pop()
    return joiner.join(pieces)


@st.composite
def heavy(draw: st.DrawFn) -> str:
    """One or two kinds of rule over and over, as far as it is understood."""
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3))
    times = cycle(draw(st.lists(st.sampled_from(TIMES), min_size=1, max_size=3)))
    joiner, spans = draw(st.sampled_from(["; ", ", ", " || "])), draw(st.integers(1, 10))
    text = ""
    for day in islice(cycle(days), draw(st.integers(1, 60))):
        longer = f"{text}{joiner if text else ''}{day} {','.join(islice(times, spans))}".strip()
        if len(longer) > LONGEST or read(longer) is None:
            break
        text = longer
    return text


def calls_of(text: str, place: Site) -> int:
    """How many functions are called to answer for a text that nobody has asked for yet."""
    hours("PH off; SH off", "2026-11-23T10:00", place)
    opening._laid_out.cache_clear()
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        hours(text, "2026-11-23T10:00", place)
        week_of_hours(text, place, date(2026, 11, 23))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("place", [MADRID, NOWHERE])
@pytest.mark.parametrize(
    "text",
    [
        "; ".join(islice((f"{day} 09:00+" for day in cycle(WEEK)), 41)), many("Mo #+", ", "), many("#+", " || "),
        many("PH,SH #+", ", "), many("week 1 off,off,off,off || PH,SH off", " || "), many("Feb 29", ", "),
        many("2029 Jan 1 sunrise-sunset,off", "; "), many("easter -300 days #-23:00", "; "), many("#+", ","),
        many("2000-2999/7", ","), many("easter -1 day-easter +3 days", ","), "Mo[" + many("1", ",", 400) + "]",
        many("0-48", ","), many("(sunrise+01:00)-(sunset-01:00) off", " || "), '"' * LONGEST, "(" * LONGEST,
        many("Mo #-23:00 off", " || "), many("Dec 31 #+", "; "), many("PH -366 days", ","),
    ],
)  # fmt: skip
def test_no_text_costs_more_than_a_page_has(text: str, place: Site) -> None:
    assert len(text) <= LONGEST
    assert calls_of(text, place) <= MOST_CALLS


@settings(max_examples=60)
@given(heavy())
def test_no_rules_over_and_over_cost_more_than_a_page_has(text: str) -> None:
    for place in (MADRID, NOWHERE):
        assert calls_of(text, place) <= MOST_CALLS


def test_what_is_too_heavy_is_left_as_it_was_written() -> None:
    text = many("PH,SH #-22:00+", ", ", 30)
    assert read(text) is None
    assert not is_understood(text, MADRID)
    assert hours(text, "2026-11-23T10:00") == Opening(None)
    assert week_of_hours(text, MADRID, date(2026, 11, 23)) == []


def test_hours_that_people_keep_in_mind_are_far_from_too_heavy() -> None:
    week = "; ".join(f"{day} 09:00-14:00,17:00-20:00" for day in WEEK)
    feasts = "; ".join(f"{day} off" for day in ("Dec 25", "Jan 1", "Jan 6", "easter -2 days", "Aug 15", "Nov 1"))
    seasons = "; ".join(f"{months} {week}" for months in ("Jan-May", "Jun-Sep", "Oct-Dec"))
    quarters = "; ".join(
        f"{months} {day} 9-14" for months in ("Jan-Mar", "Apr-Jun", "Jul-Sep", "Oct-Dec") for day in WEEK
    )
    for text in (week, f"{week}; {feasts}; PH off", f"{seasons}; PH off", f"{quarters}; PH off"):
        rules = read(text)
        assert rules is not None, text
        assert weight(rules) <= HEAVIEST, text
    assert weight(read(f"{week}; PH off; SH 10-12") or ()) * 3 < HEAVIEST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # After Monday 30 November the next fifth Monday is in March.
        ("Mo[5] 10:00-12:00", "2027-03-29T10:00"),
        ("Mo-Fr 09:00-14:00; Dec 1-Feb 14 off", "2027-02-15T09:00"),
        ("Mo-Fr 09:00-14:00; Dec-Feb 00:00-24:00 off", None),
        ("2029 Jan 1 10:00-12:00", None),
        ("easter 10:00-12:00", "2027-03-28T10:00"),
    ],
)
def test_a_place_that_is_shut_for_weeks_says_when_it_opens_where_that_is_sure(text: str, expected: str | None) -> None:
    answer = hours(text, "2026-12-01T20:00")
    assert answer.open is False
    assert (answer.until and f"{answer.until:%Y-%m-%dT%H:%M}") == expected
    # It opens in March, by the text: nobody may read that it never does.
    assert answer.vague is ("00:00-24:00 off" in text)

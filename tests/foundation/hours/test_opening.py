"""Open now, until when, when next: by the place's own clock, and no answer where there is none."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.hours.opening import Opening, opening_at, week_of_hours
from app.core.hours.reading import LONGEST
from app.core.hours.timeline import Site
from tests.foundation.hours.conftest import MADRID, at, hours

SHOP = "Mo-Fr 09:00-14:00,17:00-20:00; PH off"


@pytest.mark.parametrize(
    ("when", "is_open", "until"),
    [
        ("2026-11-23T09:00", True, "2026-11-23T14:00"),
        ("2026-11-23T13:59", True, "2026-11-23T14:00"),
        ("2026-11-23T14:00", False, "2026-11-23T17:00"),
        ("2026-11-27T20:00", False, "2026-11-30T09:00"),
        ("2026-03-27T20:00", False, "2026-03-30T09:00"),
    ],
)
def test_open_now_and_until_when(when: str, is_open: bool, until: str) -> None:
    answer = hours(SHOP, when)
    assert (answer.open, answer.until, answer.vague) == (is_open, at(until), False)
    assert answer.until is not None
    assert answer.until.tzinfo == ZoneInfo("Europe/Madrid")


def test_a_public_holiday_closes_what_says_so_and_is_told_for_the_rest() -> None:
    closed = hours(SHOP, "2026-12-08T10:00")
    assert (closed.open, closed.holiday, closed.until) == (False, True, at("2026-12-09T09:00"))
    unsaid = hours("Mo-Fr 09:00-14:00", "2026-12-08T10:00")
    assert (unsaid.open, unsaid.holiday) == (True, True)


@pytest.mark.parametrize(
    "text", ["24/7", "00:00-24:00", "Mo-Su 00:00-24:00", "open", "Mo-Su,PH", "Jan-Dec", "0:00-0:00"]
)
def test_always_open_never_closes(text: str) -> None:
    assert hours(text, "2026-11-23T03:00") == Opening(open=True)


@pytest.mark.parametrize("text", ["off", "closed", 'closed "for good"', "24/7 off", "2020 Mo 10:00-12:00"])
def test_what_never_opens_is_closed_without_a_date(text: str) -> None:
    assert hours(text, "2026-11-23T03:00") == Opening(open=False)


@pytest.mark.parametrize(
    "text",
    [
        None, "", "whenever", "Mo-Fr nine to five", "L-V 9:00-14:00", "Mo-Fr 10:00-16:00/01:30", "Mo 10:00,12:00",
        "Mo 24:00-26:00", "Mo 10:61-12:00", "Mo[6] 10:00-12:00", "Mo-Fr[1] 10:00-12:00", "Feb 32 off", "Mo 10:00",
        "week 10-05 Mo", "10:00-49:00", '"never closed', "Mo 13pm-14pm", "Mo-Fr 09:00-14:00 sometimes", "x" * 5_000,
        "Jan 1 +999999999 days", "0000 easter", "9999 easter", "Mo +9999 days",
        ",".join(f"10:{minute:02}-10:{minute + 1:02}" for minute in range(0, 59)) + ",11:00-12:00,13:00-14:00",
    ],
)  # fmt: skip
def test_hours_that_cannot_be_read_are_neither_open_nor_closed(text: str | None) -> None:
    assert hours(text, "2026-11-23T10:00") == Opening(None)


@pytest.mark.parametrize(
    ("when", "is_open", "until"),
    [
        ("2026-11-27T17:59", False, "2026-11-27T18:00"),
        ("2026-11-27T20:00", True, "2026-11-28T02:00"),
        ("2026-11-28T01:00", True, "2026-11-28T02:00"),
        ("2026-11-28T02:00", False, "2026-12-04T18:00"),
        ("2026-11-28T20:00", False, "2026-12-04T18:00"),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(when: str, is_open: bool, until: str) -> None:
    answer = hours("Fr 18:00-02:00", when)
    assert (answer.open, answer.until) == (is_open, at(until))


def test_an_open_end_is_neither_open_nor_closed_from_its_beginning_on() -> None:
    assert hours("17:00+", "2026-11-23T16:00") == Opening(open=False, until=at("2026-11-23T17:00"))
    assert hours("17:00+", "2026-11-23T22:00") == Opening(None, since=at("2026-11-23T17:00"))
    assert hours("17:00+", "2026-11-24T01:00") == Opening(None, since=at("2026-11-23T17:00"))
    assert hours("17:00-19:00+", "2026-11-23T18:00") == Opening(open=True, until=at("2026-11-23T19:00"), vague=True)
    assert hours("17:00-19:00+", "2026-11-23T20:00") == Opening(None, since=at("2026-11-23T17:00"))


def test_words_alone_promise_nothing() -> None:
    for when in ("2026-11-23T10:00", "2026-11-28T10:00"):
        assert hours('"by appointment"', when).open is None
    assert hours('Mo-Fr 09:00-14:00 "ring first"', "2026-11-23T10:00").open is None
    assert hours('Mo-Fr 09:00-14:00 open "ring first"', "2026-11-23T10:00").open is True
    # Closed at this hour, and nobody says whether it opens on Saturday.
    assert hours('Mo-Fr 09:00-14:00; Sa "ask"', "2026-11-27T18:00") == Opening(open=False, vague=True)


def test_a_season_ahead_is_told_with_its_day() -> None:
    assert hours("Apr-Oct 10:00-18:00", "2026-11-28T12:00") == Opening(open=False, until=at("2027-04-01T10:00"))


def test_the_places_own_clock_counts() -> None:
    mexico = Site("America/Mexico_City", "MX")
    assert opening_at("Mo-Fr 09:00-18:00", mexico, now=at("2026-11-23T20:00")).open is True


def test_a_clock_change_does_not_move_the_hours() -> None:
    answer = hours("Mo-Su 09:00-18:00", "2026-10-24T18:30")
    assert answer.until == datetime(2026, 10, 25, 9, tzinfo=ZoneInfo("Europe/Madrid"))


def test_the_coming_week_has_each_night_on_its_day_and_what_is_left_of_the_last() -> None:
    days = week_of_hours("Mo 22:00-26:00; We 10:00-12:00,13:00-15:00", MADRID, at("2026-11-24T00:00").date())
    spans = [[f"{piece.begin:%a %H:%M}-{piece.end:%a %H:%M}" for piece in pieces] for _, pieces in days]
    assert spans == [
        ["Tue 00:00-Tue 02:00"], ["Wed 10:00-Wed 12:00", "Wed 13:00-Wed 15:00"], [], [], [], [],
        ["Mon 22:00-Tue 02:00"],
    ]  # fmt: skip
    assert [day for day, _ in days] == [at("2026-11-24T00:00").date() + timedelta(days=number) for number in range(7)]
    assert week_of_hours("whenever", MADRID, at("2026-11-24T00:00").date()) == []


@given(
    st.text(max_size=LONGEST + 50) | st.text(alphabet='MoTuWeFrPHSh0123456789:-+,;|/[]()" "offopenJanweek', max_size=60)
)
def test_no_text_is_too_odd_to_be_asked(text: str) -> None:
    answer = hours(text, "2026-11-23T10:00")
    assert answer.open in (None, True, False)
    week_of_hours(text, MADRID, at("2026-11-24T00:00").date())

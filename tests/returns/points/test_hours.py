"""Opening hours: any list's week becomes one notation, and says open or closed in the place's own time."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.returns.points.hours import from_days, normal, opening, week, zone_at
from app.returns.points.ports import Opening

MADRID = ZoneInfo("Europe/Madrid")
SHOP = "Mo-Fr 09:00-14:00,17:00-20:00; PH off"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


def hours(expression: str | None, when: str, country: str | None = "ES") -> Opening:
    return opening(expression, zone="Europe/Madrid", country=country, now=at(when))


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
    assert answer.open is is_open
    assert answer.until == datetime.fromisoformat(until).replace(tzinfo=MADRID)
    assert answer.until.tzinfo == MADRID


def test_a_public_holiday_closes_what_says_so_and_is_told_for_the_rest() -> None:
    closed = hours(SHOP, "2026-12-08T10:00")
    assert (closed.open, closed.holiday) == (False, True)
    assert closed.until == datetime(2026, 12, 9, 9, tzinfo=MADRID)
    unsaid = hours("Mo-Fr 09:00-14:00", "2026-12-08T10:00")
    assert (unsaid.open, unsaid.holiday) == (True, True)


@pytest.mark.parametrize("expression", ["24/7", "00:00-24:00", "Mo-Su 00:00-24:00"])
def test_always_open_never_closes(expression: str) -> None:
    assert hours(expression, "2026-11-23T03:00") == Opening(open=True, until=None)


def test_never_open_never_opens() -> None:
    assert hours("off", "2026-11-23T03:00") == Opening(open=False, until=None)


@pytest.mark.parametrize("expression", [None, "", "whenever", "Mo-Fr 9-18"])
def test_hours_that_cannot_be_read_are_unknown(expression: str | None) -> None:
    assert hours(expression, "2026-11-23T10:00").open is None


def test_a_country_without_a_calendar_still_has_hours() -> None:
    assert hours("Mo-Su 09:00-14:00", "2026-11-23T10:00", "XX").open is True


def test_the_place_s_own_clock_counts() -> None:
    night_in_madrid = at("2026-11-23T20:00")
    answer = opening("Mo-Fr 09:00-18:00", zone="America/Mexico_City", country="MX", now=night_in_madrid)
    assert answer.open is True


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({day: [("09:00", "18:00"), ("", "")] for day in range(1, 6)}, "Mo-Fr 09:00-18:00"),
        ({1: [("10:00", "14:00"), ("15:00", "19:00")]}, "Mo 10:00-14:00,15:00-19:00"),
        ({day: [("00:01", "23:59")] for day in range(1, 8)}, "24/7"),
        ({6: [("9:00", "00:00")]}, "Sa 09:00-24:00"),
        ({4: [("08:30", "20:00"), ("13:00", "18:00")]}, "Th 08:30-20:00"),
        ({7: [("", "")]}, "off"),
        ({}, "off"),
    ],
)
def test_a_week_of_spans_becomes_one_notation(days: dict[int, list[tuple[str, str]]], expected: str) -> None:
    assert from_days(days) == expected


@pytest.mark.parametrize("span", [("18:00", "09:00"), ("soon", "later"), ("25:00", "26:00")])
def test_a_span_that_is_none_is_refused(span: tuple[str, str]) -> None:
    with pytest.raises(ValueError):
        from_days({1: [span]})


def test_text_that_is_no_notation_is_refused() -> None:
    assert normal("Mo-Su 00:00-24:00") == "24/7"
    with pytest.raises(ValueError, match="OpenStreetMap"):
        normal("nine to five")


def test_the_coming_week_is_told_day_by_day() -> None:
    days = dict(
        week("Mo 22:00-26:00; We 10:00-12:00,13:00-15:00", zone="Europe/Madrid", country="ES", first=date(2026, 11, 24))
    )
    assert list(days) == [date(2026, 11, 24) + timedelta(days=n) for n in range(7)]
    assert days[date(2026, 11, 24)] == [(time(0), time(2))]
    assert days[date(2026, 11, 25)] == [(time(10), time(12)), (time(13), time(15))]
    assert days[date(2026, 11, 30)] == [(time(22), time(0))]


def test_a_zone_is_found_by_coordinates() -> None:
    assert zone_at(28.1, -15.4) == "Atlantic/Canary"
    assert zone_at(20.97, -89.6) == "America/Merida"


def test_real_notations_are_all_read(real: Path) -> None:
    for sample in json.loads((real / "vectors" / "opening_hours_samples.json").read_text()):
        assert normal(sample["value"])


def test_open_counts_of_a_real_list_agree_with_an_independent_count(real: Path) -> None:
    features = json.loads((real / "points" / "dpd_nl_2025-11.geojson").read_text())["features"]
    weeks = [feature["properties"]["hours"] for feature in features]
    texts = [from_days({day["day"]: [tuple(day["am"]), tuple(day["pm"])] for day in days}) for days in weeks]
    oracle = json.loads((real / "points" / "reference_nearest.json").read_text())["dpd_nl_open_counts"]
    zone = ZoneInfo("Europe/Amsterdam")
    for moment, expected in oracle["counts"].items():
        day, clock = moment.removeprefix("day").split()
        now = datetime.combine(date(2025, 11, 9) + timedelta(days=int(day)), time.fromisoformat(clock), zone)
        count = sum(bool(opening(text, zone="Europe/Amsterdam", country="NL", now=now).open) for text in texts)
        assert count == expected, moment

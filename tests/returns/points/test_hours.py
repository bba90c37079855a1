"""Opening hours of lists: any week becomes one notation, what is no notation stays as it was written."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.core.hours.opening import opening_at
from app.core.hours.reading import LONGEST
from app.core.hours.timeline import Site
from app.returns.points.hours import from_days, written, zone_at


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


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Mo–Fr 09:00–14:00 ;", "Mo-Fr 09:00-14:00"),
        ('Mo-Fr 09:00-14:00 || "by appointment"', 'Mo-Fr 09:00-14:00 || "by appointment"'),
        ("lunes a viernes – de 9 a 14;", "lunes a viernes – de 9 a 14;"),
    ],
)
def test_hours_are_tidied_where_they_are_read_and_else_kept_word_for_word(text: str, stored: str) -> None:
    assert written(text) == stored


def test_hours_that_nobody_could_read_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        written("x" * (LONGEST + 1))


def test_a_zone_is_found_by_coordinates() -> None:
    assert zone_at(28.1, -15.4) == "Atlantic/Canary"
    assert zone_at(20.97, -89.6) == "America/Merida"


def test_open_counts_of_a_real_list_agree_with_an_independent_count(real: Path) -> None:
    features = json.loads((real / "points" / "dpd_nl_2025-11.geojson").read_text())["features"]
    weeks = [feature["properties"]["hours"] for feature in features]
    texts = [from_days({day["day"]: [tuple(day["am"]), tuple(day["pm"])] for day in days}) for days in weeks]
    oracle = json.loads((real / "points" / "reference_nearest.json").read_text())["dpd_nl_open_counts"]
    place = Site("Europe/Amsterdam", "NL")
    for moment, expected in oracle["counts"].items():
        day, clock = moment.removeprefix("day").split()
        days = timedelta(days=int(day))
        now = datetime.combine(date(2025, 11, 9) + days, time.fromisoformat(clock), ZoneInfo(place.zone))
        count = sum(bool(opening_at(text, place, now=now).open) for text in texts)
        assert count == expected, moment

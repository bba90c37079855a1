"""The trials' shop: texts are due where it is day, at whatever hour the trials are started."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from benchmarks.chaos.shop import PLACES, hours_of_day_left, place_at

HOURS = [datetime(2026, month, 15, tzinfo=UTC) + timedelta(hours=hour) for month in (1, 7) for hour in range(24)]


@pytest.mark.parametrize("at", HOURS, ids=lambda at: f"{at:%m-%d %H}")
def test_at_any_hour_it_is_day_for_five_hours_more_where_the_texts_go(at: datetime) -> None:
    zone, *_ = place_at(at)

    assert hours_of_day_left(zone, at) >= 5
    assert 8 <= at.astimezone(ZoneInfo(zone)).hour < 16


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[0])
def test_its_numbers_are_real_ones_of_that_place(place: tuple[str, str, int, dict[str, str]]) -> None:
    _, prefix, digits, _ = place
    for number in (1, 999, 9999):
        assert phonenumbers.is_valid_number(phonenumbers.parse(f"{prefix}{number:0{digits}}"))

"""The law's last day, by country, over weekends, holidays and leap days."""

from datetime import date

import pytest

from app.core.hours.calendars import region_of
from app.returns.withdrawal.period import add_working_days, last_day


@pytest.mark.parametrize(
    ("country", "received", "last"),
    [
        ("ES", date(2026, 11, 2), date(2026, 11, 16)),
        ("ES", date(2026, 11, 7), date(2026, 11, 23)),
        ("ES", date(2026, 11, 22), date(2026, 12, 7)),
        ("ES", date(2026, 11, 24), date(2026, 12, 9)),
        ("ES", date(2026, 12, 11), date(2026, 12, 28)),
        ("ES", date(2028, 2, 15), date(2028, 2, 29)),
        ("ES", date(2026, 10, 11), date(2026, 10, 26)),
        ("DE", date(2026, 12, 11), date(2026, 12, 28)),
        ("DE", date(2026, 4, 20), date(2026, 5, 4)),
        ("GB", date(2026, 12, 11), date(2026, 12, 29)),
        ("FR", date(2026, 7, 1), date(2026, 7, 15)),
        ("MX", date(2026, 11, 13), date(2026, 11, 23)),
        ("MX", date(2026, 9, 11), date(2026, 9, 21)),
        ("US", date(2026, 11, 2), None),
        (None, date(2026, 11, 2), None),
    ],
)
def test_the_last_day_is(country: str | None, received: date, last: date | None) -> None:
    assert last_day(country, received) == last


def test_a_regional_holiday_counts_where_it_is_known() -> None:
    assert last_day("ES", date(2026, 4, 18), "MD") == date(2026, 5, 4), "2 May is Madrid's day, a Saturday"
    assert last_day("ES", date(2025, 8, 28), "CT") == date(2025, 9, 12), "the day after Catalonia's"


def test_working_days_skip_weekends_and_holidays() -> None:
    assert add_working_days(date(2026, 12, 4), 1, "ES") == date(2026, 12, 7)
    assert add_working_days(date(2026, 12, 7), 1, "ES") == date(2026, 12, 9)
    assert add_working_days(date(2026, 12, 5), 0, "ES") == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("country", "postcode", "region", "expected"),
    [
        ("ES", "28013", "Madrid", "MD"),
        ("ES", "08001", None, "CT"),
        ("ES", "01001", None, "PV"),
        ("ES", "52001", None, "ML"),
        ("ES", "99999", "GA", "GA"),
        ("ES", None, None, None),
        ("DE", "28013", "BE", "BE"),
    ],
)
def test_the_region_is_read_from_a_spanish_postcode(
    country: str, postcode: str | None, region: str | None, expected: str | None
) -> None:
    assert region_of(country, postcode, region) == expected

"""Holidays of a country and a region, school holidays, the sun: answered where it can be known, else left open."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.hours.calendars import is_public_holiday, public_holidays, region_of
from app.core.hours.opening import opening_at
from app.core.hours.rules import SunEvent
from app.core.hours.sun import sun_minutes
from app.core.hours.timeline import Site
from tests.foundation.hours.conftest import MADRID, hours, laid

SEVILLE = Site("Europe/Madrid", "ES", "AN")
SOMEWHERE_IN_GERMANY = Site("Europe/Berlin", "DE")
MUNICH = Site("Europe/Berlin", "DE", "BY")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Sunday 6 (a holiday, kept on Monday in Madrid), Monday 7, Tuesday 8 December 2026 (a holiday).
        ("Mo-Fr 09:00-14:00; PH off", ""),
        ("PH 10:00-12:00", "07 10:00-12:00 08 10:00-12:00"),
        ("Tu,PH 10:00-12:00", "07 10:00-12:00 08 10:00-12:00"),
        ("PH Tu 10:00-12:00", "08 10:00-12:00"),
        ("Mo-Fr 09:00-14:00; PH Tu 10:00-11:00", "07 09:00-14:00 08 10:00-11:00"),
        ("PH -1 day 10:00-12:00", "06 10:00-12:00 07 10:00-12:00"),
        ("Mo-Fr 09:00-18:00, PH off", ""),
    ],
)
def test_public_holidays_are_those_of_the_region(text: str, expected: str) -> None:
    assert laid(text, "2026-12-06", 3) == expected


def test_a_regions_own_holiday_closes_its_own_points_only() -> None:
    # 28 February: Andalusia's day, a Saturday in 2026; 2 May: Madrid's.
    assert laid("Sa 10:00-12:00; PH off", "2026-05-02", 1, MADRID) == ""
    assert laid("Sa 10:00-12:00; PH off", "2026-05-02", 1, SEVILLE) == "02 10:00-12:00"


def test_a_holiday_of_some_region_is_a_doubt_where_nobody_says_the_region() -> None:
    # Corpus Christi 2026, kept in Bavaria and not in Berlin.
    corpus = "2026-06-04"
    assert laid("Mo-Fr 09:00-18:00; PH off", corpus, 1, MUNICH) == ""
    assert laid("Mo-Fr 09:00-18:00; PH off", corpus, 1, SOMEWHERE_IN_GERMANY) == "04 09:00-18:00?"
    assert laid("Mo-Fr 09:00-18:00", corpus, 1, SOMEWHERE_IN_GERMANY) == "04 09:00-18:00"
    assert laid("Mo-Fr 09:00-18:00; PH off", "2026-06-09", 1, SOMEWHERE_IN_GERMANY) == "09 09:00-18:00"
    assert laid("PH off; Mo-Fr 09:00-18:00", corpus, 1, SOMEWHERE_IN_GERMANY) == "04 09:00-18:00"


@pytest.mark.parametrize("country", [None, "XX"])
def test_without_a_calendar_only_what_counts_on_holidays_is_open_to_doubt(country: str | None) -> None:
    place = Site("Europe/Madrid", country)
    assert hours("Mo-Su 09:00-14:00", "2026-11-23T10:00", place).open is True
    assert hours("Mo-Su 09:00-14:00; PH off", "2026-11-23T10:00", place).open is None
    assert hours("Mo-Su 09:00-14:00; PH off", "2026-11-23T15:00", place).open is False


def test_no_list_says_when_school_holidays_are() -> None:
    assert (
        laid("Mo-Fr 09:00-18:00; SH Mo-Fr 10:00-12:00", "2026-11-23")
        == "23 09:00-10:00? 23 10:00-12:00 23 12:00-18:00?"
    )
    assert hours("Mo-Fr 09:00-14:00; SH off", "2026-11-23T10:00").open is None
    assert hours("Mo-Fr 09:00-14:00; SH,PH off", "2026-11-23T18:00").open is False
    assert hours("Mo-Fr 09:00-14:00; SH 09:00-14:00", "2026-11-23T10:00").open is True


def test_the_suns_times_are_those_of_the_place() -> None:
    zone = ZoneInfo("Europe/Madrid")
    # Almanac of the Spanish observatory for Madrid, by the place's clock.
    almanac = {date(2026, 6, 21): ("06:45", "21:48"), date(2026, 12, 21): ("08:34", "17:51")}
    for day, times in almanac.items():
        for event, expected in zip((SunEvent.SUNRISE, SunEvent.SUNSET), times, strict=True):
            minutes = sun_minutes(event, day, latitude=40.4169, longitude=-3.7035, zone=zone)
            moment = datetime.strptime(expected, "%H:%M").replace(tzinfo=UTC)
            assert minutes == pytest.approx(moment.hour * 60 + moment.minute, abs=2), (day, event)


def test_hours_by_the_sun_need_a_place() -> None:
    assert hours("sunrise-sunset", "2026-11-23T12:00").open is True
    assert hours("(sunrise+01:00)-(sunset-01:00)", "2026-11-23T08:30").open is False
    assert hours("sunset-sunrise", "2026-11-24T01:00").open is True
    nowhere = Site("Europe/Madrid", "ES")
    assert hours("sunrise-sunset", "2026-11-23T12:00", nowhere).open is None
    tromso = Site("Europe/Oslo", "NO", None, 69.65, 18.96)
    assert hours("sunrise-sunset", "2026-06-21T12:00", tromso).open is None


def test_easter_of_another_calendar_is_not_guessed() -> None:
    athens = Site("Europe/Athens", "GR")
    assert hours("Mo-Su 09:00-14:00; easter off", "2026-11-23T10:00", athens).open is None
    assert hours("Mo-Su 09:00-14:00; easter off", "2026-11-23T10:00").open is True


def test_the_region_is_read_from_a_spanish_postcode() -> None:
    assert region_of("ES", "41010", None) == "AN"
    assert is_public_holiday(date(2026, 2, 28), "ES", "AN") is True
    assert is_public_holiday(date(2026, 2, 28), "ES", "MD") is False
    assert is_public_holiday(date(2026, 2, 28), "ES", None) is None
    assert date(2026, 12, 25) in public_holidays("ES", "nowhere", 2026)


def test_a_thousand_points_are_answered_in_a_second() -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    texts = [f"Mo-Fr 0{number % 9}:00-14:00,17:00-{20 + number % 4}:00; Sa 10:00-14:00; PH off" for number in range(36)]
    began = datetime.now(UTC)
    for number in range(1_000):
        opening_at(texts[number % 36], MADRID, now=now + timedelta(minutes=number % 5))
    assert datetime.now(UTC) - began < timedelta(seconds=1)

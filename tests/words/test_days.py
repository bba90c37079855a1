"""Days, ranges and moments as people say them."""

from datetime import UTC, date, datetime

import pytest

from app.core.i18n import words

THURSDAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("es_ES", "jueves 26 de noviembre"),
        ("es-MX", "jueves 26 de noviembre"),
        ("en_GB", "Thursday 26 November"),
        ("en-US", "Thursday, November 26"),
    ],
)
def test_a_day_is_said_with_weekday_day_and_month(locale: str, expected: str) -> None:
    assert words.day(THURSDAY, locale=locale, today=THURSDAY) == expected


def test_a_day_far_away_names_its_year() -> None:
    assert words.day(THURSDAY, locale="es", today=date(2027, 11, 1)) == "jueves 26 de noviembre de 2026"
    assert words.day(THURSDAY, locale="en", today=date(2025, 1, 1)) == "Thursday 26 November 2026"


@pytest.mark.parametrize(
    ("locale", "one_month", "two_months"),
    [
        ("es", "26–28 de noviembre", "26 de noviembre – 2 de diciembre"),
        ("en_GB", "26–28 November", "26 November – 2 December"),
        ("en_US", "November 26–28", "November 26 – December 2"),
    ],
)
def test_a_range_is_as_short_as_it_can_be(locale: str, one_month: str, two_months: str) -> None:
    assert words.day_range(THURSDAY, date(2026, 11, 28), locale=locale) == one_month
    assert words.day_range(THURSDAY, date(2026, 12, 2), locale=locale) == two_months


def test_a_range_of_one_day_is_that_day() -> None:
    today = words.local_day(words.utcnow())
    assert words.day_range(today, today, locale="es") == words.day(today, locale="es")
    assert words.between(today, today, locale="en") == words.day(today, locale="en")


def test_between_names_the_month_once_where_it_is_the_same() -> None:
    monday = date(2026, 11, 30)
    assert words.between(date(2026, 11, 27), monday, locale="es") == "entre el viernes 27 y el lunes 30 de noviembre"
    assert words.between(date(2026, 11, 27), monday, locale="en") == "between Friday 27 and Monday 30 November"
    assert words.between(monday, date(2026, 12, 2), locale="es") == (
        "entre el lunes 30 de noviembre y el miércoles 2 de diciembre"
    )


def test_a_moment_near_is_said_relatively() -> None:
    scan = datetime(2026, 11, 26, 8, 14, tzinfo=UTC)
    assert words.moment(scan, zone="Europe/Madrid", locale="es", now=NOW) == "hoy a las 9:14"
    assert words.moment(scan, zone="Europe/London", locale="en_GB", now=NOW) == "today at 08:14"


def test_one_o_clock_takes_the_singular_in_spanish() -> None:
    scan = datetime(2026, 11, 25, 0, 5, tzinfo=UTC)
    assert words.moment(scan, zone="Europe/Madrid", locale="es", now=NOW) == "ayer a la 1:05"


def test_what_is_read_later_is_not_said_relatively() -> None:
    scan = datetime(2026, 11, 26, 8, 14, tzinfo=UTC)
    text = words.moment(scan, zone="Europe/Madrid", locale="es", now=NOW, relative=False)
    assert text == "jueves 26 de noviembre a las 9:14"


def test_the_day_is_that_of_the_place_and_not_of_utc() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert words.local_day(late, "Europe/Madrid") == THURSDAY
    assert words.local_day(late, "-05:00") == date(2026, 11, 25)
    assert words.short_day(late, zone="Europe/Madrid", locale="es") == "jue 26 nov"


def test_a_delivery_window_drops_full_hours_minutes_in_spanish() -> None:
    start, end = datetime(2026, 11, 26, 11, 0, tzinfo=UTC), datetime(2026, 11, 26, 13, 30, tzinfo=UTC)
    assert words.time_range(start, end, zone="Europe/Madrid", locale="es") == "de 12 a 14:30\u00a0h"
    assert words.time_range(start, end, zone="Europe/London", locale="en_GB") == "from 11:00 to 13:30"


def test_a_zone_is_named_after_its_city() -> None:
    assert words.zone_city("Europe/Madrid", "es") == "Madrid"
    assert words.zone_city("America/New_York", "es") == "Nueva York"
    assert words.zone_city("+01:00") == "+01:00"


@pytest.mark.parametrize(
    ("locale", "day", "span", "between", "moment"),
    [
        ("fr", "jeudi 26 novembre", "26–28 nov.", "jeudi 26 – lundi 30 novembre", "jeudi 26 novembre, 09:14"),
        ("de", "Donnerstag, 26. November", "26.–28. Nov.", "Donnerstag, 26. – Montag, 30. November",
         "Donnerstag, 26. November, 09:14"),
        ("ja", "11月26日(木曜日)", "11月26日～28日", "26日木曜日 – 11月30日(月曜日)", "11月26日(木曜日) 9:14"),
    ],
)  # fmt: skip
def test_a_language_without_translations_has_whole_dates_of_its_own(
    locale: str, day: str, span: str, between: str, moment: str
) -> None:
    assert words.day(THURSDAY, locale=locale, today=THURSDAY) == day
    assert words.day_range(THURSDAY, date(2026, 11, 28), locale=locale) == span
    assert words.between(THURSDAY, date(2026, 11, 30), locale=locale) == between
    assert (
        words.moment(datetime(2026, 11, 26, 8, 14, tzinfo=UTC), zone="Europe/Madrid", locale=locale, now=NOW) == moment
    )

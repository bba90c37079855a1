"""Times as systems write them: read whole or refused in plain words, and nothing guessed without saying so."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from app.core.times import written
from app.core.times.names import day_first_in
from app.core.times.reading import DayReading, read_day, read_instant
from app.core.times.written import UnreadableTime

MADRID = "Europe/Madrid"
HALF_PAST_SIX = datetime(2026, 11, 5, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05T18:30:00+01:00", "2026-11-05T18:30:00+0100", "2026-11-05T18:30:00+01", "2026-11-05T18:30+01:00",
        "2026-11-05t17:30:00z", "2026-11-05 17:30:00Z", "2026-11-05T17:30Z", "2026-11-05T18:30:00 +01:00",
        "2026-11-05T18:30:00.0+01:00", "2026-11-05T18:30:00.000000000+01:00", "2026-11-05 18:30:00,000 CET",
        "2026-11-05T18:30:00+01:00[Europe/Madrid]", "2026-11-05 18:30 Europe/Madrid", "2026-11-05 12:30 EST",
        "2026-11-05 17:30 UTC", "2026-11-05 17:30 GMT", "2026-11-05 18:30 GMT+1", "2026-11-05 18:30 UTC+01:00",
        "2026-11-05 09:30:00 PST", "20261105T183000+0100", "20261105 183000 CET", "1793899800", "1793899800000",
        "1793899800.0", "/Date(1793899800000)/", "Thu, 05 Nov 2026 18:30:00 +0100", "Thu Nov  5 18:30:00 CET 2026",
        "Thu Nov 05 2026 18:30:00 GMT+0100 (Central European Standard Time)", "2026-11-05 14:30:00 −03:00",
    ],
)  # fmt: skip
def test_a_time_with_its_zone_is_one_instant_however_it_is_written(text: str) -> None:
    reading = read_instant(text, "America/Bogota")
    assert (reading.at, reading.notes) == (HALF_PAST_SIX, ())


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05T18:30:00", "2026-11-05 18:30", "2026/11/05 18:30", "20261105183000", "20261105 1830",
        "05-nov-2026 18:30", "05-NOV-26 18:30:00", "5 de noviembre de 2026, 18:30", "5 nov. 2026 a las 18:30 h",
        "jueves, 5 de noviembre de 2026 6:30 p. m.", "jeu. 5 nov. 2026 18h30", "5. November 2026 um 18:30 Uhr",
        "Do., 5. Nov. 2026 18.30", "November 5, 2026 6:30 PM", "Nov 5th, 2026 6:30 pm", "Thu Nov 5 18:30:00 2026",
        "18:30 2026-11-05", "2026-11-05 - 18:30", "2026-11-05-18.30.00.000000", "2026-11-05 6:30 p.\u00a0m.",
        "2026-11-05 18:30 PM", "5 novembre 2026 18:30:00,5", "5. November 2026 um 18.30 Uhr", "5. Nov. 2026 18.30 Uhr",
        "2026-11-05-18.30.00.123456", "5 novembre 2026 alle ore 18.30", "5 november 2026 om 18.30 uur",
    ],
)  # fmt: skip
def test_a_time_without_zone_is_the_shops_own_and_says_so(text: str) -> None:
    reading = read_instant(text, MADRID)
    assert reading.at.replace(microsecond=0) == HALF_PAST_SIX
    assert (reading.zone_assumed, reading.guessed) == (True, False)
    assert reading.notes == ("No zone is written: the time in Europe/Madrid is taken",)


@pytest.mark.parametrize("clock", ["18:30", "18:30:00", "18:30:00.000", "6:30 PM", "6:30:00 p. m.", "18.30", "18h30"])
@pytest.mark.parametrize("sign", ["/", ".", "-"])
@pytest.mark.parametrize("year", ["2026", "26"])
def test_which_comes_first_of_day_and_month_hangs_on_no_other_sign(clock: str, sign: str, year: str) -> None:
    text = f"05{sign}11{sign}{year} {clock}"
    november, may = datetime(2026, 11, 5, 17, 30, tzinfo=UTC), datetime(2026, 5, 11, 16, 30, tzinfo=UTC)
    assert read_instant(text, MADRID, day_first=True).at == november
    assert read_instant(text, MADRID, day_first=False).at == may
    either = read_instant(text, MADRID)
    assert (either.at, either.other, either.guessed) == (november, may, True)
    assert "Day and month may be swapped: 2026-11-05 is taken" in either.notes


def test_of_two_readings_the_one_that_lies_ahead_is_not_taken() -> None:
    reading = read_instant("05/11/2026 18:30", MADRID, now=datetime(2026, 6, 1, tzinfo=UTC))
    assert (reading.at.month, reading.guessed) == (5, False)


@pytest.mark.parametrize("text", ["25/11/2026", "11/25/2026", "11-25-26", "11/11/2026", "2026-05-11", "05-nov-2026"])
@pytest.mark.parametrize("day_first", [None, True, False])
def test_what_can_be_read_in_one_way_only_is_read_so(text: str, day_first: bool | None) -> None:
    assert not read_day(text, day_first=day_first).guessed
    assert read_instant(text, MADRID, day_first=day_first).other is None


def test_a_day_between_slashes_says_whether_it_was_decided() -> None:
    assert read_day("05/11/2026") == DayReading(date(2026, 11, 5), date(2026, 5, 11))
    assert read_day("05/11/2026", day_first=False) == DayReading(date(2026, 5, 11))
    assert read_day("2026-11-05T23:59:00Z") == read_day("20261105") == DayReading(date(2026, 11, 5))


@pytest.mark.parametrize("text", ["mar. 5 mars 2024", "5 mars 2024", "mardi 5 mars 2024", "5-mar-24", "05.03.2024"])
def test_a_day_is_read_with_its_name_before_it(text: str) -> None:
    assert read_day(text, day_first=True) == DayReading(date(2024, 3, 5))


def test_a_day_alone_is_its_midnight_at_the_shop_with_a_note() -> None:
    reading = read_instant("2026-11-05", MADRID)
    assert reading.at == datetime(2026, 11, 4, 23, 0, tzinfo=UTC)
    assert reading.notes == ("Only a day is written: its midnight in Europe/Madrid is taken",)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-05T24:00:00+01:00", "2026-11-05T23:00:00Z"),
        ("2026-11-05T24:00Z", "2026-11-06T00:00:00Z"),
        ("2026-11-05 24:00 CET", "2026-11-05T23:00:00Z"),
        ("2026-12-31T24:00:00.000Z", "2027-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60.9Z", "2017-01-01T00:00:00Z"),
        ("2026-11-05T18:29:60+01:00", "2026-11-05T17:30:00Z"),
        ("2026-11-05 12:00 AM UTC", "2026-11-05T00:00:00Z"),
        ("2026-11-05 12:30 p.m. UTC", "2026-11-05T12:30:00Z"),
    ],
)
def test_midnight_has_two_names_and_a_leap_second_ends_its_minute(text: str, at: str) -> None:
    assert read_instant(text, "UTC").at == datetime.fromisoformat(at)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-11-05T25:00:00Z", "no time of day"),
        ("2026-11-05T24:01:00Z", "no time of day"),
        ("2026-11-05 18:60", "no time of day"),
        ("2026-11-05 18:30:61", "no time of day"),
        ("2026-11-05 13:30 AM", "in the morning and in the afternoon"),
        ("2026-02-30 10:00", "no such day"),
        ("31/11/2026 10:00", "no such day"),
        ("2026-11-05T18:30:00+25:00", "14 hours"),
        ("2026-11-05T18:30 or so", "Not a time"),
        ("yesterday", "Not a time"),
        ("nov 2026", "Not a time"),
        ("46331.77", "Not a time"),
        ("9999-12-31T24:00:00", "Not a time"),
        ("", "Not a time"),
        ("5" * 1000, "Not a time"),
    ],
)
def test_what_is_no_time_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(UnreadableTime, match=says):
        read_instant(text, MADRID)


def test_letters_with_several_meanings_mean_what_the_place_has_or_nothing() -> None:
    assert read_instant("2026-11-05 18:30 CST", "America/Chicago").at.hour == 0
    assert read_instant("2026-11-05 18:30 CST", "Asia/Shanghai").at.hour == 10
    elsewhere = read_instant("2026-11-05 18:30 CST", MADRID)
    assert (elsewhere.at, elsewhere.zone_assumed) == (HALF_PAST_SIX, True)


@pytest.mark.parametrize(
    ("country", "answer"),
    [("ES", True), ("GB", True), ("DE", True), ("us", False), ("PR", False), ("PH", False), ("CA", None), (None, None)],
)
def test_the_order_of_day_and_month_is_the_countrys(country: str | None, answer: bool | None) -> None:
    assert day_first_in(country) is answer


@settings(max_examples=300)
@given(
    moment=some.datetimes(datetime.fromisoformat("1991-01-01"), datetime.fromisoformat("2068-12-31")),
    form=some.sampled_from(
        ["%d/%m/%Y %H:%M:%S", "%d-%b-%y %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%a %b %d %H:%M:%S %Y"]
    ),
    zone=some.sampled_from([MADRID, "Atlantic/Canary", "Asia/Kolkata", "Pacific/Chatham", "Pacific/Apia"]),
)  # fmt: skip
def test_what_is_written_is_read_back_on_every_clock(moment: datetime, form: str, zone: str) -> None:
    reading = read_instant(moment.strftime(form), zone, day_first=True)
    assert reading.at == moment.replace(microsecond=0, fold=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@settings(max_examples=500)
@given(some.text("0123456789:-/.,+ TZapmhnovCETGMT()[]", max_size=30) | some.text(max_size=30))
@example("0001-01-01T00:00:00+14:00")
@example("0:00 0001-01-01")
@example("٢٠٢٦-١١-٠٥ ١٨:٣٠")
def test_no_text_is_more_than_refused(text: str) -> None:
    for read in (lambda: read_instant(text, "Asia/Tokyo"), lambda: read_day(text)):
        try:
            read()
        except UnreadableTime as error:
            assert str(error)


@settings(max_examples=200)
@given(seconds=some.integers(1_000_000_000, 4_000_000_000), way=some.sampled_from([1, 1_000, 1_000_000]))
def test_seconds_and_their_thousandths_since_1970_are_told_apart_as_number_and_as_text(seconds: int, way: int) -> None:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    for value in (seconds * way, str(seconds * way), float(seconds * way)):
        assert read_instant(value, MADRID).at == instant


@pytest.mark.parametrize("number", [0, -1, 5, 10**400, 1e308, float("inf"), float("nan"), True, 46331.77])
def test_a_number_that_is_no_time_is_refused(number: float) -> None:
    with pytest.raises(UnreadableTime):
        read_instant(number, MADRID)


def test_the_day_is_read_whatever_stands_behind_it() -> None:
    for text in ("2026-11-05 25:61", "2026-11-05T10:00 or so", "5 nov 2026 (por la tarde)", "05.11.2026 vormittags"):
        head = written.read_head(text)
        assert head is not None and head.day == date(2026, 11, 5)

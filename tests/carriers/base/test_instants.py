"""From a time as written to an instant, and how it is known."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.carriers.base.instants import in_plain_form, read_day, settle, written
from app.core.i18n.zones import only_zone_of
from app.tracking.ports import Place
from app.tracking.states import TimeQuality

MADRID = Place(city="Madrid", postcode="28013", country="ES")
NEW_JERSEY = Place(city="Wayne", region="NJ", country="US")


def test_an_offset_in_the_text_is_believed() -> None:
    instant = settle(written("2026-11-20T10:00:00+01:00"), MADRID, None)
    assert (instant.at, instant.zone, instant.quality) == (
        datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        "Europe/Madrid",
        TimeQuality.OFFSET,
    )


@pytest.mark.parametrize(
    "utc",
    [
        "2026-11-23T23:40:00Z", "2026-11-23T23:40:00+00:00", "2026-11-23T23:40:00-00:00", "2026-11-23 23:40 UTC",
        "2026-11-23T23:40:00.123456789z", "2026-11-23 23:40 Etc/UTC", "1795477200", "1795477200000",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (MADRID, "Europe/Madrid"),
        (NEW_JERSEY, "America/New_York"),
        (Place(city="London", country="GB"), "Europe/London"),
        (Place(postcode="38001", country="ES"), "Atlantic/Canary"),
        (Place(country="PT", city="Lisboa"), "Europe/Lisbon"),
        (Place(country="IS"), "Atlantic/Reykjavik"),
        (Place(country="IN"), "Asia/Kolkata"),
        (Place(country="US"), None),
        (Place(city="Madrid"), None),
        (None, None),
    ],
)
def test_what_is_told_in_utc_is_an_instant_and_belongs_to_the_places_clock(
    utc: str, place: Place | None, zone: str | None
) -> None:
    instant = settle(written(utc), place, None)
    assert instant.at is not None
    assert instant.at.replace(second=0, microsecond=0) == datetime(2026, 11, 23, 23, 40, tzinfo=UTC)
    assert (instant.zone, instant.quality, instant.contradiction) == (zone, TimeQuality.OFFSET, None)


def test_utc_is_no_clock_even_where_it_was_the_clock_of_winter() -> None:
    summer = settle(written("2026-07-05T10:00:00Z"), Place(country="GB"), None)
    assert summer.zone == "Europe/London"


def test_an_offset_takes_the_name_of_a_clock_that_agrees() -> None:
    paris = settle(written("2026-11-20T10:00:00+01:00"), None, "Europe/Paris")
    assert paris.zone == "Europe/Paris"
    usual = settle(written("2026-11-20T10:00:00-05:00"), Place(country="US"), None)
    assert usual.zone == "America/New_York"
    named = settle(written("2026-11-20T10:00:00+01:00[Europe/Berlin]"), None, None)
    assert (named.zone, named.quality) == ("Europe/Berlin", TimeQuality.OFFSET)


def test_an_offset_that_is_not_the_places_is_shown_as_itself() -> None:
    instant = settle(written("2026-11-20T10:00:00-05:30"), MADRID, None)
    assert (instant.zone, instant.quality) == ("-05:30", TimeQuality.OFFSET)


def test_an_offset_on_the_other_side_of_the_world_is_believed_when_it_is_written_out() -> None:
    instant = settle(written("2026-11-20T10:00:00+05:00"), NEW_JERSEY, None)
    assert (instant.at.hour, instant.zone, instant.quality, instant.contradiction) == (
        5,
        "+05:00",
        TimeQuality.OFFSET,
        None,
    )


def test_gmt_beside_the_local_time_gives_the_offset() -> None:
    instant = settle(written("20260210", "071356", gmt="20260210 121356"), NEW_JERSEY, None)
    assert (instant.at, instant.zone, instant.quality) == (
        datetime(2026, 2, 10, 12, 13, 56, tzinfo=UTC),
        "America/New_York",
        TimeQuality.OFFSET,
    )


def test_gmt_on_the_wrong_side_is_a_contradiction_and_a_guess() -> None:
    instant = settle(written("20220126", "091230", gmt="20220126 041230"), NEW_JERSEY, None)
    assert instant.quality is TimeQuality.GUESSED
    assert instant.contradiction and "wrong side" in instant.contradiction


def test_gmt_and_offset_that_disagree_are_a_contradiction() -> None:
    instant = settle(written("20220126", "091230", offset="-05:00", gmt="20220126 151230"), None, None)
    assert instant.quality is TimeQuality.GUESSED and instant.contradiction


def test_more_than_fourteen_hours_are_a_contradiction() -> None:
    instant = settle(written("20220126", "091230", gmt="20220127 091230"), None, "Europe/Paris")
    assert instant.quality is TimeQuality.GUESSED and instant.contradiction


@pytest.mark.parametrize(
    ("place", "carrier_zone", "zone", "quality"),
    [
        (MADRID, "Europe/Paris", "Europe/Madrid", TimeQuality.PLACE),
        (Place(city="Las Palmas", country="ES"), None, "Atlantic/Canary", TimeQuality.PLACE),
        (Place(postcode="38001", country="ES"), None, "Atlantic/Canary", TimeQuality.PLACE),
        (Place(country="US"), None, "America/New_York", TimeQuality.GUESSED),
        (Place(region="CA", country="US"), None, "America/Los_Angeles", TimeQuality.PLACE),
        (Place(country="US"), "Europe/Paris", "Europe/Paris", TimeQuality.CARRIER),
        (None, "Europe/Paris", "Europe/Paris", TimeQuality.CARRIER),
        (None, None, "UTC", TimeQuality.GUESSED),
    ],
)
def test_a_time_without_zone_takes_the_places_else_the_carriers_else_a_guess(
    place: Place | None, carrier_zone: str | None, zone: str, quality: TimeQuality
) -> None:
    instant = settle(written("2026-11-20 10:00:00"), place, carrier_zone)
    assert (instant.zone, instant.quality) == (zone, quality)
    assert instant.at == datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo(zone))


def test_the_hour_that_comes_twice_is_the_first_and_the_one_that_is_skipped_does_not_crash() -> None:
    twice = settle(written("2026-10-25 02:30:00"), MADRID, None)
    assert twice.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    skipped = settle(written("2026-03-29 02:30:00"), MADRID, None)
    assert skipped.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_day_alone_is_a_guess() -> None:
    instant = settle(written("2026-11-20"), MADRID, None)
    assert (instant.at, instant.quality) == (datetime(2026, 11, 19, 23, 0, tzinfo=UTC), TimeQuality.GUESSED)


def test_a_scan_of_the_future_is_a_guess_and_says_so(now: datetime) -> None:
    soon = settle(written((now + timedelta(minutes=14)).isoformat()), None, None, now=now)
    assert (soon.quality, soon.contradiction) == (TimeQuality.OFFSET, None)
    late = settle(written((now + timedelta(minutes=16)).isoformat()), None, None, now=now)
    assert late.quality is TimeQuality.GUESSED and late.contradiction


@pytest.mark.parametrize(
    "text",
    [
        "8/17/2021 7:11:26 PM",
        "17.08.2021 19:11",
        "August 17, 2021 7:11 pm",
        "20210817 191126",
        "2021-08-17 19:11:26.000000",
    ],
)
def test_the_carriers_ways_of_writing_a_time_are_read(text: str) -> None:
    local = written(text).local
    assert local is not None
    assert (local.year, local.month, local.day, local.hour, local.minute) == (2021, 8, 17, 19, 11)


@pytest.mark.parametrize("text", ["", "string", "99999999", "2021-13-45 25:61", "0000-00-00T00:00:00"])
def test_what_is_no_time_has_no_instant(text: str) -> None:
    instant = settle(written(text), MADRID, "Europe/Madrid")
    assert (instant.at, instant.quality) == (None, TimeQuality.GUESSED)


@settings(max_examples=300)
@given(
    local=some.datetimes(),
    offset=some.none() | some.timedeltas(timedelta(hours=-30), timedelta(hours=30)),
    gmt=some.none() | some.datetimes(),
    country=some.none() | some.sampled_from(["ES", "US", "AU", "DE", "XX", ""]),
)
def test_no_combination_of_times_crashes(
    local: datetime, offset: timedelta | None, gmt: datetime | None, country: str | None
) -> None:
    text = local.isoformat(sep=" ", timespec="seconds")
    offset_text = None
    if offset is not None and abs(offset) < timedelta(hours=24):
        offset_text = datetime(2026, 1, 1, tzinfo=timezone(offset)).strftime("%z")[:5]
    stamp = written(text, offset=offset_text, gmt=gmt.isoformat(sep=" ", timespec="seconds") if gmt else None)
    instant = settle(stamp, Place(country=country), None)
    assert instant.at is None or instant.at.utcoffset() == timedelta()


def test_countries_with_several_clocks_need_more_than_their_name() -> None:
    for country in ("US", "CA", "AU", "BR", "MX", "RU"):
        assert only_zone_of(country) is None
    assert only_zone_of("DE") == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01 00:00:00", "Asia/Tokyo"),
        ("9999-12-31 23:59:59", "America/Los_Angeles"),
    ],
)
def test_a_time_at_the_end_of_all_times_is_no_instant_and_no_accident(text: str, zone: str | None) -> None:
    stamp = written(text)
    assert stamp.local is not None
    assert settle(stamp, None, zone).at is None


@pytest.mark.parametrize(
    "text", ["2026-11-20", "2026-11-20 25:61", "2026-11-20T10:00 or so", "20261120", "20.11.2026", "11/20/2026"]
)
def test_the_day_is_read_whatever_stands_after_it(text: str) -> None:
    assert read_day(text) == date(2026, 11, 20)


CLOCKS = ["18:30", "18:30:00", "18:30:00.000", "6:30 PM", "6:30 p. m.", "6:30:00 p.m.", "18.30"]
NOVEMBER, MAY = date(2026, 11, 5), date(2026, 5, 11)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("form", ["05/11/2026 {}", "5.11.2026 {}", "05-11-26, {}", "05/11/2026T{}"])
@pytest.mark.parametrize(
    ("day_first", "country", "day"),
    [
        (True, None, NOVEMBER),
        (False, None, MAY),
        (None, "ES", NOVEMBER),
        (None, "MX", NOVEMBER),
        (None, "US", MAY),
        (None, "PH", MAY),
        (True, "US", NOVEMBER),
        (False, "ES", MAY),
    ],
)
def test_the_carriers_habit_decides_between_day_and_month_else_the_places_country(
    clock: str, form: str, day_first: bool | None, country: str | None, day: date
) -> None:
    place = Place(country=country, postcode="28013" if country == "ES" else None)
    instant = settle(written(form.format(clock)), place, "Europe/Madrid", day_first=day_first)
    assert instant.at is not None and instant.zone
    local = instant.at.astimezone(ZoneInfo(instant.zone))
    assert (local.date(), local.hour, local.minute) == (day, 18, 30)
    assert instant.contradiction is None


@pytest.mark.parametrize("place", [None, Place(country="CA"), Place(city="Madrid")])
@pytest.mark.parametrize("clock", CLOCKS)
def test_where_nothing_decides_the_day_is_a_guess_and_says_so(place: Place | None, clock: str) -> None:
    instant = settle(written(f"05/11/2026 {clock}"), place, "Europe/Madrid")
    assert (instant.quality, instant.contradiction) == (TimeQuality.GUESSED, "Day and month can be read either way.")
    sure = settle(written(f"25/11/2026 {clock}"), place, "Europe/Madrid")
    assert (sure.quality, sure.contradiction) == (TimeQuality.CARRIER, None)


def test_of_two_readings_the_one_that_has_not_come_yet_is_not_taken() -> None:
    june = datetime(2026, 6, 1, tzinfo=UTC)
    instant = settle(written("05/11/2026 18:30"), None, "Europe/Madrid", now=june)
    assert instant.at is not None
    assert (instant.at.date(), instant.quality) == (MAY, TimeQuality.GUESSED)


def test_in_plain_form_a_carriers_habit_and_another_of_the_place_leave_a_guess() -> None:
    time = written("05/11/2026 18:30")
    disputed = settle(in_plain_form(time, MADRID, False), MADRID, None, day_first=False)
    assert (disputed.quality, disputed.at) == (TimeQuality.GUESSED, datetime(2026, 11, 5, 17, 30, tzinfo=UTC))
    agreed = settle(in_plain_form(time, MADRID, True), MADRID, None, day_first=True)
    assert agreed.quality is TimeQuality.PLACE


def test_an_hour_that_there_is_not_leaves_the_day_and_says_so() -> None:
    instant = settle(written("2026-11-05 25:00"), MADRID, None)
    assert instant.quality is TimeQuality.GUESSED
    assert instant.contradiction and "25:00" in instant.contradiction


@pytest.mark.parametrize("text", ["2026-11-05T24:00", "2026-11-05 24:00:00", "05/11/2026 24:00", "2026-11-05 23:59:60"])
def test_midnight_at_the_end_of_a_day_is_the_next_days(text: str) -> None:
    assert settle(written(text), MADRID, None).at == datetime(2026, 11, 5, 23, 0, tzinfo=UTC)


def test_letters_that_two_countries_use_mean_the_places_clock() -> None:
    assert settle(written("2026-11-05 18:30 CST"), Place(country="CN"), None).at == datetime(
        2026, 11, 5, 10, 30, tzinfo=UTC
    )
    chicago = settle(written("2026-11-05 18:30 CST"), Place(country="US", region="IL"), None)
    assert (chicago.at, chicago.zone) == (datetime(2026, 11, 6, 0, 30, tzinfo=UTC), "America/Chicago")
    nowhere = settle(written("2026-11-05 18:30 CST"), None, None)
    assert nowhere.quality is TimeQuality.GUESSED


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [("05/11/2026", None, None), ("05/11/2026", True, NOVEMBER), ("05/11/2026", False, MAY)],
)
def test_an_expected_day_is_never_a_guess(text: str, day_first: bool | None, day: date | None) -> None:
    assert read_day(text, day_first=day_first) == day

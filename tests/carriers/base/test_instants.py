"""From a time as written to an instant, and how it is known."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.carriers.base.instants import read_day, settle, written
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


@settings(max_examples=300, deadline=None)
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

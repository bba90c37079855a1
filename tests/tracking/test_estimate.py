"""When a parcel comes, whose word that is, and when it is late."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from app.core.i18n.zones import zone_of
from app.tracking.estimate import ArrivalBasis, Late, Outlook, Window, arrival, lateness, read_window
from app.tracking.states import ShipmentState as S

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
TODAY, TOMORROW, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


def outlook(**facts: Any) -> Outlook:
    return Outlook(**{"state": S.IN_TRANSIT, "zone": "Europe/Madrid", **facts})


def test_a_window_is_read_as_it_was_written() -> None:
    hours = Window(time(12), time(14, 30))
    assert hours.document() == {"from": "12:00", "until": "14:30"}
    assert read_window(hours.document()) == hours


@pytest.mark.parametrize(
    "window", [None, {}, {"from": "12:00"}, {"from": "2026-11-25T12:00Z", "until": "x"}, {"from": 1}]
)
def test_a_window_that_cannot_be_read_is_none(window: Any) -> None:
    assert read_window(window) is None


def test_the_carriers_word_comes_before_the_promise_and_names_what_was_told_before() -> None:
    answer = arrival(outlook(promise_until=TODAY, told_until=FRIDAY), NOON)
    assert (answer.begin, answer.until, answer.basis, answer.before) == (FRIDAY, FRIDAY, ArrivalBasis.CARRIER, TODAY)


def test_an_earlier_carriers_day_strikes_nothing() -> None:
    assert arrival(outlook(promise_until=FRIDAY, told_until=TOMORROW), NOON).before is None


def test_without_a_word_of_the_carrier_the_promise_stands() -> None:
    answer = arrival(outlook(promise_from=date(2026, 11, 20), promise_until=FRIDAY), NOON)
    assert (answer.begin, answer.until, answer.basis) == (TODAY, FRIDAY, ArrivalBasis.PROMISE)


def test_a_parcel_on_its_round_comes_today() -> None:
    answer = arrival(outlook(state=S.OUT_FOR_DELIVERY, state_since=NOON, promise_until=FRIDAY), NOON)
    assert (answer.until, answer.basis) == (TODAY, ArrivalBasis.ROUND)


@pytest.mark.parametrize(
    ("promised", "told_until", "before"),
    [(MONDAY, TUESDAY, MONDAY), (MONDAY, None, MONDAY), (TODAY, TUESDAY, None)],
)
def test_a_parcel_on_its_round_says_what_was_promised_before_the_carrier_put_it_off(
    promised: date, told_until: date | None, before: date | None
) -> None:
    late = outlook(state=S.OUT_FOR_DELIVERY, state_since=NOON, promise_until=promised, told_until=told_until)
    answer = arrival(late, NOON)
    assert (answer.until, answer.basis, answer.before) == (TODAY, ArrivalBasis.ROUND, before)


def test_yesterdays_round_says_nothing_of_today() -> None:
    answer = arrival(outlook(state=S.OUT_FOR_DELIVERY, state_since=NOON - timedelta(days=1)), NOON)
    assert answer.basis is ArrivalBasis.UNKNOWN


def test_the_carriers_window_is_kept() -> None:
    window = Window(time(12), time(14))
    assert arrival(outlook(told_until=TODAY, window=window), NOON).window == window


def test_when_the_day_has_passed_we_do_not_know() -> None:
    answer = arrival(outlook(promise_until=date(2026, 11, 24)), NOON)
    assert (answer.until, answer.basis, answer.before) == (None, ArrivalBasis.UNKNOWN, date(2026, 11, 24))
    answer = arrival(outlook(promise_until=date(2026, 11, 23), told_until=date(2026, 11, 24)), NOON)
    assert (answer.until, answer.basis, answer.before) == (None, ArrivalBasis.UNKNOWN, date(2026, 11, 24))


@pytest.mark.parametrize("state", [S.DELIVERED, S.RETURNED, S.LOST, S.READY_FOR_PICKUP, S.RETURN_TO_SENDER])
def test_what_no_longer_travels_to_the_customer_has_no_arrival_and_is_not_late(state: S) -> None:
    assert arrival(outlook(state=state, promise_until=FRIDAY), NOON).basis is ArrivalBasis.UNKNOWN
    assert lateness(outlook(state=state, promise_until=date(2026, 1, 1)), NOON) is None


@pytest.mark.parametrize(
    ("hour", "zone", "late"),
    [
        (18, "Europe/Madrid", None),
        (19, "Europe/Madrid", Late.PROMISE_PASSED),
        (19, "Atlantic/Canary", None),
        (20, "Atlantic/Canary", Late.PROMISE_PASSED),
    ],
)
def test_a_promise_has_passed_at_eight_in_the_evening_of_the_destination(
    hour: int, zone: str, late: Late | None
) -> None:
    evening = datetime(2026, 11, 25, hour, 0, tzinfo=UTC)
    assert lateness(outlook(zone=zone, promise_until=TODAY), evening) is late


def test_a_carriers_day_after_the_promise_is_late_at_once() -> None:
    assert lateness(outlook(promise_until=TOMORROW, told_until=FRIDAY), NOON) is Late.CARRIER_LATER


@pytest.mark.parametrize(
    ("days", "abroad", "late"), [(2, False, None), (4, False, Late.SILENT), (4, True, None), (8, True, Late.SILENT)]
)
def test_silence_is_late_after_three_days_at_home_and_seven_abroad(days: int, abroad: bool, late: Late | None) -> None:
    parcel = outlook(last_event_at=NOON - timedelta(days=days), international=abroad)
    assert lateness(parcel, NOON) is late


def test_a_parcel_not_yet_handed_over_is_not_silent() -> None:
    assert lateness(outlook(state=S.INFO_RECEIVED, last_event_at=NOON - timedelta(days=9)), NOON) is None


@pytest.mark.parametrize(
    ("country", "postcode", "region", "zone"),
    [
        ("ES", "28013", None, "Europe/Madrid"),
        ("ES", "35001", None, "Atlantic/Canary"),
        ("PT", "9500-150", None, "Atlantic/Azores"),
        ("PT", "9000-018", None, "Atlantic/Madeira"),
        ("US", None, "CA", "America/Los_Angeles"),
        ("US", None, "US-TX", "America/Chicago"),
        ("US", None, None, "America/New_York"),
        ("FR", None, None, "Europe/Paris"),
        ("GB", None, None, "Europe/London"),
        ("XX", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_place_has_its_zone(country: str | None, postcode: str | None, region: str | None, zone: str | None) -> None:
    assert zone_of(country, postcode=postcode, region=region) == zone

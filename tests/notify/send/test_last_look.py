"""The last look before sending: never stale, never unwanted, never at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.notify.kinds import KINDS, Channel, Purpose
from app.notify.plan.caps import Spent, capped
from app.notify.plan.quiet import may_ring, next_ring, zones_of
from app.notify.send.context import Drop, Go, SendContext, Wait, look
from tests.notify.build import NOON

STATES = sorted({state for kind in KINDS.values() for state in kind.current} | {"lost", "completed", "labelled"})


def standing(kind: str = "shipment.out_for_delivery", **changes: object) -> SendContext:
    values = {
        "kind": kind,
        "channel": Channel.EMAIL,
        "purpose": KINDS[kind].purpose,
        "expires_at": NOON + timedelta(hours=1),
        "state": "out_for_delivery",
    }
    return SendContext(**(values | changes))  # type: ignore[arg-type]


def test_delivered_overtakes_out_for_delivery() -> None:
    assert look(standing(), now=NOON) == Go()
    assert look(standing(state="delivered"), now=NOON) == Drop("overtaken")


def test_a_message_past_its_time_is_dropped() -> None:
    assert look(standing(expires_at=NOON), now=NOON) == Drop("expired")


@pytest.mark.parametrize("change", ["suppressed", "erased", "opted_out"])
def test_what_was_taken_back_stays_taken_back(change: str) -> None:
    assert look(standing(**{change: True}), now=NOON) == Drop(change)


def test_receipts_pass_an_opt_out_but_not_a_stop() -> None:
    receipt = {"kind": "refund.paid", "purpose": Purpose.RECEIPT, "state": "inspected"}
    assert look(standing(**receipt, opted_out=True), now=NOON) == Go()
    assert look(standing(**receipt, suppressed=True), now=NOON) == Drop("suppressed")


@settings(max_examples=500)
@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(STATES),
    st.sampled_from(Channel),
    st.booleans(),
    st.booleans(),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=30)),
)
def test_nothing_stale_ever_goes(
    kind: str, state: str, channel: Channel, consent: bool, current: bool, left: timedelta
) -> None:
    one = standing(
        kind, state=state, channel=channel, consent=consent, recipient_is_current=current, expires_at=NOON + left
    )
    verdict = look(one, now=NOON)
    if isinstance(verdict, Go):
        assert left > timedelta(0)
        assert not KINDS[kind].current or state in KINDS[kind].current
        assert one.purpose is not Purpose.NEWS or (current and (consent or channel is Channel.EMAIL))
    if isinstance(verdict, Wait):
        assert NOON < verdict.until <= one.expires_at


AUTUMN, SPRING = datetime(2026, 10, 24, tzinfo=UTC), datetime(2027, 3, 27, tzinfo=UTC)
INSTANTS = st.builds(
    lambda start, minutes: start + timedelta(minutes=minutes),
    st.sampled_from([AUTUMN, SPRING]),
    st.integers(0, 3 * 24 * 60),
)
ZONES = ("Europe/Madrid", "America/Mexico_City", "America/Tijuana", "Pacific/Kiritimati", "Atlantic/Canary")


@given(INSTANTS, st.sampled_from(ZONES))
def test_no_telephone_rings_at_night_even_when_the_clock_changes(at: datetime, zone: str) -> None:
    ring = next_ring(at, (zone,))
    assert at <= ring <= at + timedelta(hours=13)
    assert 8 <= ring.astimezone(ZoneInfo(zone)).hour < 21
    assert ring == at or not may_ring(at, (zone,))


def test_a_number_in_many_zones_rings_only_when_it_is_day_in_all() -> None:
    zones = zones_of(None, None, None, "+34612345678", "UTC")
    assert {"Europe/Madrid", "Atlantic/Canary"} <= set(zones)
    early = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
    assert next_ring(early, zones).astimezone(ZoneInfo("Atlantic/Canary")).hour == 8


@pytest.mark.parametrize(
    ("at", "rings"),
    [("06:53", "07:00"), ("06:59:59", "07:00"), ("03:01", "07:00"), ("07:00", "07:00"), ("07:07", "07:07")],
)
def test_the_telephone_rings_on_the_stroke_of_eight_or_at_once(at: str, rings: str) -> None:
    moments = [datetime.fromisoformat(f"2026-11-22T{clock}+00:00") for clock in (at, rings)]
    assert next_ring(moments[0], ("Europe/Madrid",)) == moments[1]


def test_where_it_is_never_day_in_all_zones_the_first_decides() -> None:
    # Shanghai is eight hours before London and Los Angeles eight behind: each two share hours, all three none.
    zones = ("Asia/Shanghai", "Europe/London", "America/Los_Angeles")
    night = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
    assert next_ring(night, zones) == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert next_ring(night, zones[:2]) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "rings"), [(6, False), (7, True), (19, True), (20, False)])
def test_texts_ring_from_eight_until_nine_in_the_evening(hour: int, rings: bool) -> None:
    assert may_ring(datetime(2026, 11, 22, hour, tzinfo=UTC), ("Europe/Madrid",)) is rings
    assert may_ring(datetime(2026, 11, 22, hour, tzinfo=UTC), ("Europe/Madrid", "Pacific/Kiritimati")) is (hour == 19)


def test_the_delivery_address_says_where_it_is_day() -> None:
    assert zones_of("ES", "35001", None, "+34612345678", "UTC") == ("Atlantic/Canary",)
    assert zones_of(None, None, None, None, "Europe/Madrid") == ("Europe/Madrid",)


def test_caps_hold_for_news_and_spare_receipts() -> None:
    assert capped(Channel.EMAIL, Purpose.NEWS, Spent(order=6)) == "order_cap"
    assert capped(Channel.SMS, Purpose.NEWS, Spent(order=5, texts=3)) == "text_cap"
    assert capped(Channel.EMAIL, Purpose.NEWS, Spent(order=5, texts=3)) is None
    assert capped(Channel.EMAIL, Purpose.RECEIPT, Spent(order=60)) is None


def test_an_order_that_used_up_its_messages_still_ends_with_the_news_of_its_delivery() -> None:
    assert capped(Channel.EMAIL, Purpose.NEWS, Spent(order=6), kind="shipment.delivered") is None
    assert capped(Channel.SMS, Purpose.NEWS, Spent(order=6, texts=2), kind="shipment.delivered") is None
    assert capped(Channel.SMS, Purpose.NEWS, Spent(order=6, texts=3), kind="shipment.delivered") == "text_cap"

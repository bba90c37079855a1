"""The place of a scan whose time cannot be believed: from the carrier's own sequence, beside scans that can."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from app.tracking.fold.facts import Flag, Placed, ShipmentFacts, StoredEvent
from app.tracking.fold.fold import fold
from app.tracking.fold.legs import walk
from app.tracking.fold.order import AHEAD, in_order
from tests.tracking.bag import at, scan


def order(*events: StoredEvent) -> list[str]:
    """The states in the order in which they count."""
    return [str(one.status) for one in placed(events)]


def placed(events: Sequence[StoredEvent]) -> list[Placed]:
    return in_order(events, ShipmentFacts())


FIRST = scan(1, "picked_up", sequence=10)
THIRD = scan(9, "out_for_delivery", sequence=30)
LAST = scan(12, "delivered", sequence=40)


@pytest.mark.parametrize("hours", [None, 400], ids=["undated", "of the future"])
def test_it_stands_after_the_scan_that_comes_before_it_in_the_carriers_sequence(hours: float | None) -> None:
    """Seen last of all, so that without the sequence it would stand at the end."""
    odd = scan(hours, "in_transit", sequence=20, seen=48)
    assert order(FIRST, odd, THIRD, LAST) == ["picked_up", "in_transit", "out_for_delivery", "delivered"]
    assert [one.at for one in placed([FIRST, odd, THIRD, LAST])][1] == at(1)


def test_it_takes_the_time_of_its_nearest_neighbour_and_not_of_the_first() -> None:
    odd = scan(None, "in_transit", sequence=35, seen=48)
    assert [one.at for one in placed([FIRST, odd, THIRD, LAST])] == [at(1), at(9), at(9), at(12)]


def test_one_that_bears_the_same_number_counts_as_before_it() -> None:
    odd = scan(None, "in_transit", sequence=30, seen=48)
    assert [one.at for one in placed([FIRST, odd, THIRD])] == [at(1), at(9), at(9)]


def test_before_the_first_of_the_sequence_it_stands_where_it_was_seen() -> None:
    odd = scan(None, "info_received", sequence=5, seen=48)
    assert order(odd, FIRST, LAST) == ["picked_up", "delivered", "info_received"]


def test_without_a_number_it_stands_where_it_was_seen() -> None:
    assert order(scan(None, "in_transit", seen=48), FIRST, LAST) == ["picked_up", "delivered", "in_transit"]


def test_what_cannot_be_believed_lends_nobody_its_time() -> None:
    """Of two odd ones neither is a measure for the other."""
    one, other = scan(None, "in_transit", sequence=20, seen=48), scan(400, "on_hold", sequence=25, seen=50)
    assert [step.at for step in placed([FIRST, one, other, LAST])] == [at(1), at(1), at(1), at(12)]


def test_a_clock_that_is_a_quarter_of_an_hour_ahead_is_believed() -> None:
    minutes = AHEAD.total_seconds() / 3600
    exact, over = scan(5 + minutes, "picked_up", seen=5), scan(5 + minutes + 0.01, "picked_up", seen=5)
    assert timedelta(minutes=15) == AHEAD
    assert [one.at for one in placed([exact])] == [at(5 + minutes)]
    assert [one.at for one in placed([over])] == [at(5)]


def test_what_is_noted_stands_in_the_leg_and_the_state_of_its_time() -> None:
    events = [scan(0, "unknown"), scan(2, "picked_up"), scan(5, "return_to_sender"), scan(6, "unknown")]
    steps = [(step.leg, str(step.state)) for step in walk(placed(events)).steps]
    assert steps == [(1, "pending"), (1, "picked_up"), (2, "return_to_sender"), (2, "return_to_sender")]


@pytest.mark.parametrize(
    ("hours", "flags"),
    [
        (-72.01, {Flag.OTHER_PERIOD}),
        (-72, {Flag.BEFORE_LABEL}),
        (-48.01, {Flag.BEFORE_LABEL}),
        (-48, set()),
        (0, set()),
    ],
)
def test_two_days_before_the_label_are_odd_and_three_belong_to_somebody_elses_parcel(
    hours: float, flags: set[Flag]
) -> None:
    (entry,) = in_order([scan(hours, "picked_up")], ShipmentFacts(label_created_at=at(0)))
    assert entry.flags == flags


@pytest.mark.parametrize(("hours", "others"), [(-72.01, False), (-72, True), (0, True)])
def test_from_three_days_before_the_next_label_of_the_number_scans_are_the_next_parcels(
    hours: float, others: bool
) -> None:
    (entry,) = in_order([scan(hours, "picked_up")], ShipmentFacts(next_label_at=at(0)))
    assert (Flag.OTHER_PERIOD in entry.flags) is others


@pytest.mark.parametrize(
    ("first", "second", "minutes", "state"),
    [
        # A round that was stamped late does not undo a failed delivery; a new round does.
        ("delivery_failed", "out_for_delivery", 15, "delivery_failed"),
        ("delivery_failed", "out_for_delivery", 15.5, "out_for_delivery"),
        # Put into the box and said to be delivered at once; half an hour later it was not delivered after all.
        ("delivered", "ready_for_pickup", 15, "delivered"),
        ("delivered", "ready_for_pickup", 15.5, "ready_for_pickup"),
    ],
)
def test_a_stamp_may_come_a_quarter_of_an_hour_late(first: str, second: str, minutes: float, state: str) -> None:
    way = walk(placed([scan(0, "picked_up"), scan(5, first), scan(5 + minutes / 60, second)]))
    assert str(way.legs[-1].state) == state


def test_a_plain_life_shows_each_scan_once_and_lays_nothing_aside() -> None:
    entries = fold([scan(0, "picked_up"), scan(5, "in_transit"), scan(9, "delivered")], ShipmentFacts()).timeline
    seen = [(str(entry.event.status), entry.staff_only) for entry in entries]
    assert seen == [("delivered", False), ("in_transit", False), ("picked_up", False)]

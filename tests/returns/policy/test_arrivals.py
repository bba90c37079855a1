"""The return window begins once: nothing that is told again, in another order or later, moves its last day."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from app.returns.policy.arrivals import PackedUnits, arrived_at, brought_at

FIRST = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def after(days: float) -> datetime:
    return FIRST + timedelta(days=days)


packed = some.builds(PackedUnits, some.integers(1, 3), some.none() | some.integers(0, 40).map(after))


def test_a_line_in_two_parcels_has_arrived_with_the_second() -> None:
    assert arrived_at([PackedUnits(1, after(0)), PackedUnits(1, after(3))], 2) == after(3)


def test_what_has_come_in_part_counts_from_the_last_part_so_far() -> None:
    assert arrived_at([PackedUnits(1, after(0)), PackedUnits(1, None)], 2) == after(0)


def test_a_replacement_begins_nothing_anew() -> None:
    replacement = PackedUnits(2, after(20))
    assert arrived_at([PackedUnits(2, after(0)), replacement], 2) == after(0)
    assert arrived_at([PackedUnits(2, None), replacement], 2) == after(20)


def test_a_parcel_without_a_number_was_there_when_the_shop_first_said_so() -> None:
    assert brought_at(after(9), after(1), numbered=False) == after(1)
    assert brought_at(after(9), after(1), numbered=True) == after(9)
    assert brought_at(None, after(1), numbered=False) is None


@given(some.lists(packed, max_size=6), some.integers(1, 6), some.randoms(use_true_random=False))
def test_the_order_of_parcels_moves_nothing(parcels: list[PackedUnits], ordered: int, chance: random.Random) -> None:
    mixed = list(parcels)
    chance.shuffle(mixed)
    assert arrived_at(mixed, ordered) == arrived_at(parcels, ordered)


@given(some.lists(packed, min_size=1, max_size=6), some.integers(1, 6), some.lists(some.integers(41, 90), max_size=3))
def test_once_all_has_come_no_later_parcel_moves_it(parcels: list[PackedUnits], ordered: int, later: list[int]) -> None:
    begun = arrived_at(parcels, ordered)
    complete = sum(parcel.units for parcel in parcels if parcel.delivered_at) >= ordered
    more = [*parcels, *(PackedUnits(2, after(days)) for days in later)]
    assert arrived_at(more, ordered) == begun or not complete

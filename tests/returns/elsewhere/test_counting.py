"""Units that came back in the shop's own system: its count and its returns beside ours, and never one twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.returns.elsewhere.counting import OwnUnits, UnitCount, UnitsOfReturns, elsewhere, follow, units_of_returns


def entry(status: str, quantity: int, received: int = 0, key: str | None = None) -> dict[str, Any]:
    lines = [{"line": "1", "quantity": quantity, "received": received, "damaged": 0}]
    return {"id": f"{status}{quantity}{key}", "status": status, "key": key, "lines": lines}


NONE, SILENT = UnitCount(), UnitsOfReturns()


def there(count: UnitCount = NONE, of_shop: UnitsOfReturns = SILENT, **more: int) -> int:
    own = OwnUnits(more.get("held", 0), more.get("received", 0))
    return elsewhere(count, of_shop, exchanged=more.get("exchanged", 0), own=own, correction=more.get("correction", 0))


def test_a_count_that_was_there_before_any_of_ours_came_back_elsewhere() -> None:
    assert follow(UnitCount(), 2, own_received=0) == UnitCount(2, 2)


def test_a_rise_after_ours_were_received_is_their_echo() -> None:
    assert follow(UnitCount(), 1, own_received=1) == UnitCount(1, 0)
    assert follow(UnitCount(1, 1), 3, own_received=1) == UnitCount(3, 2)


def test_what_came_back_elsewhere_stays_so_when_ours_are_received_later() -> None:
    assert follow(UnitCount(1, 1), 1, own_received=1) == UnitCount(1, 1)
    assert follow(UnitCount(1, 1), 2, own_received=1) == UnitCount(2, 1)


def test_an_echo_is_heard_once() -> None:
    once = follow(UnitCount(), 1, own_received=1)
    assert follow(once, 2, own_received=1) == UnitCount(2, 1)


def test_a_fall_takes_echoes_first_and_then_what_came_back_elsewhere() -> None:
    assert follow(UnitCount(3, 2), 2, own_received=1) == UnitCount(2, 2)
    assert follow(UnitCount(3, 2), 1, own_received=1) == UnitCount(1, 1)


def test_returns_that_are_asked_for_approved_or_received_speak_for_their_units() -> None:
    for status in ("asked", "approved", "part_received", "received"):
        assert units_of_returns([entry(status, 2)], "1", {}).spoken_for == 2
    for status in ("rejected", "cancelled"):
        assert units_of_returns([entry(status, 2)], "1", {}) == UnitsOfReturns()
    assert units_of_returns([entry("asked", 2)], "2", {}) == UnitsOfReturns()


def test_what_was_received_there_and_stands_in_the_count_is_one_unit() -> None:
    received = units_of_returns([entry("received", 1, 1)], "1", {})
    assert there(UnitCount(1, 1), received) == 1
    silent = units_of_returns([entry("received", 1)], "1", {})
    assert there(UnitCount(1, 1), silent) == 1, "a system that says received and no number means all of it"


def test_what_is_still_to_come_there_stands_beside_the_count() -> None:
    assert there(UnitCount(1, 1), units_of_returns([entry("asked", 1)], "1", {})) == 2
    assert there(UnitCount(1, 1), units_of_returns([entry("part_received", 2, 1)], "1", {})) == 2


def test_a_return_with_our_key_speaks_for_our_own_units() -> None:
    mine = units_of_returns([entry("received", 1, 1, key="ABC")], "1", {"ABC": 1})
    assert mine == UnitsOfReturns(ours_received=1)
    more = units_of_returns([entry("received", 3, 3, key="ABC")], "1", {"ABC": 1})
    assert (more.spoken_for, more.ours_received) == (2, 1), "what the shop put beside ours is its own"
    gone = units_of_returns([entry("received", 1, 1, key="ABC")], "1", {})
    assert gone.spoken_for == 1, "ours was cancelled here, and came back there all the same"


def test_what_was_exchanged_is_gone_unless_our_own_return_did_it() -> None:
    assert there(exchanged=1) == 1
    assert there(exchanged=1, held=1) == 0


def test_a_person_corrects_the_number_and_it_is_never_below_none() -> None:
    assert there(UnitCount(1, 1), correction=-1) == 0
    assert there(correction=-3) == 0
    assert there(UnitCount(2, 2), correction=-1) == 1


COUNTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


@given(COUNTS)
def test_no_unit_comes_back_twice_whatever_the_count_does(steps: list[tuple[int, int]]) -> None:
    """A step is (count told, units received here so far): all adds up, and echoes are never beyond ours."""
    count, received = UnitCount(), 0
    for of_shop, here in steps:
        received = max(received, here)
        after = follow(count, of_shop, own_received=received)
        assert after.counted == of_shop
        assert 0 <= after.elsewhere <= after.counted
        assert after.echoed <= max(received, count.echoed)
        if of_shop >= count.counted:
            assert after.elsewhere >= count.elsewhere, "what came back elsewhere stays so while the count does not fall"
        assert follow(after, of_shop, own_received=received) == after, "a count that is told again changes nothing"
        count = after

"""Which of several parcels the answer on top of an order's page is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from typing import Any

import pytest

from app.tracking.estimate import Outlook
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S
from app.tracking.summary.headline import focus_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# From what the customer has to do, through what is coming, to what is over.
GROUPS = (
    {S.READY_FOR_PICKUP, S.DELIVERY_FAILED},
    {S.OUT_FOR_DELIVERY},
    {S.LOST, S.DAMAGED, S.ON_HOLD, S.RETURN_TO_SENDER},
    {S.PENDING, S.INFO_RECEIVED, S.PICKED_UP, S.IN_TRANSIT, S.DELAYED, S.UNKNOWN},
    {S.RETURNED, S.EXPIRED},
    {S.DELIVERED},
    {S.CANCELLED},
)


def parcel(state: S, since: datetime = NOW, **changes: Any) -> TrackedParcel:
    """A parcel of which nothing else is known."""
    unknown: dict[str, Any] = dict.fromkeys(TrackedParcel.__dataclass_fields__)
    facts: dict[str, Any] = {
        "id": 1, "place": 1, "method": "delivery", "zone": "Europe/Madrid", "state": state, "state_since": since,
        "reached": {}, "flags": frozenset(), "scans": (), "goods": (), "goods_of": 1, "version": 1,
        "outlook": Outlook(state, "Europe/Madrid"),
    }  # fmt: skip
    return TrackedParcel(**unknown | facts | changes)


def focus(*parcels: TrackedParcel) -> TrackedParcel | None:
    """The parcel in focus, of an order that has nothing else."""
    facts: dict[str, Any] = dict.fromkeys(TrackedOrder.__dataclass_fields__)
    return focus_of(TrackedOrder(**facts | {"parcels": parcels}), NOW)


def test_every_state_has_its_place() -> None:
    assert sorted(state for group in GROUPS for state in group) == sorted(S)


def test_what_is_to_be_done_comes_before_what_is_coming_and_that_before_what_is_over() -> None:
    for earlier, later in combinations(GROUPS, 2):
        for first in earlier:
            for second in later:
                pair = (parcel(first, NOW - HOUR), parcel(second))
                assert [focus(*some) for some in permutations(pair)] == [pair[0]] * 2, (first, second)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: "-".join(sorted(group)))
def test_among_equals_it_is_the_latest_news(group: set[S]) -> None:
    for first, second in [*permutations(group, 2), *((one, one) for one in group)]:
        pair = (parcel(first), parcel(second, NOW - HOUR))
        assert [focus(*some) for some in permutations(pair)] == [pair[0]] * 2, (first, second)


def test_of_two_that_came_it_is_the_one_that_came_last_whatever_was_scanned_since() -> None:
    last = parcel(S.DELIVERED, NOW - 9 * HOUR, delivered_at=NOW - HOUR)
    first = replace(last, state_since=NOW, delivered_at=NOW - 2 * HOUR)
    assert [focus(*some) for some in permutations((first, last))] == [last] * 2


def test_an_order_without_parcels_has_none() -> None:
    assert focus() is None

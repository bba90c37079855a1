"""The central property: whatever order, repetition or batching a shipment's events come in, they add up to the same."""

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking.fold.facts import ShipmentFacts, StoredEvent
from app.tracking.fold.fold import fold
from app.tracking.states import ShipmentState
from tests.tracking.bag import at, bag, scan

events = st.builds(
    scan,
    st.one_of(st.none(), st.integers(-120, 240), st.sampled_from([24.0, 24.25, 24.5, 25.0, 48.5])),
    st.sampled_from([str(state) for state in ShipmentState]),
    country=st.sampled_from([None, "ES", "FR"]),
    city=st.sampled_from([None, "Madrid", "Getafe"]),
    sequence=st.one_of(st.none(), st.integers(0, 12)),
    seen=st.one_of(st.none(), st.integers(-2, 250)),
    text=st.sampled_from(["", "«En reparto»", "Out"]),
    withdrawn=st.booleans(),
)
facts = st.builds(
    ShipmentFacts,
    label_created_at=st.sampled_from([None, at(-2), at(20)]),
    shipped_at=st.sampled_from([None, at(0), at(60)]),
    next_label_at=st.sampled_from([None, at(200)]),
    destinations=st.sampled_from([frozenset(), frozenset({"ES"}), frozenset({"ES", "FR"})]),
    shared=st.booleans(),
    contested=st.booleans(),
)


@settings(max_examples=600)
@given(st.lists(events, max_size=14), facts, st.randoms(use_true_random=False), st.integers(1, 46))
def test_any_permutation_and_any_repetition_adds_up_to_the_same(
    scans: list[StoredEvent], about: ShipmentFacts, chance: random.Random, times: int
) -> None:
    again = [replace(one, seen_at=one.seen_at + timedelta(hours=chance.randint(0, 3))) for one in scans] * times
    mixed = scans + again
    chance.shuffle(mixed)
    assert fold(mixed, about) == fold(scans, about)


@settings(max_examples=300)
@given(st.lists(events, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_in_batches_the_last_fold_is_the_fold_of_all(scans: list[StoredEvent], chance: random.Random) -> None:
    prefix: list[StoredEvent] = []
    rest = list(scans)
    chance.shuffle(rest)
    while rest:
        size = chance.randint(1, len(rest))
        prefix, rest = prefix + rest[:size], rest[size:]
        last = fold(prefix, ShipmentFacts())
    assert last == fold(scans, ShipmentFacts())


@settings(max_examples=300)
@given(st.lists(events, max_size=14), facts)
def test_a_milestone_is_reached_once_a_leg_and_no_duration_is_negative(
    scans: list[StoredEvent], about: ShipmentFacts
) -> None:
    folded = fold(scans, about)
    names = [(one.leg, one.name) for one in folded.milestones]
    instants = [one.at for one in folded.milestones]
    assert len(names) == len(set(names))
    assert instants == sorted(instants)
    assert all(leg.started_at <= (leg.ended_at or leg.since) for leg in folded.legs)


@settings(max_examples=200)
@given(st.lists(events, max_size=14))
def test_every_event_is_in_the_timeline_or_repeats_one_that_is(scans: list[StoredEvent]) -> None:
    shown = fold(scans, ShipmentFacts()).timeline
    states = {entry.event.status for entry in shown}
    assert {one.event.status for one in scans} == states


def test_nothing_told_is_pending() -> None:
    assert fold(bag(), ShipmentFacts()).state is ShipmentState.PENDING

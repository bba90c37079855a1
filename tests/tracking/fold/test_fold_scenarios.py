"""Each named life of a parcel adds up to its state, milestones, lines and flags; and so does each in disorder."""

import random

import pytest

from app.tracking.fold.fold import fold
from tests.tracking.scenarios import Life, lives

LIVES = lives()


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_a_life_adds_up(life: Life) -> None:
    folded = fold(life.events, life.facts)
    reached = " ".join(f"{one.leg}:{one.name}" for one in folded.milestones)
    odd = {str(flag) for entry in folded.timeline for flag in entry.flags if not entry.staff_only or flag == "echo"}
    assert str(folded.state) == life.state
    assert reached == life.milestones
    assert sum(not entry.staff_only for entry in folded.timeline) == life.shown
    assert {str(flag) for flag in folded.flags} | odd == set(life.flags.split())


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_a_life_adds_up_the_same_when_told_in_disorder_and_repeatedly(life: Life) -> None:
    mixed = life.events * 3
    random.Random(life.name).shuffle(mixed)
    assert fold(mixed, life.facts) == fold(life.events, life.facts)


def test_there_are_at_least_forty_lives_and_none_has_two_names() -> None:
    assert len({life.name for life in LIVES}) == len(LIVES) >= 40

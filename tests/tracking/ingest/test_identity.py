"""Two sightings of one scan have one identity; two scans have two."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.ingest.identity import identity, normalised_number
from app.tracking.ports import Place
from app.tracking.states import TimeQuality
from tests.tracking.documents import PLACED, event

SCAN = event("in_transit", PLACED, code="IT", description="En tránsito", place=Place(city="Madrid", country="ES"))
SAME = [
    replace(SCAN, description=" EN  TRÁNSITO "),
    replace(SCAN, number=" 3230 0076 5541 "),
    replace(SCAN, occurred_at=PLACED.astimezone(timezone(timedelta(hours=5)))),
    replace(SCAN, occurred_raw="written otherwise"),
    replace(SCAN, place=Place(city="MADRID", country="es")),
    replace(SCAN, sequence=7),
]
OTHER = [
    replace(SCAN, occurred_at=PLACED + timedelta(seconds=1)),
    replace(SCAN, code="OFD"),
    replace(SCAN, place=Place(city="Getafe", country="ES")),
    replace(SCAN, description="Sale a reparto"),
    replace(SCAN, number="OTHER"),
    replace(SCAN, carrier="ups"),
]


@pytest.mark.parametrize("other", SAME)
def test_the_same_scan_told_otherwise_is_the_same(other: object) -> None:
    assert identity(other) == identity(SCAN)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", OTHER)
def test_another_scan_is_another(other: object) -> None:
    assert identity(other) != identity(SCAN)  # type: ignore[arg-type]


def test_the_carriers_own_id_decides_alone() -> None:
    named = replace(SCAN, event_id="e-1")
    assert identity(named) == identity(replace(named, description="Otra cosa", occurred_at=None))
    assert identity(named) != identity(replace(named, event_id="e-2"))
    assert identity(named) != identity(SCAN)


def test_a_guessed_instant_does_not_count_but_the_time_as_written_does() -> None:
    guessed = replace(SCAN, time_quality=TimeQuality.GUESSED)
    assert identity(guessed) == identity(replace(guessed, occurred_at=PLACED + timedelta(hours=2)))
    assert identity(guessed) != identity(replace(guessed, occurred_raw="2026-11-21 10:00"))


@given(st.text(max_size=60))
def test_a_number_normalised_twice_is_the_same(number: str) -> None:
    once = normalised_number(number)
    assert normalised_number(once) == once

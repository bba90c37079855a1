"""A day that can be read either way, and a wall clock that nobody placed: what the parcel itself decides."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.carriers.base.instants import settle, written
from app.tracking.fold.facts import Flag, ShipmentFacts, StoredEvent
from app.tracking.fold.fold import fold
from app.tracking.fold.timeline import timeline_documents
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import ShipmentState

MADRID = "Europe/Madrid"
HEARD = datetime(2026, 11, 5, 18, 0, tzinfo=UTC)


def scan_of(
    text: str, *, seen_at: datetime = HEARD, place: Place | None = None, state: str = "delivered"
) -> StoredEvent:
    """A scan of a carrier that says nothing of its habits."""
    instant = settle(written(text), place, None)
    event = ReportedEvent(
        "paloma", "1", ShipmentState(state), "", text, instant.at, instant.zone, instant.quality, place=place
    )
    return StoredEvent(text, event, seen_at)


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@pytest.mark.parametrize("clock", ["", " 18:30", " 18:30:00", " 6:30 PM"])
@pytest.mark.parametrize(
    ("label", "seen_at", "text", "day"),
    [
        ("2026-11-03", "2026-11-05T18:00", "05/11/2026", "2026-11-05"),
        ("2026-11-03", "2026-11-05T18:00", "11/05/2026", "2026-11-05"),
        ("2026-05-09", "2026-05-12T18:00", "05/11/2026", "2026-05-11"),
        ("2026-05-09", "2026-11-06T18:00", "05/11/2026", "2026-11-05"),
        (None, "2026-05-12T18:00", "05/11/2026", "2026-05-11"),
        (None, "2026-11-06T18:00", "05/11/2026", "2026-11-05"),
    ],
)
def test_of_two_readings_the_one_that_can_be_true_of_the_parcel_is_taken(
    label: str | None, seen_at: str, text: str, day: str, clock: str
) -> None:
    facts = ShipmentFacts(label_created_at=on(label) if label else None, zone=MADRID)
    folded = fold([scan_of(text + clock, seen_at=on(seen_at))], facts)
    assert folded.state is ShipmentState.DELIVERED
    entry = timeline_documents(folded)[0]
    local = datetime.fromisoformat(entry["at"]).astimezone(ZoneInfo(MADRID))
    assert str(local.date()) == day
    assert not entry["exact"]
    assert Flag.NUMBER_REUSED not in folded.flags


def test_a_day_that_the_carrier_decides_is_never_turned_round() -> None:
    sure = scan_of("05/11/2025 18:30", place=Place(country="ES", city="Madrid"))
    folded = fold([sure], ShipmentFacts(label_created_at=on("2026-11-03"), zone=MADRID))
    assert Flag.NUMBER_REUSED in folded.flags


@pytest.mark.parametrize(
    "zone", [MADRID, "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu"]
)
@pytest.mark.parametrize("text", ["2026-11-03", "2026-11-03 00:05", "2026-11-03 23:55:00", "3 nov 2026 12:00"])
def test_a_wall_clock_that_nobody_placed_is_the_destinations(zone: str, text: str) -> None:
    folded = fold([scan_of(text)], ShipmentFacts(zone=zone))
    entry = timeline_documents(folded)[0]
    assert datetime.fromisoformat(entry["at"]).astimezone(ZoneInfo(zone)).date().isoformat() == "2026-11-03"
    assert entry["zone"] is None


@settings(max_examples=200)
@given(
    texts=some.lists(
        some.sampled_from(["05/11/2026", "11/05/2026 9:00", "05/06/2026 18:30:00", "2026-11-05", "2026-11-05T18:30Z"]),
        max_size=6,
        unique=True,
    ),
    seen=some.sampled_from([HEARD, HEARD - timedelta(days=160), HEARD + timedelta(days=9)]),
    label=some.none() | some.sampled_from([on("2026-11-03"), on("2026-05-09")]),
    chance=some.randoms(use_true_random=False),
)  # fmt: skip
def test_readings_hang_on_no_order_and_no_repetition(
    texts: list[str], seen: datetime, label: datetime | None, chance: random.Random
) -> None:
    facts = ShipmentFacts(label_created_at=label, zone=MADRID)
    scans = [scan_of(text, seen_at=seen) for text in texts]
    again = scans + [replace(one, seen_at=one.seen_at + timedelta(days=1)) for one in scans]
    chance.shuffle(again)
    assert fold(again, facts) == fold(scans, facts)

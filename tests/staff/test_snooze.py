"""Until when a row rests: at nine by the shop's clock, whatever the season, in a year at most."""

from datetime import UTC, datetime

import pytest

from app.staff.worklists.deeds.snooze import snooze_end

MADRID = "Europe/Madrid"
BEFORE_WINTER = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "typed", "zone", "end"),
    [("tomorrow", "", MADRID, "2026-10-25T08:00"), ("three", "", MADRID, "2026-10-27T08:00"),
     ("week", "", MADRID, "2026-10-31T08:00"), ("day", "2026-10-25", MADRID, "2026-10-25T08:00"),
     ("tomorrow", "", "America/Mexico_City", "2026-10-25T15:00"), ("tomorrow", "", "Asia/Tokyo", "2026-10-26T00:00")],
)  # fmt: skip
def test_it_ends_at_nine_in_the_morning_of_the_place(choice: str, typed: str, zone: str, end: str) -> None:
    assert snooze_end(choice, typed, zone, BEFORE_WINTER) == datetime.fromisoformat(f"{end}:00+00:00")


@pytest.mark.parametrize(
    ("choice", "typed"),
    [("day", ""), ("day", "soon"), ("day", "2026-10-24"), ("day", "2020-01-01"), ("day", "2027-10-26"),
     ("day", "9999-12-31"), ("never", "")],
)  # fmt: skip
def test_what_is_no_day_to_come_is_none(choice: str, typed: str) -> None:
    assert snooze_end(choice, typed, MADRID, BEFORE_WINTER) is None

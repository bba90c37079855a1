"""Each kind of rule by its meaning: days it speaks of, times, and how it stands to the rules before it."""

import json
from datetime import date
from pathlib import Path

import pytest
from dateutil.easter import easter

from app.core.hours.reading import read
from app.core.hours.timeline import lay_out
from tests.foundation.hours.conftest import MADRID, laid

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "vectors" / "opening_hours_samples.json"


@pytest.mark.parametrize(
    ("text", "first", "expected"),
    [
        # 25 November 2026 is a Wednesday.
        ("Mo-Fr 08:00-12:00; We 14:00-18:00", "2026-11-25", "25 14:00-18:00"),
        ("Mo-Fr 08:00-12:00, We 14:00-18:00", "2026-11-25", "25 08:00-12:00 25 14:00-18:00"),
        ("Mo-Fr 08:00-12:00, 14:00-18:00", "2026-11-25", "25 08:00-12:00 25 14:00-18:00"),
        ("10:00-14:00; 12:00-14:00 off", "2026-11-25", "25 10:00-12:00"),
        ("24/7; We off", "2026-11-25", ""),
        ("We off; 24/7", "2026-11-25", "25 00:00-24:00"),
        ("24/7; 22:00-06:00 off", "2026-11-25", "25 06:00-22:00"),
        ("Mo-Fr 10:00-16:00, We 12:00-18:00 unknown", "2026-11-25", "25 10:00-12:00 25 12:00-18:00?"),
        ("We 09:00-10:00 || 12:00-13:00", "2026-11-25", "25 09:00-10:00 25 12:00-13:00"),
        ('We 09:00-14:00 || "by appointment"', "2026-11-25", "25 00:00-09:00? 25 09:00-14:00 25 14:00-24:00?"),
        ("We 09:00-10:00 || unknown; We off", "2026-11-25", ""),
        ("We off || open", "2026-11-25", "25 00:00-24:00"),
        ("Mo, We 10:00-12:00", "2026-11-25", "25 10:00-12:00"),
        ("Th,Sa-Mo 10:00-12:00", "2026-11-25", ""),
        ("Mo-Fr 24/7", "2026-11-25", "25 00:00-24:00"),
    ],
)
def test_a_rule_stands_beside_the_others_or_in_their_place(text: str, first: str, expected: str) -> None:
    assert laid(text, first) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # From Friday 27 to Sunday 29 November 2026.
        ("Fr 18:00-02:00", "27 18:00-02:00"),
        ("Fr 18:00-02:00; Sa 10:00-12:00", "27 18:00-02:00 28 10:00-12:00"),
        ("Fr 18:00-02:00; Sa off", "27 18:00-02:00"),
        ("Fr-Sa 18:00-02:00; Fr off", "28 18:00-02:00"),
        ("Fr 22:00-26:00", "27 22:00-02:00"),
        ("Fr 18:00-02:00; Sa 01:00-03:00 off", "27 18:00-01:00"),
        ("Th 22:00-06:00", "27 00:00-06:00"),
        ("Fr 12:00-12:00", "27 12:00-12:00"),
        ("Fr 20:00-48:00", "27 20:00-24:00"),
    ],
)
def test_a_night_goes_with_its_day(text: str, expected: str) -> None:
    assert laid(text, "2026-11-27", 3) == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mo[1]", [2]), ("Mo[1,3]", [2, 16]), ("Mo[1-2]", [2, 9]), ("Mo[-1]", [30]), ("Mo[5]", [30]),
        ("Sa[-1] +1 day", [1, 29]), ("Mo[1] -1 days", [1]), ("Sa[1] -5 days", [2, 30]),
        ("week 48", [23, 24, 25, 26, 27, 28, 29]), ("week 45-49/2 Mo", [2, 16, 30]), ("week 45,48: Mo", [2, 23]),
        ("Nov 24", [24]), ("Nov 24-26", [24, 25, 26]), ("Nov 1,24", [1, 24]), ("Oct 30-Nov 2", [1, 2]),
        ("Nov 29-Jan 6", [29, 30]), ("2026 Nov 24", [24]), ("2025 Nov 24", []), ("2025-2027/2 Nov 24", []),
        ("2026+ Nov 24", [24]), ("2025 Dec-2026 Nov 2", [1, 2]), ("Oct,Dec", []), ("Nov Sa", [7, 14, 21, 28]),
        ("Dec-Nov Mo[1]", [2]), ("easter +211 days", [2]), ("NOV MO[1]", [2]), ("November Monday[1]", [2]),
        ("Nov 24 +1 day", [25]), ("2026 Nov Mo[1]", [2]),
    ],
)  # fmt: skip
def test_a_rule_speaks_of_its_days(text: str, days: list[int]) -> None:
    rules = read(text)
    assert rules is not None
    stretches = lay_out(rules, MADRID, date(2026, 11, 1), 30)
    assert [stretch.begin.day for stretch in stretches] == days


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mo-fr 9:00-14:00", "Mo-Fr 09:00-14:00"), ("MO - FR 09:00 - 14:00", "Mo-Fr 09:00-14:00"),
        ("Mo–Fr 09:00–14:00", "Mo-Fr 09:00-14:00"), ("Mo-Fr: 09:00-14:00", "Mo-Fr 09:00-14:00"),
        ("Mo-Fr 09:00-14:00;", "Mo-Fr 09:00-14:00"), ("  Mo-Fr\u00a009:00-14:00 ; ", "Mo-Fr 09:00-14:00"),
        ("Mon-Fri 09:00-14:00", "Mo-Fr 09:00-14:00"), ("Monday-Friday 09:00-14:00", "Mo-Fr 09:00-14:00"),
        ("Mo-Fr 09h00-14h00", "Mo-Fr 09:00-14:00"), ("Mo-Fr 9h-14h", "Mo-Fr 09:00-14:00"),
        ("Mo - Fr 9h-14h", "Mo-Fr 09:00-14:00"), ("Mo, Tu 10-12", "Mo,Tu 10:00-12:00"),
        ("Mo-Fr 09.00-14.00", "Mo-Fr 09:00-14:00"), ("Mo-Fr 9-14", "Mo-Fr 09:00-14:00"),
        ("Mo-Fr 9am-2pm", "Mo-Fr 09:00-14:00"), ("Mo-Fr 9:00 am - 2:00 pm", "Mo-Fr 09:00-14:00"),
        ("12am-12pm", "00:00-12:00"), ("Mo-Fr 09:00-14:00 CLOSED", "Mo-Fr 09:00-14:00 off"),
    ],
)  # fmt: skip
def test_slips_of_writing_are_read_as_what_they_mean(text: str, meant: str) -> None:
    assert read(text) == read(meant) is not None


def test_easter_is_that_of_the_calendar() -> None:
    for year in range(1900, 2200):
        rules = read(f"{year} easter")
        assert rules is not None
        assert rules[0].dates[0].holds(easter(year)), year


def test_texts_of_one_meaning_give_the_same_hours() -> None:
    if not SAMPLES.is_file():
        pytest.skip("the samples of opening hours (../shared/data) are not on this machine")
    meanings: dict[int, set[tuple[tuple[object, ...], ...]]] = {}
    for sample in json.loads(SAMPLES.read_text()):
        rules = read(sample["value"])
        assert rules is not None, sample
        # A month with five Wednesdays: in it the last two are the fourth and the fifth.
        laid_out = lay_out(rules, MADRID, date(2012, 10, 1), 31)
        edges = [(piece.begin, piece.end, piece.state) for piece in laid_out]
        meanings.setdefault(sample["test"], set()).add(_joined(edges))
    assert [number for number, meaning in meanings.items() if len(meaning) > 1] == []
    assert len(meanings) > 30


def _joined(edges: list[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    joined: list[tuple[object, ...]] = []
    for begin, end, state in edges:
        if joined and joined[-1][1:] == (begin, state):
            joined[-1] = (joined[-1][0], end, state)
        else:
            joined.append((begin, end, state))
    return tuple(joined)

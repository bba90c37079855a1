"""What styles and scripts must not do to anybody: hold the screen, blink, act before a finger is lifted."""

import re

from app.core.drawing import STATIC

SHEETS = sorted(STATIC.glob("*.css"))
SCRIPTS = sorted(STATIC.glob("*.js"))
LONGEST_MS = 200
DURATION = re.compile(r"(?<![\w.])(\d*\.?\d+)(ms|s)\b")
EARLY = re.compile(r"\b(mousedown|pointerdown|touchstart|devicemotion|deviceorientation)\b")


def milliseconds(text: str) -> list[float]:
    """Every duration in a text."""
    return [float(number) * (1 if unit == "ms" else 1000) for number, unit in DURATION.findall(text)]


def test_no_sheet_asks_for_an_orientation() -> None:
    assert [sheet.name for sheet in SHEETS if re.search(r"orientation\s*:", sheet.read_text())] == []


def test_nothing_blinks_or_moves_for_long() -> None:
    text = "\n".join(sheet.read_text() for sheet in SHEETS)
    moving = re.findall(r"(?:animation|transition|--quick):[^;}]*", text)
    times = [time for rule in moving for time in milliseconds(rule)]
    assert times and max(times) <= LONGEST_MS
    assert not [rule for rule in moving if "infinite" in rule]


def test_a_duration_is_read_in_either_unit() -> None:
    assert milliseconds("animation: a 150ms ease, b .2s") == [150, 200]


def test_nothing_happens_before_a_finger_is_lifted() -> None:
    early = {script.name: EARLY.findall(script.read_text()) for script in SCRIPTS}
    # The warehouse's notes that a hand is at its field, and does nothing by that.
    assert {name: events for name, events in early.items() if events} == {"warehouse.js": ["pointerdown"]}

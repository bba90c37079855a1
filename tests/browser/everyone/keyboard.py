"""Somebody with a keyboard alone: each stop is seen, and what a screen reader is given is written down."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SNAPSHOTS = Path(__file__).with_name("snapshots")
FURTHEST = 120  # stops to any control of a page
RING_PX = 2
# At a stop: what has the focus, how thick its ring is (its own or its card's), and whether it is in sight.
STOP = r"""() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const cards = ['label', '.choice', '.card'].map((around) => one.closest(around));
  const rings = [one, ...cards, one.parentElement].filter(Boolean);
  const ring = Math.max(...rings.map((part) => {
    const style = getComputedStyle(part);
    return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
  }));
  const around = one.matches('input, select, textarea') ? (one.closest('label') ?? one) : one;
  const box = one.getClientRects()[0] ?? one.getBoundingClientRect();
  const places = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]];
  const points = places.map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (around.contains(top) || top.contains(one) && top.closest('a, label, button, main') !== null);
  });
  return { ring, seen, says: one.outerHTML.replace(/\s+/g, ' ').slice(0, 120) };
}"""
# A group of radio buttons is one stop, at the one that is chosen.
HAS_FOCUS = """(one) => one === document.activeElement
  || one.type === 'radio' && document.activeElement.type === 'radio' && document.activeElement.name === one.name"""
# In a snapshot stand landmarks, headings and controls, without what differs from one day to the next.
TOLD = re.compile(
    r"^\s*- '?(banner|main|contentinfo|navigation|region|search|form|heading|link|button|textbox|searchbox|checkbox"
    r"|radio|radiogroup|combobox|spinbutton|group|dialog|alert|status|alertdialog|table|img)\b"
)
DAY = re.compile(
    r"\b((Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun|[Tt]oday|[Tt]omorrow|[Yy]esterday)\b"
    r"|\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{8}\b")

NUMBER = re.compile(r"(?<!level=)\d+([.,:]\d+)*")
COUNT = re.compile(r" #(?=\"(:|$))")  # how many wait on a list


@dataclass
class Keyboard:
    """Keys on one page, and what was met on the way."""

    page: Page
    heard: list[str] = field(default_factory=list)
    stops: int = 0

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Key after key."""
        self.page.keyboard.type(text)

    def to(self, target: Locator | str, *, key: str = "Tab") -> None:
        """Go on from stop to stop until the focus is on ``target``; each stop on the way is seen."""
        locator = self.page.locator(target).first if isinstance(target, str) else target
        expect(locator).to_be_visible()
        self.page.wait_for_load_state()  # with the style sheet comes the ring
        for _stop in range(FURTHEST):
            if locator.evaluate(HAS_FOCUS):
                return
            self.press(key)
            self.see()
        raise AssertionError(f"{target} is not reached by {key}")

    def see(self) -> None:
        """What has the focus has a ring, and nothing lies over it."""
        stop = self.page.evaluate(STOP)
        if stop is None:
            return  # past the last control is the browser's own bar
        self.stops += 1
        assert stop["ring"] >= RING_PX, f"no ring: {stop['says']}"
        assert stop["seen"], f"out of sight: {stop['says']}"

    def use(self, target: Locator | str, key: str = "Enter") -> None:
        """Go there and press it."""
        self.to(target)
        self.press(key)

    def fill(self, target: Locator | str, text: str) -> None:
        """Go to a field and type; what stood in it goes."""
        self.to(target)
        self.press("Control+a")
        self.type(text)

    def around(self) -> None:
        """Through the whole page and out of it again: nothing holds the focus. Backwards it is the same way."""
        self._walk("Shift+Tab")
        forth, back = self._walk("Tab"), self._walk("Shift+Tab")
        assert forth
        assert forth == back[::-1]

    def _walk(self, key: str) -> list[str]:
        names: list[str] = []
        for _stop in range(FURTHEST):
            self.press(key)
            name = self.page.evaluate(NAME)
            if name is None:
                return names
            self.see()
            names.append(name)
        raise AssertionError(f"{key} does not leave the page: {names[-3:]}")

    def listen(self, name: str) -> None:
        """Write down what a screen reader is given of the page."""
        self.page.wait_for_load_state()
        lines = [settled(line) for line in _without_rows(self.page.locator("body").aria_snapshot().splitlines())]
        self.heard += [f"# {name}: {settled(self.page.title())}", *_without_repeats(lines), ""]


NAME = r"""() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  if (one.type === 'radio') return `radio ${one.name}`;  // a group is one stop, entered at either end
  window.everyStop ??= new Map();
  if (!window.everyStop.has(one)) window.everyStop.set(one, window.everyStop.size);
  return `${window.everyStop.get(one)} ${one.outerHTML.replace(/\s+/g, ' ').slice(0, 60)}`;
}"""


# Offered while some of the points are open and others closed.
BY_THE_CLOCK = "Only points that are open now"


def settled(line: str) -> str:
    """A line without numbers, days and references, which differ from run to run."""
    return COUNT.sub("", NUMBER.sub("#", DAY.sub("‹day›", REFERENCE.sub("‹ref›", line))))


def _without_rows(lines: list[str]) -> Iterator[str]:
    """What is told, without the rows of tables: how many there are depends on who was here before."""
    table: int | None = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if table is not None and depth > table:
            continue
        table = depth if line.lstrip().startswith("- table") else None
        if TOLD.match(line) and BY_THE_CLOCK not in line:
            yield line


def _without_repeats(lines: list[str]) -> list[str]:
    return [line for at, line in enumerate(lines) if not at or line != lines[at - 1]]


def assert_told(journey: str, keys: Keyboard) -> None:
    """What was heard on the way is what stands in the snapshot; ``TREE=write`` writes it, to be read."""
    path, text = SNAPSHOTS / f"{journey}.txt", "\n".join(keys.heard)
    if os.environ.get("TREE") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert before == text, "\n".join(unified_diff(before.splitlines(), text.splitlines(), journey, "heard", n=1))

"""A return from the shop's front page by who types like a person: ``python -m benchmarks.return_journey``.

Keys, clicks and reading are counted and reckoned at fixed speeds; what the machine takes is measured and added. Keeps
docs/reports/return-journey.md and .json.
"""

import argparse
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from playwright.sync_api import Browser, Locator, Page, Response, expect, sync_playwright
from sqlalchemy import text

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import ROOT
from app.sandbox import demo
from app.sandbox.people import PEOPLE
from app.sandbox.story import DHL, Story, StoryParcel, StoryScan
from benchmarks.stage import Stage, serving, stage, stop, wait_until
from tests.browser.conftest import CHROMIUM, FLAGS

KEPT = ROOT / "docs" / "reports"
# An unhurried typist, pointing by the keystroke-level model (Card, Moran and Newell), a glance at a page that is short.
KEY_S, CLICK_S, READING_S = 0.2, 1.1, 1.0
MOST_PAGES, MOST_SECONDS = 7, 60.0
# The list of mails, and the one with the code.
MAILBOX_PAGES = 2
CODE = re.compile(r"\b\d{6}\b")


@dataclass(frozen=True, slots=True)
class Journey:
    """One return: what was counted, and the seconds that the machine took, ``mail`` of them to bring the code."""

    javascript: bool
    pages: int
    keys: int
    clicks: int
    machine: float
    mail: float

    @property
    def seconds(self) -> float:
        """All of it, at a person's speed."""
        read = (self.pages + MAILBOX_PAGES) * READING_S
        return self.keys * KEY_S + self.clicks * CLICK_S + read + self.machine


class Hand:
    """Types and clicks, and counts it."""

    def __init__(self) -> None:
        """Nothing done yet."""
        self.keys = self.clicks = 0

    def types(self, field: Locator, words: str) -> None:
        """Click into a field and type."""
        self.click(field)
        field.press_sequentially(words)
        self.keys += len(words)

    def click(self, target: Locator) -> None:
        """Point at it and click."""
        target.click()
        self.clicks += 1

    def chooses(self, choice: Locator, value: str) -> None:
        """Open a list and click one of it."""
        choice.select_option(value)
        self.clicks += 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Go the way some times, with and without JavaScript; 1 where one of them is too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3, help="so many with JavaScript, and so many without")
    options = parser.parse_args(arguments)
    with stage() as portal, serving(portal.web, f"{portal.url}/readyz"), sync_playwright() as playwright:
        with portal.database.sessions() as session, transaction(session):
            demo.seed(session, public_url=portal.url, now=utcnow())
        worker = portal.worker()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            ways = {f"A-{71_001 + at}": at < options.turns for at in range(2 * options.turns)}
            email = _delivered(portal, list(ways))
            made = [_return(portal, browser, number, email, javascript) for number, javascript in ways.items()]
        finally:
            browser.close()
            stop(worker)
    for journey in made:
        print(f"{journey.pages} pages, {journey.seconds:.1f} s  {journey}")
    _keep(made)
    return int(any(one.pages > MOST_PAGES or one.seconds > MOST_SECONDS for one in made))


def _return(portal: Stage, browser: Browser, number: str, email: str, javascript: bool) -> Journey:
    with portal.database.sessions() as session, transaction(session):
        session.execute(text("delete from sandbox_message"))
    context = browser.new_context(base_url=portal.url, locale="en-GB", java_script_enabled=javascript)
    context.set_default_timeout(60_000)
    page, hand, pages = context.new_page(), Hand(), list[str]()

    def note(answer: Response) -> None:
        if answer.request.resource_type == "document" and answer.status == 200:
            pages.append(answer.url)

    page.on("response", note)
    began = time.monotonic()
    page.goto("/")
    hand.types(page.locator("#number"), number)
    hand.types(page.locator("#contact"), email)
    hand.click(page.locator("#look-up"))
    hand.click(page.locator("#action-return"))
    expect(page.locator("#code")).to_be_focused()
    code, mail = _code(context.new_page(), hand, email)
    page.locator("#code").press_sequentially(code)
    hand.keys += len(code)
    hand.click(page.locator("#enter"))
    row = page.locator("li.pick").first
    hand.click(row.get_by_role("checkbox", name=re.compile("^Return: ")))
    hand.chooses(row.locator("select"), "no_longer_wanted")
    _goes_on(page, hand, "Continue")
    hand.click(page.locator('input[name="way"]').first)
    _goes_on(page, hand, "Continue")
    _goes_on(page, hand, "Request the return")
    expect(page).to_have_url(re.compile(r"/returns/[0-9A-Z]{8}$"))
    machine = time.monotonic() - began
    context.close()
    return Journey(javascript, len(pages), hand.keys, hand.clicks, round(machine, 1), mail)


def _goes_on(page: Page, hand: Hand, words: str) -> None:
    hand.click(page.get_by_role("button", name=words, exact=True).first)


def _code(mailbox: Page, hand: Hand, email: str) -> tuple[str, float]:
    """The code out of the mailbox, opened once the mail is there; and how long that took to come."""
    pressed = time.monotonic()
    mailbox.goto("/sandbox/mailbox")
    mine = mailbox.locator("li", has_text=email).filter(has_text=CODE).first
    until = time.monotonic() + 60
    while not mine.count() and time.monotonic() < until:
        mailbox.reload()
    arrived = time.monotonic()
    hand.click(mine.get_by_role("link"))
    code = CODE.search(mailbox.get_by_role("heading", level=1).inner_text())
    mailbox.close()
    if code is None:
        raise LookupError("the mail holds no code")
    return code.group(), round(arrived - pressed, 1)


def _delivered(portal: Stage, numbers: list[str]) -> str:
    """Orders of one person that came a week ago; gives her address."""
    person = next(key for key in PEOPLE if PEOPLE[key].language == "en")
    items = (("MUG-2", 1), ("TWL-3", 2))
    scans = (StoryScan(-6, "18:40", "picked_up", "Getafe"), StoryScan(-5, "12:48", "delivered", "London"))
    for number in numbers:
        story = Story(number, person, 8, "completed", items, (StoryParcel(DHL, None, items, (-5, -4), scans),))
        with portal.database.sessions() as session, transaction(session):
            demo.add_order(session, story, public_url=portal.url, now=utcnow())
    wait_until(lambda: all(_is_delivered(portal, number) for number in numbers), "they are not delivered", seconds=120)
    return PEOPLE[person].email


def _is_delivered(portal: Stage, number: str) -> bool:
    with portal.database.sessions() as session:
        parcel = text(
            'select s.delivered_at from shipment s join "order" o on o.id = s.order_id where o.number = :number'
        )
        return session.scalar(parcel, {"number": number}) is not None


def _keep(made: list[Journey]) -> None:
    now = datetime.now(UTC)
    rows = [
        f"| {'yes' if one.javascript else 'no'} | {one.pages} | {one.keys} | {one.clicks} | {one.machine:.1f} s | "
        f"{one.mail:.1f} s | {one.seconds:.1f} s |"
        for one in made
    ]
    lines = [
        "# A return, from the front page to the end",
        "",
        f"Made by `python -m benchmarks.return_journey` on {now:%Y-%m-%d %H:%M} UTC,",
        f"{os.cpu_count()} cores at a load of {os.getloadavg()[0]:.0f}.",
        f"The goal: at most {MOST_PAGES} pages and {MOST_SECONDS:.0f} s. A key is reckoned at {KEY_S} s, a click at",
        f"{CLICK_S} s, each page at {READING_S:.0f} s of reading, two of the mailbox too; what web,",
        "worker and browser take is measured, and of it what the mail with the code takes.",
        "",
        "| JavaScript | pages | keys | clicks | machine | of it the mail | all of it |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
        f"Median: {statistics.median(one.seconds for one in made):.1f} s.",
        "",
    ]
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "return-journey.md").write_text("\n".join(lines), encoding="utf-8")
    journeys = [asdict(one) | {"seconds": round(one.seconds, 1)} for one in made]
    (KEPT / "return-journey.json").write_text(json.dumps(journeys, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

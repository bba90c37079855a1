"""Pictures of every page and mail, what has changed in them, and sheets to look through.

``python -m tools.screenshots FOLDER [es en]`` takes them: a folder a language, each page 360 and 1280 pixels wide
(``--widths 360,768,1280``), each mail 360 and 640, in light and dark (``--themes light``), the languages beside each
other. Then it lays them on sheets of twelve in FOLDER-sheets. 1 is returned when a walk broke off; others are there.
``python -m tools.screenshots --compare BEFORE AFTER OUT [--threshold 0.002]`` writes OUT/index.html (side by side, the
most changed first, changes in red), OUT/differ.txt and sheets of pairs.
``python -m tools.screenshots --sheets FOLDER OUT`` lays a set on sheets.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.core.i18n.catalogues import compile_catalogues
from app.notify.render.mails.book import MAILS
from app.notify.render.render import mail
from app.notify.render.words import tongue
from app.server.embedded import Embedded
from tests.browser import tour
from tests.browser.clerk import sign_in
from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE_MS, REGION
from tests.browser.everyone.console_pages import every_address
from tests.browser.everyone.console_states import console_states
from tests.browser.everyone.further_pages import further_pages
from tests.browser.portal import Portal, running_portal
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import Look
from tests.notify.build import facts
from tools.contact_sheets import sheets
from tools.picture_changes import THRESHOLD, compare, fixed_name

HEIGHTS = {360: 740, 640: 900, 768: 1024, 1280: 800}
PAGES, MAIL_WIDTHS = (360, 1280), (360, 640)
THEMES = ("light", "dark")
# A terminal's line is written over; a file would be full of them.
LOOKED_AT_S = 2.0 if sys.stderr.isatty() else 30.0
# Languages that are walked through side by side.
ALONE = "--alone"


class Photographer:
    """Takes each page's picture in all widths and themes."""

    def __init__(self, page: Page, folder: Path, widths: Sequence[int], themes: Sequence[str]) -> None:
        """``folder`` gets a picture a page, width and theme."""
        self._page, self._folder, self._widths, self._themes = page, folder, widths, themes
        self._names: Counter[str] = Counter()
        folder.mkdir(parents=True, exist_ok=True)

    def look(self, name: str) -> None:
        """Take the pictures of the page as it stands; the second of a name gets a number."""
        fixed = fixed_name(name.replace(" ", "-").replace("/", "-"))
        self._names[fixed] += 1
        stem = fixed if self._names[fixed] == 1 else f"{fixed}-{self._names[fixed]}"
        for width in self._widths:
            self._page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})
            for theme in self._themes:
                self._page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
                path = self._folder / f"{stem}-{width}-{theme}.png"
                self._page.screenshot(path=path, full_page=True, animations="disabled")


def main(arguments: list[str]) -> int:
    """Take all pictures, compare two sets, or lay one on sheets; 2 when it is not told which."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    parser.add_argument("languages", nargs="*", default=list(REGION), metavar="LANGUAGE")
    parser.add_argument("--widths", default=",".join(map(str, PAGES)))
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--compare", type=Path, nargs=3, metavar=("BEFORE", "AFTER", "OUT"))
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="share of points, from 0 to 1")
    parser.add_argument("--sheets", type=Path, nargs=2, metavar=("FOLDER", "OUT"))
    parser.add_argument(ALONE, action="store_true", help="in this process, without sheets")
    options = parser.parse_args(arguments)
    if options.compare:
        before, after, out = options.compare
        differ = compare(before, after, out, threshold=options.threshold)
        sys.stdout.write(f"{len(differ)} pictures differ: {out / 'index.html'}, {out / 'differ.txt'}\n")
        return 0
    if options.sheets:
        sys.stdout.write(f"{len(sheets(*options.sheets))} sheets: {options.sheets[1]}\n")
        return 0
    if options.folder is None:
        parser.print_usage(sys.stderr)
        return 2
    return _alone(options) if options.alone else _side_by_side(options)


def _side_by_side(options: argparse.Namespace) -> int:
    """A process for each language, and a line that says how far they are."""
    compile_catalogues()
    folder, began = options.folder, time.monotonic()
    words = [sys.executable, "-m", "tools.screenshots", ALONE, "--widths", options.widths, "--themes", options.themes]
    walkers = {one: subprocess.Popen([*words, str(folder), one]) for one in options.languages}
    while walking := [walker for walker in walkers.values() if walker.poll() is None]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            walking[0].wait(LOOKED_AT_S)
        counts = ", ".join(f"{one} {len(list((folder / one).glob('*.png')))}" for one in walkers)
        minutes, seconds = divmod(round(time.monotonic() - began), 60)
        line = f"pictures: {counts} after {minutes}:{seconds:02}"
        sys.stderr.write(f"\r{line} " if sys.stderr.isatty() else f"{line}\n")
        sys.stderr.flush()
    laid = sheets(folder, folder.with_name(f"{folder.name}-sheets"))
    sys.stderr.write(f"\n{len(laid)} sheets: {laid[0].parent if laid else folder}\n")
    return max(walker.returncode for walker in walkers.values())


def _alone(options: argparse.Namespace) -> int:
    test_url = os.environ.get("TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory() as scratch:
        server = None if test_url else Embedded(Path(scratch) / "pg", throw_away=True)
        try:
            return _take(test_url or (server.admin_url if server else ""), options)
        finally:
            if server is not None:
                server.stop()


def _take(admin_url: str, options: argparse.Namespace) -> int:
    """Walk past everything in each language; 1 when a walk broke off."""
    broken = 0
    with running_portal(admin_url, f"pictures_{uuid.uuid4().hex[:12]}") as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in options.languages:
            for name, photographer, walk in _walks(browser, portal, language, options):
                try:
                    walk()
                except Exception as error:
                    # Whatever it is, the other walks are worth having.
                    broken = 1
                    sys.stderr.write(f"\n{language}, {name} broke off: {error}\n")
                    photographer.look(f"broken-{name}")
        browser.close()
    return broken


def _walks(
    browser: Browser, portal: Portal, language: str, options: argparse.Namespace
) -> Iterator[tuple[str, Photographer, Callable[[], None]]]:
    """Every walk by its name, with who takes its pictures."""
    folder, themes = options.folder / language, options.themes.split(",")
    widths = [int(width) for width in options.widths.split(",")]

    def opened() -> Page:
        context = browser.new_context(base_url=portal.url, locale=REGION[language], accept_downloads=True)
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    page = opened()
    photographer = Photographer(page, folder, MAIL_WIDTHS, themes)
    yield "mails", photographer, partial(_mails, page, photographer, portal, language)
    person = shopper(portal, opened().context, language)
    photographer = Photographer(person.page, folder, widths, themes)
    for part in tour.parts(person, photographer.look, f"E-{50000 + list(REGION).index(language)}"):
        yield part.func.__name__, photographer, part
    number = f"F-{50000 + list(REGION).index(language)}"
    yield "further pages", photographer, partial(further_pages, person, photographer.look, number)
    desk = sign_in(opened().context, "admin", then="/staff/orders")
    photographer = Photographer(desk, folder, widths, themes)
    yield "console", photographer, partial(staff_tour, portal, desk, photographer.look)
    yield "every address of the console", photographer, partial(_console, portal, desk, photographer.look)
    yield "states of the console", photographer, partial(console_states, portal, desk, photographer.look)


def _console(portal: Portal, desk: Page, look: Look) -> None:
    for name, path in [*every_address(portal, desk)]:
        desk.goto(path)
        look(name)


def _mails(page: Page, photographer: Photographer, portal: Portal, language: str) -> None:
    """Every kind of mail, made of the same facts each time."""
    spoken = tongue(REGION[language], "Europe/Madrid")
    for kind in sorted(MAILS):
        page.set_content(mail(kind, facts(portal.url), spoken).html, wait_until="load")
        photographer.look(f"mail-{kind}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

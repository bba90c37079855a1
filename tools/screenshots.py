"""Pictures of every page and mail, and what has changed in them.

``python -m tools.screenshots FOLDER [es en]`` takes them in light and dark, pages 360, 768 and 1280, mails 360 and 640
pixels wide.
``python -m tools.screenshots --compare BEFORE AFTER OUT`` writes OUT/index.html, the most changed first.
"""

import os
import sys
import tempfile
import uuid
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.core.i18n.catalogues import compile_catalogues
from app.notify.render.mails.book import MAILS
from app.notify.render.render import mail
from app.notify.render.words import tongue
from app.server.embedded import Embedded
from tests.browser.clerk import sign_in
from tests.browser.conftest import CHROMIUM, FLAGS, REGION
from tests.browser.portal import Portal, running_portal
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import tour
from tests.notify.build import facts
from tools.picture_changes import compare

PAGES = ((360, 740), (768, 1024), (1280, 800))
MAIL_SIZES = ((360, 740), (640, 900))
SCHEMES = ("light", "dark")


class Photographer:
    """Takes each page's picture in all sizes and themes."""

    def __init__(self, page: Page, folder: Path, sizes: tuple[tuple[int, int], ...] = PAGES) -> None:
        """``folder`` gets a picture a page, size and theme."""
        self._page, self._folder, self._sizes = page, folder, sizes
        folder.mkdir(parents=True, exist_ok=True)

    def look(self, name: str) -> None:
        """Take the pictures of the page as it stands."""
        for width, height in self._sizes:
            self._page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self._page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
                self._page.screenshot(path=self._folder / f"{name}-{width}-{scheme}.png", full_page=True)


def main(arguments: list[str]) -> int:
    """Take all pictures, or compare two sets; 2 when it is not told where they are."""
    if arguments[:1] == ["--compare"] and len(arguments) == 4:
        before, after, out = map(Path, arguments[1:])
        sys.stdout.write(f"{compare(before, after, out)} pictures differ: {out / 'index.html'}\n")
        return 0
    if not arguments or arguments[0].startswith("--"):
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    compile_catalogues()
    test_url = os.environ.get("TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory() as scratch:
        server = None if test_url else Embedded(Path(scratch) / "pg", throw_away=True)
        try:
            _take(test_url or (server.admin_url if server else ""), Path(arguments[0]), arguments[1:] or list(REGION))
        finally:
            if server is not None:
                server.stop()
    return 0


def _take(admin_url: str, folder: Path, languages: list[str]) -> None:
    with running_portal(admin_url, f"pictures_{uuid.uuid4().hex[:12]}") as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for at, language in enumerate(languages):
            _mails(browser, portal, folder / language, language)
            context = browser.new_context(base_url=portal.url, locale=REGION[language], accept_downloads=True)
            person = shopper(portal, context, language)
            tour(person, Photographer(person.page, folder / language).look, f"E-5000{at}")
            desk = browser.new_context(base_url=portal.url, locale=REGION[language])
            page = sign_in(desk, "admin", then="/staff/orders")
            staff_tour(portal, page, Photographer(page, folder / language).look)
        browser.close()


def _mails(browser: Browser, portal: Portal, folder: Path, language: str) -> None:
    """Every kind of mail, made of the same facts each time."""
    page = browser.new_context(base_url=portal.url).new_page()
    photographer = Photographer(page, folder, MAIL_SIZES)
    spoken = tongue(REGION[language], "Europe/Madrid")
    for kind in sorted(MAILS):
        page.set_content(mail(kind, facts(portal.url), spoken).html, wait_until="load")
        photographer.look(f"mail-{kind}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

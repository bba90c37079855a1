"""Pictures of every page: ``python -m tools.screenshots FOLDER [es en]`` at 360 and 1280 px, light and dark."""

import os
import sys
import tempfile
import uuid
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.core.i18n.catalogues import compile_catalogues
from app.server.embedded import Embedded
from tests.browser.clerk import sign_in
from tests.browser.conftest import CHROMIUM, FLAGS, REGION
from tests.browser.portal import running_portal
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import tour

WIDTHS = ((360, 740), (1280, 800))
SCHEMES = ("light", "dark")


class Photographer:
    """Takes each page's picture in all sizes and themes."""

    def __init__(self, page: Page, folder: Path) -> None:
        """``folder`` gets a picture a page, size and theme."""
        self._page, self._folder = page, folder
        folder.mkdir(parents=True, exist_ok=True)

    def look(self, name: str) -> None:
        """Take the pictures of the page as it stands."""
        for width, height in WIDTHS:
            self._page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self._page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
                self._page.screenshot(path=self._folder / f"{name}-{width}-{scheme}.png", full_page=True)


def main(arguments: list[str]) -> int:
    """Take all pictures; 2 when it is not told where to put them."""
    if not arguments:
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
            context = browser.new_context(base_url=portal.url, locale=REGION[language], accept_downloads=True)
            person = shopper(portal, context, language)
            tour(person, Photographer(person.page, folder / language).look, f"E-5000{at}")
            desk = browser.new_context(base_url=portal.url, locale=REGION[language])
            page = sign_in(desk, "admin", then="/staff/orders")
            staff_tour(portal, page, Photographer(page, folder / language).look)
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

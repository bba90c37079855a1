"""The demo shop as it is weighed: served in earnest, with a customer at a browser and jobs done on call."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.core.i18n.catalogues import compile_catalogues
from app.server.embedded import Embedded
from tests.browser.conftest import CHROMIUM, FLAGS, REGION
from tests.browser.portal import SECRET, Portal, running_portal
from tests.browser.shopper import Shopper, shopper
from tests.served import served

LANGUAGE = "es"
LOCALE = REGION[LANGUAGE]


@dataclass(frozen=True, slots=True)
class Shop:
    """The address at which Granian serves it, the portal behind that, and a browser."""

    url: str
    portal: Portal
    browser: Browser

    def customer(self) -> Shopper:
        """Somebody who has just opened a browser of their own."""
        context = self.browser.new_context(base_url=self.url, locale=LOCALE)
        return shopper(self.portal, context, LANGUAGE)


@contextmanager
def shop() -> Iterator[Shop]:
    """Make it on a database of its own (on ``TEST_DATABASE_URL``, else on an embedded server) and remove it."""
    compile_catalogues()
    test_url = os.environ.get("TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="paradero-weight-") as scratch:
        server = None if test_url else Embedded(Path(scratch) / "pg", throw_away=True)
        try:
            admin_url = test_url or (server.admin_url if server else "")
            name = f"weight_{uuid.uuid4().hex[:12]}"
            with running_portal(admin_url, name) as portal, _web(portal) as url, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                yield Shop(url, portal, browser)
                browser.close()
        finally:
            if server is not None:
                server.stop()


@contextmanager
def _web(portal: Portal) -> Iterator[str]:
    database_url = portal.app.config["SETTINGS"].database_url
    # The pictures of the demo shop lie at the address that it was made for.
    with served(database_url, SECRET_KEY=SECRET, DEMO="1", LOG_LEVEL="WARNING", PUBLIC_URL=portal.url) as web:
        yield f"http://127.0.0.1:{web.port}"

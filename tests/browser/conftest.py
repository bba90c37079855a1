"""Chromium, and the portal it visits. Without Chromium the tests are skipped, except in CI, where they fail."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.portal import Portal, running_portal

# Without a window it does half as much work, so that one comes first.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
REGION = {"es": "es-ES", "en": "en-GB"}
PATIENCE_MS = 60_000  # whatever else the machine does meanwhile; who waits for long has found a fault
expect.set_options(timeout=PATIENCE_MS)

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing, and in CI the browser tests must run")
        pytest.skip("Chromium is missing: install the package chromium-headless-shell or chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The demo shop, running."""
    with running_portal(os.environ["TEST_DATABASE_URL"], f"browser_{uuid.uuid4().hex[:12]}") as running:
        yield running


@pytest.fixture
def new_context(chromium: Browser, portal: Portal) -> Iterator[NewContext]:
    """Make browsers with cookies of their own: ``new_context("es", javascript=False, …)``."""
    made: list[BrowserContext] = []

    def make(language: str = "es", *, javascript: bool = True, **options: object) -> BrowserContext:
        context = chromium.new_context(
            base_url=portal.url,
            locale=REGION[language],
            java_script_enabled=javascript,
            accept_downloads=True,
            timezone_id="Europe/Madrid",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()

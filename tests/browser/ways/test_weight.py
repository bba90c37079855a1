"""What a page weighs on the wire, measured by Chromium against the server that serves it in earnest."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import REGION
from tests.browser.portal import SECRET, Portal
from tests.served import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIRST, AGAIN = 45_000, 6_000


class Scales:
    """Adds up what comes over the wire: heads and bodies, as the browser counts them."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.addresses: list[str] = []
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))
        line.on("Network.responseReceived", lambda event: self.addresses.append(event["response"]["url"]))

    def _add(self, length: float) -> None:
        self.bytes += int(length)

    def empty(self) -> int:
        """What has come since it was last emptied."""
        weight, self.bytes = self.bytes, 0
        return weight


@pytest.fixture(scope="module")
def web(portal: Portal) -> Iterator[Served]:
    url = portal.app.config["SETTINGS"].database_url
    with served(url, SECRET_KEY=SECRET, DEMO="1", WEB_WORKERS="1") as running:
        yield running


def visits(chromium: Browser, web: Served, path: str, cookies: list[dict[str, object]]) -> tuple[int, int]:
    """The weight of a first visit to this page, and of coming back to it."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{web.port}", locale=REGION["es"])
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    scales = Scales(page)
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None and answer.status == 200 and answer.url.endswith(path)
    first = scales.empty()
    page.goto(path, wait_until="networkidle")
    again = scales.empty()
    context.close()
    return first, again


def test_a_first_visit_weighs_at_most_45_kilobytes_and_the_next_6(
    portal: Portal, chromium: Browser, web: Served
) -> None:
    context = chromium.new_context(base_url=f"http://127.0.0.1:{web.port}", locale=REGION["es"])
    page = context.new_page()
    page.goto("/")
    page.fill("#number", "A-10431")
    page.fill("#contact", "noah@example.com")
    page.locator("main form .button").first.click()
    page.wait_for_url("**/o/*")
    cookies = [dict(cookie) for cookie in context.cookies()]
    paths = ["/", "/help", page.url.partition(str(web.port))[2]]
    back = page.locator('main a[href^="/returns/"]').first
    paths.append(back.get_attribute("href") or "")
    context.close()
    weights = {path: visits(chromium, web, path, cookies) for path in paths}
    assert {path: weight for path, weight in weights.items() if weight[0] > FIRST or weight[1] > AGAIN} == {}

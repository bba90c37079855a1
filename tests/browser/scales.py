"""What a page weighs on the wire, and a walk past the pages that are weighed, each in the state it is met in."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.shopper import Shopper

PHONE = {"width": 360, "height": 740}
SHARP = 3  # points to a pixel of most telephones of that width
FOUR_ITEMS = ("A-10440", "lucia@example.com")
PAID_BACK = ("A-10431", "noah@example.com")


class Scales:
    """Adds up what comes over the wire, heads and bodies, as the browser counts them.

    What an address sends the first time counts for the first visit, what it sends later for coming back, whenever that
    is: a browser asks for the sign in its tab when the page has long been there.
    """

    def __init__(self, page: Page) -> None:
        self.first: dict[str, int] = {}
        self.again: dict[str, int] = {}
        self._names: dict[str, str] = {}
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.requestWillBeSent", lambda event: self._name(event["requestId"], event["request"]["url"]))
        line.on("Network.loadingFinished", lambda event: self._add(event["requestId"], event["encodedDataLength"]))

    def _name(self, request: str, address: str) -> None:
        self._names[request] = address

    def _add(self, request: str, length: float) -> None:
        address = self._names.get(request, request)
        into = self.again if address in self.first else self.first
        into[address] = into.get(address, 0) + int(length)


# A browser with windows fetches it for its tab, and one without them does not.
ICON = "async () => (await fetch(document.querySelector('link[rel~=icon]').href)).text()"


@dataclass(frozen=True, slots=True)
class Weight:
    """A page's bytes on a first visit, by how many answers, and when it is opened again."""

    first: int
    answers: int
    again: int


def visits(browser: Browser, address: str, cookies: list[dict[str, object]], *, locale: str) -> Weight:
    """The weight of a first visit to this page, by somebody with these cookies, and of coming back to it."""
    context = browser.new_context(locale=locale, viewport=PHONE, device_scale_factor=SHARP)  # type: ignore[arg-type]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    scales = Scales(page)
    answer = page.goto(address, wait_until="networkidle")
    assert answer is not None and answer.status == 200 and answer.url == address, (address, answer and answer.url)
    # Pictures wait until somebody opens what they stand in and comes near.
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    page.evaluate(ICON)
    page.wait_for_load_state("networkidle")
    page.goto(address, wait_until="networkidle")
    context.close()
    return Weight(sum(scales.first.values()), len(scales.first), sum(scales.again.values()))


def cookies_of(context: BrowserContext) -> list[dict[str, object]]:
    """What another browser needs to be taken for this one."""
    return [dict(cookie) for cookie in context.cookies()]


def walk(person: Shopper, number: str, look: Callable[[str], None]) -> None:
    """Walk past find, help, order, the steps of a return, its end and a paid one; ``number`` becomes a fresh order."""
    email = person.portal.deliver_order(number, person.language)
    for name, path in (("find", "/"), ("help", "/help")):
        person.page.goto(path)
        look(name)
    person.find_order(*FOUR_ITEMS)
    look("order of 4 items")
    person.find_order(number, email)
    person.follow("Return something")
    person.prove(email)
    person.each("li.pick")
    look("return: items")
    steps = {"return-method": "return: how", "return-check": "return: check"}
    person.request_return(lambda step: look(steps[step]) if step in steps else None)
    look("return: done")
    person.find_order(*PAID_BACK)
    person.page.locator('main a[href^="/returns/"]').first.click()
    person.page.wait_for_url("**/returns/*")
    look("return status")

"""What the browser is told and keeps: the policy holds without a complaint, nothing is stored, nobody else is asked."""

import gzip
import json
import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, expect
from sqlalchemy import select

from app.core.web import CSP
from app.notify.models import SandboxMessage
from app.pages.shell import HTMX_CONFIG
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper
from tests.browser.tour import tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LISTEN = "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
STORED = """async () => [
  Object.keys(localStorage), Object.keys(sessionStorage), await caches.keys(),
  (await indexedDB.databases()).map(one => one.name), (await navigator.serviceWorker.getRegistrations()).length,
].flat()"""
NOTE_STORING = """
  window.stored = [];
  const real = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) { window.stored.push(key); real.call(this, key, value); };
"""
REFUSED = re.compile(r"the server responded with a status of 4\d\d")
BUDGET_BYTES = 45_000  # packed, as the server sends it
BUDGET_REQUESTS = 10


class Witness:
    """Notes what the browser complains of, and whom it asks."""

    def __init__(self, page: Page, home: str) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._home = home
        page.add_init_script(LISTEN)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.search(message.text):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _response(self, answer: Response) -> None:
        if not answer.url.startswith((self._home, "data:")):
            self.strangers.append(answer.url)
        if answer.status >= 400 and answer.request.resource_type != "document":
            self.complaints.append(f"{answer.url}: {answer.status}")


def test_no_page_breaks_the_policy_or_leaves_anything_behind(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("es"), "es")
    witness = Witness(person.page, portal.url)
    policies: set[str] = set()
    person.page.on("response", lambda answer: policies.add(_policy(answer)))
    tour(person, lambda _name: None, "D-40001")
    assert witness.complaints == []
    assert witness.strangers == []
    assert policies <= {CSP, ""}
    assert person.page.evaluate(STORED) == [0]


def test_not_even_for_a_moment_is_anything_stored(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("es"), "es")
    person.page.add_init_script(NOTE_STORING)
    ref = person.find_order("A-10462", "lucia@example.com")
    for path in (f"/o/{ref}", "/", "/help"):
        person.page.goto(path)
        assert person.page.evaluate("[typeof htmx, window.stored]") == ["object", []]


def test_the_order_page_is_light_and_asks_nobody_else(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("es"), "es")
    ref = person.find_order("A-10462", "lucia@example.com")
    cold = new_context("es", storage_state=person.context.storage_state()).new_page()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    cold.on("response", note)
    cold.goto(f"/o/{ref}", wait_until="networkidle")
    heavy = [answer for answer in answers if answer.request.resource_type != "image"]
    assert sum(len(gzip.compress(answer.body())) for answer in heavy) <= BUDGET_BYTES
    assert len(answers) <= BUDGET_REQUESTS
    assert {answer.url.startswith(portal.url) for answer in answers} == {True}
    assert answers[0].headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert answers[0].headers["referrer-policy"] == "no-referrer"


def test_htmx_runs_as_hardened(portal: Portal, new_context: NewContext) -> None:
    page = new_context("en").new_page()
    page.goto("/")
    running = page.evaluate("htmx.config")
    expected = json.loads(HTMX_CONFIG)
    assert {name: running.get(name) for name in expected} == expected


def test_a_mailed_link_does_nothing_until_its_button_is_pressed(portal: Portal, new_context: NewContext) -> None:
    email = portal.deliver_order("D-40010", "en")
    context = new_context("en")
    with portal.sessions() as session:
        newest = select(SandboxMessage.text).where(SandboxMessage.recipient == email).order_by(SandboxMessage.id.desc())
        texts = session.scalars(newest).all()
    path = next(match.group() for text in texts if (match := re.search(r"/l/[\w-]{20,}", text)))
    for _scanner in range(100):
        assert context.request.get(path).status == 200
        assert context.request.head(path).status == 200
    person = shopper(portal, context, "en")
    person.page.goto(path)
    person.press("Continue to your order")
    expect(person.page).to_have_url(re.compile(r"/o/[0-9A-Z]{8}$"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_mistake_is_named_on_top_and_gets_the_focus(
    portal: Portal, new_context: NewContext, javascript: bool
) -> None:
    person = shopper(portal, new_context("es", javascript=javascript), "es")
    person.page.goto("/")
    person.press("Find my order")
    expect(person.page).to_have_title(re.compile("^Error:"))
    expect(person.page.locator(".errors")).to_be_focused()
    person.page.locator(".errors a").first.click()
    expect(person.page.locator("#number")).to_be_focused()


def _policy(answer: Response) -> str:
    if answer.request.resource_type != "document" or answer.request.frame.parent_frame:
        return ""
    return answer.headers.get("content-security-policy", "")

"""What the browser is told and keeps on single pages; the walks past all of them are watched, too (witness.py)."""

import gzip
import json
import re

import pytest
from playwright.sync_api import Response, expect
from sqlalchemy import select

from app.notify.models import SandboxMessage
from app.pages.shell import HTMX_CONFIG
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper

pytestmark = pytest.mark.browser

NOTE_STORING = """
  window.stored = [];
  const real = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) { window.stored.push(key); real.call(this, key, value); };
"""
BUDGET_BYTES = 45_000  # packed, as the server sends it
BUDGET_REQUESTS = 10


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

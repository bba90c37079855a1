"""Nothing that somebody has entered on the way is asked for again; the code alone is, since it proves who they are."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper

pytestmark = pytest.mark.browser

# Another address than the one on file, for whoever wants the answer there, is asked for nowhere else.
EMPTY = """() => [...document.querySelectorAll('main input, main textarea')]
  .filter((one) => one.checkVisibility() && /^(text|email|tel|search|textarea)$/.test(one.type) && !one.value)
  .filter((one) => one.name !== 'other_email')
  .map((one) => one.autocomplete || one.name)"""
KNOWN = {"number", "order", "contact", "email", "name", "street-address", "address-line1"}


def asks_again(page: Page) -> set[str]:
    """Which empty fields of this page want what the order knows already."""
    return KNOWN & set(page.evaluate(EMPTY))


def test_neither_a_return_nor_messages_nor_a_withdrawal_ask_for_what_was_entered_to_find_the_order(
    portal: Portal, new_context: NewContext
) -> None:
    email = portal.deliver_order("E-50011", "en")
    person = shopper(portal, new_context("en"), "en")
    ref = person.find_order("E-50011", email)
    person.follow("Return something")
    assert asks_again(person.page) == set()
    person.prove(email)
    expect(person.page.locator("li.pick").first).to_be_visible()
    assert asks_again(person.page) == set()
    person.choose_items()
    person.press("Continue")
    expect(person.page.locator("#near")).to_be_attached()
    assert asks_again(person.page) == set()
    person.page.locator('input[name="way"]').first.check()
    person.press("Continue")
    assert asks_again(person.page) == set()
    for path in (f"/o/{ref}/preferences", f"/withdraw?order={ref}", f"/o/{ref}/help"):
        person.page.goto(path)
        assert asks_again(person.page) == set(), path
    person.page.goto("/withdraw")
    assert asks_again(person.page), "a stranger is asked; otherwise nothing was looked at here"

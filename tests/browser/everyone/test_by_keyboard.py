"""Six journeys of customers by keyboard alone: every stop is seen, nothing holds the focus, all is named."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewContext
from tests.browser.everyone.keyboard import Keyboard, assert_told
from tests.browser.portal import Portal
from tests.browser.shopper import Shopper, shopper
from tests.browser.tour import speak

pytestmark = pytest.mark.browser

LIVE = "#live p"


def arrives(portal: Portal, new_context: NewContext) -> tuple[Shopper, Keyboard]:
    """Somebody at the front page, who reads English."""
    person = shopper(portal, new_context("en"), "en")
    speak(person)
    person.page.goto("/")
    return person, Keyboard(person.page)


def finds(person: Shopper, keys: Keyboard, number: str, email: str) -> str:
    """Look an order up; gives its reference."""
    keys.fill("#number", number)
    keys.fill("#contact", email)
    keys.press("Enter")
    expect(person.page).to_have_url(re.compile(r"/o/[0-9A-Z]{8}$"))
    return person.page.url.rsplit("/", 1)[1]


def proves(person: Shopper, keys: Keyboard, email: str) -> None:
    """Ask for a code, unless a press on the order's page has done so, and type it."""
    if not person.page.locator("#code").count():
        keys.use(person.page.get_by_role("button", name="Send me a code"))
    expect(person.page.locator("#code")).to_be_visible()
    person.portal.work()
    keys.fill("#code", person.read_code(email))
    keys.press("Enter")


def test_an_order_is_found_and_followed(portal: Portal, new_context: NewContext) -> None:
    person, keys = arrives(portal, new_context)
    page = person.page
    keys.listen("find")
    keys.around()
    finds(person, keys, "K-80010", portal.ship_order("K-80010", "en"))
    keys.listen("order")
    keys.use(".skip")
    expect(page.locator("#main")).to_be_focused()
    while (fold := page.locator("#parcel-1 details:not([open]) > summary:visible").first).count():
        keys.use(fold)
    folds = page.locator("#parcel-1 details[open]").count()
    assert folds
    keys.press("Enter")
    expect(page.locator("#parcel-1 details[open]")).to_have_count(folds - 1)
    keys.press("Enter")
    expect(page.locator("#parcel-1 .timeline")).to_be_visible()
    keys.to("#parcel-1 .copy", key="Shift+Tab")
    keys.press("Space")
    expect(page.locator(LIVE).last).to_have_text("Copied")
    keys.around()
    assert_told("find-and-follow", keys)


def test_the_shop_is_written_to(portal: Portal, new_context: NewContext) -> None:
    person, keys = arrives(portal, new_context)
    page = person.page
    order = finds(person, keys, "A-10460", "emma@example.com")
    keys.use(page.locator(f'main a[href^="/o/{order}/help"]').first)
    expect(page.locator("#words")).to_be_visible()
    keys.listen("write")
    keys.around()
    keys.use(page.locator("#send"))
    expect(page.locator(".errors")).to_be_focused()
    keys.listen("write, with faults")
    keys.press("Tab")
    keys.press("Enter")
    keys.to(page.locator("input[name=about]").first)
    keys.press("ArrowDown")
    keys.fill("#words", "The parcel has not moved since Monday.")
    keys.to(page.locator("input[name=answer_by]").first)
    keys.press("Space")
    keys.use("#send")
    expect(page).to_have_url(re.compile("/sent$"))
    keys.listen("sent")
    keys.around()
    assert_told("write-to-the-shop", keys)


def test_something_is_sent_back(portal: Portal, new_context: NewContext) -> None:
    email = portal.deliver_order("K-80001", "en")
    person, keys = arrives(portal, new_context)
    page = person.page
    finds(person, keys, "K-80001", email)
    keys.use(page.get_by_role("button", name="Return something"))
    expect(page.locator("#code")).to_be_visible()
    keys.listen("prove")
    proves(person, keys, email)
    items(keys)
    way(person, keys)
    keys.use(page.get_by_role("button", name="Request the return"))
    expect(page).to_have_url(re.compile(r"/returns/[0-9A-Z]{8}$"))
    keys.listen("done")
    keys.around()
    assert_told("send-back", keys)


def items(keys: Keyboard) -> None:
    """What goes back: an item, how many of it, why."""
    page = keys.page
    row = page.locator("li.pick:has(input[type=checkbox])").first
    expect(row).to_be_visible()
    keys.listen("items")
    keys.use(page.get_by_role("button", name="Continue"))
    expect(page.locator(".errors")).to_be_focused()
    row = page.locator("li.pick:has(input[type=checkbox])").nth(1)
    keys.use(row.locator("input[type=checkbox]"), "Space")
    keys.to(row.locator("input[type=number]").first)
    keys.press("ArrowUp")
    keys.to(row.locator("select"))
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.listen("items, one of them chosen")
    keys.use(page.get_by_role("button", name="Continue"))
    expect(page.locator("#near")).to_be_visible()


def way(person: Shopper, keys: Keyboard) -> None:
    """How it goes back: another place is searched, the second of its points chosen with an arrow."""
    page = person.page
    keys.fill("#near", "46001")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("Plaza de la Reina")
    keys.listen("points")
    keys.around()
    keys.to(page.locator('input[name="way"]').first)
    keys.press("ArrowDown")
    assert page.evaluate("document.activeElement.name === 'way' && document.activeElement.checked")
    keys.see()
    keys.use(page.get_by_role("button", name="Continue"))
    expect(page.get_by_role("button", name="Request the return")).to_be_visible()
    keys.listen("check")


def test_a_contract_is_withdrawn_from(portal: Portal, new_context: NewContext) -> None:
    email = portal.deliver_order("K-80002", "en")
    person, keys = arrives(portal, new_context)
    page = person.page
    keys.use(page.locator('footer a[href^="/withdraw"]'))
    expect(page.locator("#name")).to_be_visible()
    keys.listen("withdraw")
    for field, text in (("name", "Emma Wright"), ("order", "K-80002"), ("contact", email)):
        keys.fill(f"#{field}", text)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Confirm withdrawal")).to_be_visible()
    keys.listen("check")
    keys.around()
    keys.use(page.get_by_role("button", name="Confirm withdrawal"))
    expect(page).to_have_url(re.compile(r"/withdraw/[0-9A-Z]+$"))
    keys.listen("receipt")
    assert_told("withdraw", keys)


def test_messages_are_chosen(portal: Portal, new_context: NewContext) -> None:
    email = portal.deliver_order("K-80003", "en")
    person, keys = arrives(portal, new_context)
    page = person.page
    finds(person, keys, "K-80003", email)
    keys.use("#preferences-link")
    proves(person, keys, email)
    box = page.locator("input[name=channel]").first
    expect(box).to_be_visible()
    keys.listen("messages")
    was = box.is_checked()
    keys.use(box, "Space")
    keys.use(page.get_by_role("button", name="Save"))
    expect(page).to_have_url(re.compile("saved"))
    assert page.locator("input[name=channel]").first.is_checked() != was
    keys.listen("messages, saved")
    keys.around()
    assert_told("messages", keys)


def test_all_orders_are_seen_with_a_mailed_code(portal: Portal, new_context: NewContext) -> None:
    person, keys = arrives(portal, new_context)
    page = person.page
    keys.use(page.locator('a[href="/account"]').first)
    expect(page.locator("#email")).to_be_visible()
    keys.listen("account")
    keys.fill("#email", "noah@example.com")
    keys.press("Enter")
    expect(page.locator("#code")).to_be_visible()
    portal.work()
    keys.listen("code")
    keys.fill("#code", "000000")
    keys.press("Enter")
    expect(page.locator(".errors")).to_be_focused()
    keys.fill("#code", person.read_code("noah@example.com"))
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/account$"))
    keys.listen("orders")
    keys.around()
    assert_told("account", keys)

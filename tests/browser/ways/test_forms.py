"""Forms in the browser: faults take the focus, a position that is not to be had says so, − and + count."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import Shopper, shopper

pytestmark = pytest.mark.browser

FOCUSED = "() => document.activeElement.matches('.errors')"
IN_VIEW = "() => document.querySelector('.errors').getBoundingClientRect().top >= 0"


def at_the_items(portal: Portal, person: Shopper, number: str) -> Page:
    """The first step of a return."""
    email = portal.deliver_order(number, "en")
    person.find_order(number, email)
    person.follow("Return something")
    person.prove(email)
    expect(person.page.locator('input[name^="pick-"]').first).to_be_visible()
    return person.page


def test_each_fault_takes_the_focus_after_a_link_of_the_last_one_was_used(
    portal: Portal, new_context: NewContext
) -> None:
    person = shopper(portal, new_context("en", viewport={"width": 360, "height": 640}), "en")
    page = at_the_items(portal, person, "N-61001")
    for _time in range(2):
        person.press("Continue")
        page.wait_for_function(FOCUSED)
        assert page.evaluate(IN_VIEW)
        page.locator(".errors a").first.press("Enter")
        assert not page.evaluate(FOCUSED)
        assert page.evaluate("document.activeElement !== document.body")
        assert page.evaluate("location.hash") == ""


def test_a_fragment_in_the_address_keeps_the_focus_from_no_fault(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("en", viewport={"width": 360, "height": 640}), "en")
    page = at_the_items(portal, person, "N-61002")
    page.evaluate("location.hash = 'main'")
    person.press("Continue")
    page.wait_for_function(FOCUSED)
    assert page.evaluate(IN_VIEW)


def test_minus_and_plus_count_within_what_there_is(portal: Portal, new_context: NewContext) -> None:
    page = new_context("en").new_page()
    page.goto("/ui")
    stepper, number = page.locator(".stepper").first, page.locator("#pieces")
    more, fewer = stepper.get_by_role("button", name="One more"), stepper.get_by_role("button", name="One fewer")
    for _press in range(3):
        more.click()
    expect(number).to_have_value("2")
    expect(page.locator("#live p").last).to_have_text("2")
    for _press in range(4):
        fewer.click()
    expect(number).to_have_value("0")


def test_without_javascript_a_number_has_no_buttons_that_do_nothing(portal: Portal, new_context: NewContext) -> None:
    page = new_context("en", javascript=False).new_page()
    page.goto("/ui")
    expect(page.locator("#pieces")).to_be_visible()
    assert page.locator(".step:visible").count() == 0


def test_a_position_that_is_not_to_be_had_is_said_beside_the_field(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("en", permissions=[]), "en")
    page = at_the_items(portal, person, "N-61003")
    person.choose_items()
    person.press("Continue")
    button = page.locator("button[data-locate]")
    text = button.get_attribute("data-failed") or ""
    for _press in range(2):
        button.click()
        expect(page.locator(".fault")).to_have_text(text)
        field = page.locator("#near")
        expect(field).to_be_focused()
        expect(field).to_have_accessible_description(re.compile(re.escape(text)))
        expect(field).to_have_attribute("aria-invalid", "true")


def test_a_mail_in_the_sandbox_shows_its_pictures(portal: Portal, new_context: NewContext) -> None:
    portal.ship_order("W-60001", "es")
    page = new_context("es").new_page()
    page.goto("/sandbox/mailbox")
    page.locator("ul.mails a", has_text="W-60001").first.click()
    pictures = page.frame_locator(".mail-frame").locator("img")
    expect(pictures.nth(1)).to_be_attached()
    for picture in pictures.all():
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("(one) => one.naturalWidth") > 0


def test_a_code_on_paper_and_what_was_folded_are_printed(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("es"), "es")
    person.find_order("A-10462", "lucia@example.com")
    folded = person.page.locator("main details li").last
    expect(folded).not_to_be_visible()
    person.page.emulate_media(media="print")
    expect(folded).to_be_visible()
    expect(person.page.locator(".foot")).not_to_be_visible()


def test_with_forced_colours_what_is_chosen_differs_from_what_has_the_focus(
    portal: Portal, new_context: NewContext
) -> None:
    page = new_context("en", forced_colors="active").new_page()
    page.goto("/ui")
    look = "(card) => { const s = getComputedStyle(card); return [s.borderTopWidth, s.outlineStyle]; }"
    radios = page.locator(".choice:has(input[type=radio])")
    radios.nth(0).locator("input").check()
    page.locator("h1").first.click()
    chosen, plain = radios.nth(0).evaluate(look), radios.nth(1).evaluate(look)
    radios.nth(0).locator("input").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    both = radios.nth(0).evaluate(look)
    assert chosen == ["4px", "none"]
    assert plain == ["1px", "none"]
    assert both == ["4px", "solid"]

"""Asking for a return, as a person meets it: few pages, what appears with a tick, faults heard, two windows."""

import re

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import Shopper, shopper

pytestmark = pytest.mark.browser

CLOTHS = 1  # the second item, of which there are two


def at_the_items(portal: Portal, new_context: NewContext, number: str, *, javascript: bool = True) -> Shopper:
    """Somebody who has shown that the order is theirs, at the first step."""
    email = portal.deliver_order(number, "en")
    person = shopper(portal, new_context("en", javascript=javascript), "en")
    person.find_order(number, email)
    person.follow("Return something")
    person.prove(email)
    expect(person.title()).to_have_text("What do you want to send back?")
    return person


def item(person: Shopper, place: int) -> Locator:
    return person.page.locator("li.pick").nth(place)


def test_a_return_takes_seven_pages_from_the_front_page_to_the_end(portal: Portal, new_context: NewContext) -> None:
    email = portal.deliver_order("E-50001", "en")
    person = shopper(portal, new_context("en"), "en")
    pages: list[str] = []

    def note(answer: Response) -> None:
        if answer.request.resource_type == "document" and answer.status == 200:
            pages.append(answer.url)

    person.page.on("response", note)
    person.page.goto("/")
    person.page.fill("#number", "E-50001")
    person.page.fill("#contact", email)
    person.press("Find my order")
    person.follow("Return something")
    person.prove(email)
    person.request_return()
    assert len(pages) == 7, pages


@pytest.mark.parametrize(("javascript", "number"), [(True, "E-50002"), (False, "E-50003")])
def test_how_many_and_why_appear_with_the_tick(
    portal: Portal, new_context: NewContext, javascript: bool, number: str
) -> None:
    person = at_the_items(portal, new_context, number, javascript=javascript)
    row = item(person, CLOTHS)
    reason, note = row.get_by_label("Why are you returning it?"), row.locator("textarea")
    expect(reason).to_be_hidden()
    row.get_by_role("checkbox", name=re.compile("^Return: ")).check()
    expect(reason).to_be_visible()
    expect(row.get_by_role("spinbutton")).to_be_visible()
    expect(note).to_be_hidden()
    reason.select_option("other")
    expect(note).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(2 if javascript else 0)


def test_one_more_and_one_fewer_stay_between_one_and_what_is_left(portal: Portal, new_context: NewContext) -> None:
    person = at_the_items(portal, new_context, "E-50004")
    row = item(person, CLOTHS)
    row.get_by_role("checkbox").check()
    fewer, more = (row.get_by_role("button", name=re.compile(f"^One {word}: ")) for word in ("fewer", "more"))
    number = row.get_by_role("spinbutton")
    for button, value in ((more, "2"), (more, "2"), (fewer, "1"), (fewer, "1")):
        button.click()
        expect(number).to_have_value(value)
    for button in (fewer, more):
        box = button.bounding_box()
        assert box and min(box["width"], box["height"]) >= 44


def test_the_same_reason_for_all_hides_the_others(portal: Portal, new_context: NewContext) -> None:
    person = at_the_items(portal, new_context, "E-50005", javascript=False)
    for place in (0, CLOTHS):
        item(person, place).get_by_role("checkbox").check()
    item(person, 0).locator("select").select_option("no_longer_wanted")
    person.page.get_by_label("Use the same reason for all items").check()
    expect(item(person, CLOTHS).locator("select")).to_be_hidden()
    person.press("Continue")
    expect(person.title()).to_have_text("How will you send it back?")


@pytest.mark.parametrize(("javascript", "number"), [(True, "E-50006"), (False, "E-50007")])
def test_each_fault_takes_the_focus_although_the_one_before_was_followed(
    portal: Portal, new_context: NewContext, javascript: bool, number: str
) -> None:
    person = at_the_items(portal, new_context, number, javascript=javascript)
    follow_fault(person, "[id^=pick-]")
    item(person, CLOTHS).get_by_role("checkbox").check()
    follow_fault(person, "[id^=reason-]")
    item(person, CLOTHS).get_by_role("spinbutton").fill("5")
    follow_fault(person, "[id^=quantity-]")
    expect(item(person, CLOTHS).get_by_role("spinbutton")).to_have_value("5")
    item(person, CLOTHS).get_by_role("spinbutton").fill("2")
    item(person, CLOTHS).locator("select").select_option("no_longer_wanted")
    person.press("Continue")
    expect(person.title()).to_have_text("How will you send it back?")
    assert "#" not in person.page.url
    follow_fault(person, "#way")


def follow_fault(person: Shopper, control: str) -> None:
    """Go on without an answer; the summary is heard, and its first link leads to the control."""
    person.press("Continue")
    expect(person.page.locator(".errors")).to_be_focused()
    expect(person.page.locator(".errors")).to_be_in_viewport()
    person.page.locator(".errors a").first.click()
    expect(person.page.locator(control).and_(person.page.locator(":focus"))).to_have_count(1)


def test_what_changed_in_another_window_is_shown_before_it_counts(portal: Portal, new_context: NewContext) -> None:
    person = at_the_items(portal, new_context, "E-50008")
    person.choose_items()
    person.press("Continue")
    person.page.locator('input[name="way"]').first.check()
    person.press("Continue")
    expect(person.title()).to_have_text("Check your return")
    other = person.context.new_page()
    change_way(other, person.page.url.replace("/check", "/method"))
    person.press("Request the return")
    expect(person.page.locator(".errors")).to_contain_text("You changed your return in another window")
    expect(person.page.locator(".summary")).to_contain_text("At any drop-off point you like")
    person.press("Request the return")
    expect(person.page).to_have_url(re.compile(r"/returns/[0-9A-Z]{8}$"))


def change_way(page: Page, address: str) -> None:
    page.goto(address)
    page.locator('input[name="way"][value="dropoff"]').check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your return")


def test_changing_one_thing_leads_back_to_the_check(portal: Portal, new_context: NewContext) -> None:
    person = at_the_items(portal, new_context, "E-50009", javascript=False)
    person.choose_items()
    person.press("Continue")
    person.page.locator('input[name="way"]').first.check()
    person.press("Continue")
    person.page.get_by_role("link", name="Change the reason").click()
    item(person, 0).locator("select").select_option("arrived_too_late")
    person.press("Continue")
    expect(person.title()).to_have_text("Check your return")
    expect(person.page.locator(".summary")).to_contain_text("It arrived too late")

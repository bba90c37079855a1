"""Support's work by keys: what is typed is not lost by one, what is asked can be answered by one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser

NOTE = "Llama dos veces"


def test_a_note_survives_the_keys_that_show_another_kind_and_a_page_left_too_early(
    portal: Portal, new_context: NewContext
) -> None:
    page = sign_in(new_context("en"), "support", then="/staff/orders")
    path = f"/staff/orders/{portal.order_ref('A-10462')}"
    page.goto(path)
    page.fill("#note", NOTE)
    page.locator("#note").blur()
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile(r"\?show=\w+"))
    expect(page.locator("#note")).to_have_value(NOTE)
    page.wait_for_load_state()  # the address is the new one before the page's script hears keys
    page.fill("#note", f"{NOTE}!")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#note").blur()
    with page.expect_event("dialog") as info:
        page.keyboard.press("x")
    assert info.value.type == "beforeunload"
    expect(page.locator("#note")).to_have_value(f"{NOTE}!")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#timeline")).to_contain_text(f"{NOTE}!")


def test_a_key_opens_the_question_and_enter_answers_it(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en"), "support", then="/staff/orders")
    path = f"/staff/orders/{portal.order_ref('A-10440')}"
    page.goto(path)
    page.keyboard.press("x")
    expect(page.locator("main form .button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(path)))


def test_what_was_done_has_the_focus_and_begins_the_title(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en"), "support", then="/staff/orders")
    page.goto(f"/staff/orders/{portal.order_ref('A-10440')}")
    page.fill("#note", NOTE)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status").filter(has_text="The note is added.")).to_be_focused()
    expect(page).to_have_title(re.compile("^The note is added. · "))


@pytest.mark.parametrize("width", [320, 360])
def test_every_part_of_the_rail_is_reached_by_keys_with_its_ring_whole(
    portal: Portal, new_context: NewContext, width: int
) -> None:
    page = sign_in(new_context("en"), "support", then="/staff/orders")
    page.set_viewport_size({"width": width, "height": 640})
    links = page.locator(".rail a:visible")
    for at in range(links.count()):
        links.nth(at).focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(links.nth(at)).to_be_focused()
        expect(links.nth(at)).to_be_in_viewport(ratio=0.99)
        assert links.nth(at).evaluate("one => parseFloat(getComputedStyle(one).outlineOffset)") < 0


def test_a_card_of_the_list_of_orders_is_short_on_a_telephone(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en"), "support", then="/staff/orders")
    page.set_viewport_size({"width": 360, "height": 740})
    heights = page.locator("tr[data-row]").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert heights and sorted(heights)[len(heights) // 2] <= 150


@pytest.mark.parametrize("part", ["people", "audit", "metrics"])
def test_a_page_of_the_last_parts_begins_at_its_top(portal: Portal, new_context: NewContext, part: str) -> None:
    page = sign_in(new_context("en"), "admin", then=f"/staff/{part}")
    page.goto(f"/staff/{part}")
    page.wait_for_load_state()
    assert page.evaluate("scrollY") == 0
    expect(page.locator("main h1")).to_be_in_viewport()

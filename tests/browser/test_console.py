"""Support's work by keys: what is typed is not lost by one, what is asked can be answered by one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

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

"""Two journeys of the shop's people by keyboard alone, without the console's own keys: every stop is seen and named."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.returns.models import Return
from tests.browser.conftest import NewContext
from tests.browser.everyone.keyboard import Keyboard, assert_told
from tests.browser.portal import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def signs_in(new_context: NewContext, role: str, then: str) -> Keyboard:
    """Somebody of this role at a page of the console."""
    page = new_context("en").new_page()
    page.goto(then)
    keys = Keyboard(page)
    keys.listen("sign in")
    keys.around()
    keys.fill("#email", f"{role}@almazara.example")
    keys.fill("#password", PASSWORD)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(f"{then}$"))
    return keys


def test_support_finds_an_order_and_sends_a_message_again(portal: Portal, new_context: NewContext) -> None:
    keys = signs_in(new_context, "support", "/staff/orders")
    page = keys.page
    keys.listen("orders")
    keys.fill("#q", "A-10462")
    keys.press("Enter")
    order = portal.order_ref("A-10462")
    expect(page).to_have_url(re.compile(f"/staff/orders/{order}"))
    keys.listen("order")
    keys.around()
    keys.use(page.locator('#timeline a[href^="/staff/messages/"]').first)
    expect(page).to_have_url(re.compile("/staff/messages/"))
    keys.listen("message")
    keys.use(page.get_by_role("link", name=re.compile("^Send it again")))
    expect(page).to_have_url(re.compile("/resend$"))
    keys.listen("send it again")
    keys.around()
    keys.use(page.locator("main form button.button-main"))
    expect(page.locator("#announcement")).to_be_focused()
    keys.listen("sent")
    assert_told("staff-send-again", keys)


def test_the_warehouse_receives_a_return(portal: Portal, new_context: NewContext) -> None:
    with portal.sessions() as session:
        ref = session.scalars(select(Return.ref).where(Return.goods == "in_transit").order_by(Return.id)).first()
    assert ref
    keys = signs_in(new_context, "warehouse", "/staff/warehouse")
    page = keys.page
    keys.listen("scan")
    keys.fill("#code", ref)
    keys.press("Enter")
    expect(page.locator("#now")).to_be_visible()
    keys.listen("grade")
    keys.around()
    while page.locator("#now").count():
        graded = page.locator('#desk input[name="u"]').count()
        keys.use(page.locator('#now button[value="as_new"]'))
        expect(page.locator('#desk input[name="u"]')).to_have_count(graded + 1)
    keys.listen("graded")
    keys.use(page.locator('[data-key="b"]'))
    expect(page).to_have_url(re.compile(r"/staff/warehouse/returns/[0-9A-Z]{8}/"))
    keys.listen("booked")
    keys.around()
    assert_told("staff-receive", keys)

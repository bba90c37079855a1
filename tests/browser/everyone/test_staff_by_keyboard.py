"""Two journeys of the shop's people by keyboard alone, without the console's own keys: every stop is seen and named."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.core.clock import utcnow
from app.core.db import transaction
from app.orders.models import Order
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method
from app.returns.services import request_return
from tests.browser.conftest import NewContext
from tests.browser.everyone.keyboard import Keyboard, assert_told
from tests.browser.portal import PASSWORD, Portal

pytestmark = pytest.mark.browser


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
    portal.ship_order("K-80004", "en")
    keys = signs_in(new_context, "support", "/staff/orders")
    page = keys.page
    keys.listen("orders")
    keys.fill("#q", "K-80004")
    keys.press("Enter")
    order = portal.order_ref("K-80004")
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


def on_its_way(portal: Portal, number: str) -> str:
    """A return of two pieces that its customer has handed over; gives its reference."""
    portal.deliver_order(number, "en")
    with portal.sessions() as session, transaction(session):
        order = session.scalars(select(Order).where(Order.number == number)).one()
        lines = tuple(LineRequest(line.line_id, 1, "no_longer_wanted") for line in order.lines[:2])
        ref = request_return(session, order.id, ReturnRequest(lines, Method.DROPOFF), by="customer", now=utcnow()).ref
    portal.work()
    portal.scan_return(ref, "picked_up")
    return ref


def test_the_warehouse_receives_a_return(portal: Portal, new_context: NewContext) -> None:
    ref = on_its_way(portal, "K-80005")
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

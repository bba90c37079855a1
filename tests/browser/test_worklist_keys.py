"""A worklist worked off by keys alone: walk, select, assign, snooze, done, undo; and all of it without script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.clock import utcnow
from app.core.db import transaction
from app.orders.models import Order
from app.tracking.models import Shipment
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser

LATE = "/staff/work/late"
LATECOMERS = ("K-50001", "K-50002")


@pytest.fixture(scope="module", autouse=True)
def latecomers(portal: Portal) -> None:
    """Two parcels that are late on every day of the week: of the demo's own it depends on the day how many are."""
    for number in LATECOMERS:
        portal.ship_order(number, "en")
    now = utcnow()
    theirs = select(Shipment).join(Order).where(Order.number.in_(LATECOMERS)).order_by(Shipment.id)
    with portal.sessions() as session, transaction(session):
        for parcel in session.scalars(theirs.with_for_update(of=Shipment)):
            parcel.state, parcel.late_since, parcel.promise_until = "in_transit", now, now.date() - timedelta(days=2)


def said(page: Page, words: str) -> None:
    expect(page.locator("#announcement")).to_have_text(re.compile(words))


def test_rows_are_worked_off_by_keys_and_each_deed_is_undone(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en"), "support", then=LATE)
    rows = page.locator("tr[data-row]")
    many = rows.count()
    assert many > 1
    for key, words in (("a", "1 row is yours"), ("s", "1 row is snoozed"), ("e", "1 row is done")):
        page.wait_for_load_state()
        page.keyboard.press("j")
        expect(rows.first.locator("input")).to_be_focused()
        page.keyboard.press(key)
        said(page, words)
        expect(rows).to_have_count(many if key == "a" else many - 1)
        page.wait_for_load_state()
        page.keyboard.press("z")
        said(page, "1 row is as before")
        expect(rows).to_have_count(many)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr[data-row] input:checked")).to_have_count(2)
    page.get_by_text("Select all").click()
    expect(page.locator("tr[data-row] input:checked")).to_have_count(many)


def test_without_script_the_boxes_the_link_and_the_buttons_do_the_same(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en", javascript=False), "support", then=LATE)
    many = page.locator("tr[data-row]").count()
    page.get_by_text("Select all").click()
    expect(page.locator("tr[data-row] input:checked")).to_have_count(many)
    page.get_by_role("button", name="Snooze until tomorrow").click()
    said(page, f"{many} rows are snoozed")
    page.get_by_role("button", name="Undo").click()
    said(page, f"{many} rows are as before")


def test_single_keys_that_are_off_do_nothing_to_a_row(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en"), "support", then=LATE)
    page.evaluate("document.body.dataset.keys = 'off'")
    page.locator("tr[data-row] input").first.focus()
    for key in "xeas":
        page.keyboard.press(key)
    expect(page.locator("tr[data-row] input:checked")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{LATE}$"))

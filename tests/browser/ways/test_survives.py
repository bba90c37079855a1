"""Going back, loading again, an ended session: nothing asks to send a form again, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.core.clock import utcnow
from app.core.db import transaction
from app.orders.lookup.models import WebSession
from app.orders.lookup.sessions import GUEST_IDLE, STAFF_IDLE
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import PASSWORD, Portal
from tests.browser.shopper import shopper

pytestmark = pytest.mark.browser

AGAIN = re.compile(r"\?shown=[\w-]+$")


def grow_older(portal: Portal, by: timedelta) -> None:
    """As if nobody had touched any browser for so long."""
    with portal.sessions() as session, transaction(session):
        session.execute(update(WebSession).values(seen_at=utcnow() - by))


def goes_back_and_loads_again(page: Page, start: str) -> None:
    """From a form with what is wrong in it: on to another page and back, once more, and back to where it began."""
    expect(page).to_have_url(AGAIN)
    title = page.title()
    page.locator('footer a[href="/help"]').click()
    page.wait_for_url("**/help")
    page.go_back()
    expect(page).to_have_title(title)
    page.reload()
    expect(page).to_have_title(title)
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(start) + "$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_back_works_after_a_form_that_was_not_taken(
    portal: Portal, new_context: NewContext, *, javascript: bool
) -> None:
    person = shopper(portal, new_context("en", javascript=javascript), "en")
    page = person.page
    page.goto("/")
    person.press("Find my order")
    goes_back_and_loads_again(page, "/")

    page.goto("/withdraw")
    page.fill("#name", "Emma Wright")
    page.locator("main form button.button-main").first.click()
    expect(page.locator("#name")).to_have_value("Emma Wright")
    goes_back_and_loads_again(page, "/withdraw")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_note_typed_into_an_ended_session_is_sent_after_the_sign_in(
    portal: Portal, new_context: NewContext, *, javascript: bool
) -> None:
    page = sign_in(new_context("en", javascript=javascript), "support", then="/staff/orders")
    order = portal.order_ref("A-10462")
    page.goto(f"/staff/orders/{order}")
    note = f"Moves on Friday, asks for another day ({javascript})."
    page.fill("#note", note)
    grow_older(portal, STAFF_IDLE)
    page.locator("#note-form button").last.click()
    expect(page.locator("main")).to_contain_text(note)
    page.locator("main a.button-main").click()
    page.fill("#email", "support@almazara.example")
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("#unsent").click()
    page.locator("main form button.button-main").click()
    expect(page).to_have_url(re.compile(f"/staff/orders/{order}"))
    expect(page.locator("main")).to_contain_text(note)
    expect(page.locator("#unsent")).to_have_count(0)


def test_a_session_warns_before_it_ends_and_goes_on_at_a_press(portal: Portal, new_context: NewContext) -> None:
    person = shopper(portal, new_context("en"), "en")
    page = person.page
    page.clock.install()
    person.find_order("A-10431", "noah@example.com")
    page.locator("footer a").first.focus()
    grow_older(portal, GUEST_IDLE - timedelta(seconds=100))
    page.clock.fast_forward((GUEST_IDLE.total_seconds() - 100) * 1000)
    warning = page.get_by_role("alertdialog")
    expect(warning).to_be_visible()
    expect(page.locator("#session-stay")).to_be_focused()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    expect(page.locator("footer a").first).to_be_focused()
    left = page.request.get("/session").json()["seconds"]
    assert left > GUEST_IDLE.total_seconds() - 60

"""A mailed link in a real browser: one step for a person, none for what only fetches, and «Back» leads past it."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.core.clock import utcnow
from app.core.db import transaction
from app.orders.lookup.models import LinkBrowser
from app.orders.models import Order
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.orders.build import issue_link

# A browser that a program drives says so, and is not taken for a person.
PERSON = "Object.defineProperty(Navigator.prototype, 'webdriver', {get: () => false})"
ORDER_PAGE = re.compile(r"/o/[0-9A-Z]{8}$")


def mailed(portal: Portal) -> str:
    """The path of a fresh link."""
    with portal.sessions() as session, transaction(session):
        order_id = session.scalars(select(Order.id).where(Order.number == "A-10460")).one()
        return f"/l/{issue_link(session, order_id, now=utcnow())}"


def openings(portal: Portal) -> int:
    with portal.sessions() as session:
        return session.scalar(select(func.count()).select_from(LinkBrowser)) or 0


def a_person(new_context: NewContext, **options: object) -> Page:
    context = new_context("en", **options)
    context.add_init_script(PERSON)
    return context.new_page()


def test_a_link_opens_the_order_in_one_step_and_back_leads_past_it(portal: Portal, new_context: NewContext) -> None:
    page = a_person(new_context)
    page.goto("/help")
    page.goto(mailed(portal))
    expect(page).to_have_url(ORDER_PAGE)
    page.go_back()
    expect(page).to_have_url(re.compile("/help$"))


def test_without_javascript_a_button_opens_it(portal: Portal, new_context: NewContext) -> None:
    page = a_person(new_context, javascript=False)
    page.goto(mailed(portal))
    page.get_by_role("button", name="Continue to your order").click()
    expect(page).to_have_url(ORDER_PAGE)


def test_a_browser_that_a_program_drives_opens_nothing(portal: Portal, new_context: NewContext) -> None:
    before = openings(portal)
    page = new_context("en").new_page()
    path = mailed(portal)
    page.goto(path, wait_until="networkidle")
    assert page.url.endswith(path)
    assert openings(portal) == before

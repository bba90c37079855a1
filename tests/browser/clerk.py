"""The shop's own people at their browsers: the warehouse that books a return, support that pays it."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.portal import PASSWORD


def sign_in(context: BrowserContext, role: str, *, then: str) -> Page:
    """Sign a member of staff in, who wanted to open ``then``."""
    page = context.new_page()
    page.goto(then)
    page.fill("#email", f"{role}@almazara.example")
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(re.escape(then) + "$"))
    return page


def book_parcel(page: Page, scanned: str, pieces: int) -> None:
    """Scan the slip, grade every piece as new, book."""
    page.goto("/staff/warehouse")
    page.fill("#code", scanned)
    page.locator("form.scan button[type=submit]").click()
    for _piece in range(pieces):
        page.locator('#now button[value="as_new"]').click()
    expect(page.locator("#now")).to_have_count(0)
    page.locator('[data-key="b"]').click()
    expect(page).to_have_url(re.compile(r"/staff/warehouse/returns/[0-9A-Z]{8}/"))


def pay_refund(portal, ref):
    from sqlalchemy import select
    from app.returns.models import Refund, Return
    from app.returns.refunds import pay_refund as pay
    from app.db import transaction
    from app.clock import utcnow
    with portal.sessions() as session, transaction(session):
        r = session.scalars(select(Refund).join(Return).where(Return.ref == ref)).one()
        pay(session, r.id, reference="TR-1", by="support@almazara.example", now=utcnow())

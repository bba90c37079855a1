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
    for piece in range(pieces):
        page.locator('#now button[value="as_new"]').click()
        expect(page.locator('#desk input[name="u"]')).to_have_count(piece + 1)
    expect(page.locator("#now")).to_have_count(0)
    page.locator('[data-key="b"]').click()
    expect(page).to_have_url(re.compile(r"/staff/warehouse/returns/[0-9A-Z]{8}/"))


def pay_refund(page: Page, ref: str, reference: str) -> None:
    """Book the refund that is due as paid."""
    page.goto(f"/staff/returns/{ref}")
    page.locator('a[href$="/payment"]').click()
    page.fill("#reference", reference)
    page.locator("main form .button-main").click()
    expect(page).to_have_url(re.compile(rf"/staff/returns/{ref}$"))
    expect(page.locator("main")).to_contain_text(reference)

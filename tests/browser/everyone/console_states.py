"""The console's pages in other states: forms with faults, what is refused, the warehouse half-way, the way in."""

import pyotp
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import seal
from app.orders.models import Order
from app.returns.models import Return
from app.staff.auth import services
from app.staff.models import StaffUser
from tests.browser.everyone.further_pages import Look
from tests.browser.everyone.trouble import CUSTOMER, KINDS
from tests.browser.portal import PASSWORD, SECRET, Portal


def faulty(page: Page) -> bool:
    """Send the page's form as it stands, if it asks for words that are not there yet; whether it came back."""
    words = "main form[method=post] :is(input[type=text], textarea)[required]"
    missing = [one for one in page.locator(words).all() if one.is_visible() and not one.input_value()]
    if not missing:
        return False
    form = missing[0].locator("xpath=ancestor::form")
    form.locator("button:not([formaction]):not([name])").last.click()
    page.wait_for_load_state()
    return page.locator(".errors").count() > 0


def console_states(portal: Portal, page: Page, look: Look) -> None:
    """Walk past them, signed in as an admin; at the end nobody is signed in."""
    refused(page, look)
    for_a_customer(portal, page, look)
    half_way(portal, page, look)
    nothing_there(page, look)
    the_way_in(portal, page, look)


def refused(page: Page, look: Look) -> None:
    """What the console answers where it opens nothing."""
    for where, status in KINDS:
        if where != CUSTOMER:
            page.goto(f"{where}/{status}")
            look(f"staff-trouble-{status}")


def nothing_there(page: Page, look: Look) -> None:
    """Filters that fit nothing, and such as cannot be."""
    for path in (
        "orders?q=nothing",
        "returns?q=nothing",
        "warehouse?code=NOPE",
        "metrics?from=2031-01-01&to=2031-01-02",
        "metrics?from=2026-02-02&to=2026-01-01",
        "audit?actor=nobody@example.com",
        "audit?from=2026-02-02&until=2026-01-01",
    ):
        page.goto(f"/staff/{path}")
        look(f"staff-{path.partition('&')[0]}")


def for_a_customer(portal: Portal, page: Page, look: Look) -> None:
    """The customer's own pages as staff see them, and the steps of a return that is made for one."""
    order = f"/staff/orders/{portal.order_ref('A-10462')}"
    with portal.sessions() as session:
        travelling = session.scalars(select(Return).where(Return.goods == "in_transit").limit(1)).one()
        its_order = session.get_one(Order, travelling.order_id).ref
    for start in (f"{order}/as-customer", f"/staff/orders/{its_order}/as-customer?return={travelling.ref}"):
        page.goto(start)
        page.locator("select[name=as]").select_option("code")
        page.locator("textarea[name=reason]").fill("caller")
        page.locator("main form button").first.click()
        expect(page.locator(".looking")).to_be_visible()
        look("staff-as-customer")
    page.goto(f"{order}/returns/new")
    page.locator("main .pick input[type=checkbox]").first.check()
    page.locator("main .pick select").first.select_option("too_small")
    page.locator("main .acts button").last.click()
    expect(page.locator("#way")).to_be_visible()
    look("staff-behalf-method")
    page.locator("#way-dropoff").check()
    page.locator("main .acts button").last.click()
    expect(page.locator("main input[name=seen]")).to_be_attached()
    look("staff-behalf-check")


def half_way(portal: Portal, page: Page, look: Look) -> None:
    """A parcel of which one piece is graded, with another that is scanned meanwhile; then booked with nothing."""
    with portal.sessions() as session:
        refs = session.scalars(
            select(Return.ref).where(Return.goods == "awaiting", Return.decision == "approved")
        ).all()
    assert refs, "the walk over every address comes first: it furnishes the shop"
    page.goto(f"/staff/warehouse/returns/{refs[0]}")
    page.locator('[data-key="b"]').first.click()
    expect(page.locator(".errors")).to_be_focused()
    look("staff-warehouse-nothing-graded")
    page.goto(f"/staff/warehouse/returns/{refs[0]}")
    page.locator('#now button[value="as_new"]').click()
    page.locator('#desk input[name="u"]').first.wait_for(state="attached")
    look("staff-warehouse-begun")
    page.goto(f"/staff/warehouse/leave?parcel=/staff/warehouse/returns/{refs[0]}&code={refs[-1]}")
    look("staff-warehouse-leave")


def the_way_in(portal: Portal, page: Page, look: Look) -> None:
    """Signing in: nothing typed, the wrong thing, with a second factor, with a password that somebody else made."""
    secret, stamp = pyotp.random_base32(), utcnow().strftime("%f")
    with portal.sessions() as session, transaction(session):
        for name, handed_over in (("factor", False), ("fresh", True)):
            services.create(
                session, email=f"{name}{stamp}@almazara.example", role="support", password=PASSWORD,
                handed_over=handed_over, now=utcnow(),
            )  # fmt: skip
        user = session.scalars(select(StaffUser).where(StaffUser.email == f"factor{stamp}@almazara.example")).one()
        user.totp_secret = seal(SECRET, secret)
    page.context.clear_cookies()
    page.goto("/staff/sign-in")
    look("staff-sign-in")
    enter(page, "", "")
    look("staff-sign-in-empty")
    enter(page, "nobody@almazara.example", "wrong")
    look("staff-sign-in-wrong")
    enter(page, f"factor{stamp}@almazara.example", PASSWORD)
    look("staff-sign-in-code")
    page.fill("#code", "000000")
    page.locator("main form button[type=submit]").first.click()
    look("staff-sign-in-code-wrong")
    page.context.clear_cookies()
    page.goto("/staff/sign-in")
    enter(page, f"fresh{stamp}@almazara.example", PASSWORD)
    look("staff-account-handed-over")
    page.locator("main form:has(#new) button[type=submit]").click()
    look("staff-account-error")
    page.context.clear_cookies()
    page.goto("/staff/l/walked-link")
    page.locator("#open").click()
    look("staff-link-password")
    page.locator("main form button[type=submit]").click()
    look("staff-link-password-error")


def enter(page: Page, email: str, password: str) -> None:
    """Send the form of the way in."""
    page.fill("#email", email)
    page.fill("#password", password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()

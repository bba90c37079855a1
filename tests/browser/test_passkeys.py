"""Passkeys in a real browser with a virtual authenticator: made, second factor, alone; and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete

from app.core.clock import utcnow
from app.core.db import transaction
from app.staff.auth import services
from app.staff.models import StaffUser
from tests.browser.conftest import NewContext
from tests.browser.portal import PASSWORD, Portal

pytestmark = pytest.mark.browser

EMAIL = "llave@almazara.example"


@pytest.fixture
def named(portal: Portal) -> Iterator[str]:
    """The portal under a name, since browsers make no passkeys for a number; and a member who has none yet."""
    usual = portal.app.config["SETTINGS"]
    address = portal.url.replace("127.0.0.1", "localhost")
    portal.app.config["SETTINGS"] = usual.model_copy(update={"public_url": address})
    with portal.sessions() as session, transaction(session):
        services.create(
            session, email=EMAIL, role="support", password=PASSWORD, name="Eva", handed_over=False, now=utcnow()
        )
    yield address
    portal.app.config["SETTINGS"] = usual
    with portal.sessions() as session, transaction(session):
        session.execute(delete(StaffUser).where(StaffUser.email == EMAIL))


def with_authenticator(context: BrowserContext) -> Page:
    """A page whose browser has a telephone that knows its owner."""
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def type_password(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_made_and_signs_in_after_the_password_and_alone(named: str, new_context: NewContext) -> None:
    page = with_authenticator(new_context("en"))
    type_password(page, named)
    expect(page).to_have_url(f"{named}/staff/orders")
    page.goto(f"{named}/staff/account")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#name-fault")).to_contain_text("Give it a name, such as the device it is on.")
    page.fill("#name", "My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("main")).to_contain_text("The passkey “My phone” is added.")
    expect(page.locator("main code")).to_have_count(10)
    page.context.clear_cookies()
    type_password(page, named)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{named}/staff/orders")
    page.context.clear_cookies()
    page.goto(f"{named}/staff/sign-in?next=/staff/returns")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{named}/staff/returns")
    page.goto(f"{named}/staff/account")
    page.get_by_role("button", name="Add a passkey").wait_for()
    page.fill("#name", "The same phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("main")).to_contain_text("Is one of yours on this device already?")


def test_without_javascript_the_page_names_the_other_ways(named: str, new_context: NewContext) -> None:
    page = new_context("en", javascript=False).new_page()
    page.goto(f"{named}/staff/sign-in")
    page.fill("#email", "support@almazara.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{named}/staff/account")
    expect(page.get_by_text("To add one, JavaScript and a browser of 2025 or newer are needed.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)
    expect(page.get_by_role("button", name="Add the authenticator")).to_be_visible()

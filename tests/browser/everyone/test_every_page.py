"""Every page in all views: axe objects to none, and each is read narrow, spaced out, large, and under a finger."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.pages.errors import PAGES
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.everyone.console_pages import CONSOLE, every_address, furnished
from tests.browser.everyone.console_states import console_states, faulty
from tests.browser.everyone.further_pages import further_pages
from tests.browser.everyone.inspector import DARK_PHONE, LIGHT_DESK, Inspector
from tests.browser.everyone.walks import languages
from tests.browser.everyone.witness import Witness
from tests.browser.portal import Portal
from tests.browser.shopper import shopper
from tests.browser.staff_tour import staff_tour
from tests.browser.tour import tour
from tests.house.routes.addresses import addresses

pytestmark = pytest.mark.browser

# Addresses that a browser can open and that the walks need not, each with its reason. All others are walked past.
NO_PAGE = {
    "brand_files.icon": "a picture",
    "brand_files.picture": "a picture",
    "brand_files.stylesheet": "styles",
    "manifest.manifest": "a file for browsers",
    "one_click.confirm": "leads on to the choice of messages",
    "pages.conformance_report": "a plain text",
    "pages.favicon": "a picture",
    "pages.notice": "a text of the shop's in the frame of every page: tests/brands/test_hosts.py",
    "pages.robots_txt": "a file for robots",
    "pages.security_txt": "a plain text",
    "policy_settings.listed": "leads on to the only brand's",
    "reason_settings.listed": "leads on to the only brand's",
    "pictures.picture": "a picture",
    "pictures.picture_in_mail": "a picture",
    "return_flow.outcome": "leads on, as long as there is one way for a return to end",
    "return_flow.reason": "leads on to the items, where the reasons are",
    "returns.calendar": "a file for calendars",
    "returns.code": "a picture",
    "returns.label_pdf": "a label: tests/returns/labels/test_tagged.py",
    "returns.label_zpl": "commands for a printer",
    "returns.period": "a file for calendars",
    "returns.unlock": "leads on to the return, or to a code",
    "passkeys.alone": "asks a browser for a passkey, which this address has none of: tests/browser/test_passkeys.py",
    "passkeys.codes": "leads on, for who walks by has no second factor",
    "passkeys.remove": "leads on, for who walks by has no passkey",
    "handover.show": "a link that was never signed: tests/orders/handover/test_from_shop.py",
    "shop_sign_in.back": "takes a provider's answer",
    "shop_sign_in.start": "leads to the provider, where one is set",
    "sign_in_settings.remove": "leads on, for no provider is set",
    "sso.back": "takes a provider's answer",
    "sso.leave": "leads on, for no provider is set",
    "sso.start": "leads to the provider",
    "sso.start_connecting": "leads to the provider",
    "staff.home": "leads on to what a role opens first",
    "static": "styles, scripts, pictures",
    "support.unlock": "leads on to the case, or to a code",
    "tracking.address": "leads on to the order, or to a code",
    "tracking.calendar": "a file for calendars",
    "tracking.shipment": "a card of the order's page, which is walked past",
    "unsent.remaining": "a number for a script",
}


def opened(app: Flask, paths: Iterable[str]) -> set[str]:
    """The endpoints behind these paths."""
    adapter, endpoints = app.url_map.bind(""), set()
    for path in paths:
        try:
            endpoints.add(adapter.match(urlsplit(path).path, method="GET")[0])
        except (HTTPException, RequestRedirect):
            continue
    return endpoints


def readable(portal: Portal, *, console: bool) -> set[str]:
    """The endpoints that a browser can open, of the console or of customers."""
    return {
        one.endpoint
        for one in addresses(portal.app)
        if one.method == "GET" and not one.is_system and one.rule.rule.startswith(CONSOLE) == console
    }


def assert_all_were_seen(portal: Portal, inspector: Inspector, *, console: bool) -> None:
    """No address was passed by, and nothing is excepted that was seen."""
    endpoints, there = opened(portal.app, inspector.paths), readable(portal, console=console)
    assert sorted(there - endpoints - NO_PAGE.keys()) == []
    assert sorted(endpoints & NO_PAGE.keys()) == []


@pytest.mark.parametrize("language", languages("es"))
def test_every_customer_page_is_for_everyone(portal: Portal, new_context: NewContext, language: str) -> None:
    number = {"es": "C-30001", "en": "C-30002"}[language]
    person = shopper(portal, new_context(language), language)
    witness = Witness(person.page, portal.url)
    inspector = Inspector(person.page, {DARK_PHONE, LIGHT_DESK})
    tour(person, inspector.look, number)
    further_pages(person, inspector.look, f"F{number}")
    assert not inspector.faults, "\n".join(inspector.faults)
    assert_all_were_seen(portal, inspector, console=False)
    assert PAGES.keys() <= inspector.statuses
    witness.assert_nothing_was_broken_or_left()


@pytest.mark.parametrize("language", languages("es"))
def test_every_page_of_the_console_is_for_everyone(portal: Portal, new_context: NewContext, language: str) -> None:
    page = sign_in(new_context(language), "admin", then="/staff/orders")
    witness = Witness(page, portal.url)
    inspector = Inspector(page, {DARK_PHONE})
    furnished(portal)  # before the tour, so that its lists have rows
    staff_tour(portal, page, inspector.look)
    seen = opened(portal.app, inspector.paths)
    for name, path in [*every_address(portal, page)]:
        page.goto(path)
        if not opened(portal.app, [path]) <= seen:
            inspector.look(name)
        if faulty(page):
            inspector.look(f"{name} with a fault")
    console_states(portal, page, inspector.look)
    assert not inspector.faults, "\n".join(inspector.faults)
    assert_all_were_seen(portal, inspector, console=True)
    witness.assert_nothing_was_broken_or_left()


def test_the_exceptions_are_addresses_of_the_portal(portal: Portal) -> None:
    assert NO_PAGE.keys() <= {one.endpoint for one in addresses(portal.app)}

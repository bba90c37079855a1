"""A double press: the server gets the form twice with the same cookies and does it once; the last answer leads on."""

import pytest
from playwright.sync_api import expect

from tests.browser.ways.survives.traveller import FRONT, ORDER, RECEIPT, RETURN, Traveller

pytestmark = pytest.mark.browser


def test_look_up(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/")
    traveller.asks_for_order(traveller.wrong_email)  # a session that each press will renew
    page.fill("#contact", traveller.email)
    traveller.presses_twice("Find my order")
    expect(page).to_have_url(ORDER)
    page.reload()
    traveller.sees(traveller.number)


def test_tracking(traveller: Traveller) -> None:
    traveller.opens_order()
    page, before = traveller.page, traveller.codes()
    traveller.presses_twice("Return something")
    traveller.sees("Code sent to")
    assert traveller.codes() == before + 1
    page.fill("#code", traveller.person.read_code(traveller.email))
    traveller.presses_twice("Continue")
    expect(traveller.heading()).to_have_text("What do you want to send back?")
    traveller.opens_order()
    traveller.presses_twice("Close this order")
    expect(traveller.heading()).to_have_text(FRONT)


def test_return(traveller: Traveller) -> None:
    traveller.at_the_items()
    page = traveller.page
    traveller.person.choose_items()
    traveller.presses_twice("Continue")
    expect(traveller.heading()).to_have_text("How will you send it back?")
    page.locator('input[name="way"]').first.check()
    traveller.presses_twice("Continue")
    expect(traveller.heading()).to_have_text("Check your return")
    traveller.presses_twice("Request the return")
    expect(page).to_have_url(RETURN)
    assert traveller.returns() == 1


def test_withdrawal(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/withdraw")
    traveller.fills_withdrawal()
    traveller.presses_twice("Continue")
    traveller.sees(traveller.number)
    traveller.presses_twice("Confirm withdrawal")
    expect(page).to_have_url(RECEIPT)
    assert traveller.withdrawals() == 1


def test_preferences(traveller: Traveller) -> None:
    traveller.at_the_preferences()
    traveller.switch("email").uncheck()
    traveller.presses_twice("Save")
    traveller.sees("Saved. It applies from now on.")
    assert traveller.changes() == [("email", "off")]

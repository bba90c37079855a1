"""Loading again: the same page with what was typed, and nothing is sent a second time."""

import pytest
from playwright.sync_api import expect

from tests.browser.ways.survives.traveller import RECEIPT, RETURN, Traveller

pytestmark = pytest.mark.browser


def load_again(traveller: Traveller) -> None:
    """Twice; the page says the same."""
    heading = traveller.heading().inner_text()  # first: a title can be read before there is a page
    title = traveller.page.title()
    for _time in range(2):
        traveller.page.reload()
        expect(traveller.page).to_have_title(title)
        expect(traveller.heading()).to_have_text(heading)


def test_look_up(traveller: Traveller) -> None:
    traveller.page.goto("/")
    traveller.person.press("Find my order")
    load_again(traveller)
    traveller.asks_for_order(traveller.wrong_email)
    load_again(traveller)
    expect(traveller.page.locator("#number")).to_have_value(traveller.number)
    traveller.asks_for_order(traveller.email)
    traveller.sees(traveller.number)
    load_again(traveller)


def test_tracking(traveller: Traveller) -> None:
    traveller.opens_order()
    before = traveller.codes()
    load_again(traveller)
    traveller.person.follow("Return something")
    traveller.sees("Code sent to")
    load_again(traveller)
    assert traveller.codes() == before + 1


def test_return(traveller: Traveller) -> None:
    traveller.at_the_items()
    traveller.person.press("Continue")
    expect(traveller.page.locator(".errors")).to_be_visible()
    load_again(traveller)
    traveller.person.choose_items()
    traveller.person.press("Continue")
    load_again(traveller)
    traveller.page.locator('input[name="way"]').first.check()
    traveller.person.press("Continue")
    load_again(traveller)
    traveller.person.press("Request the return")
    expect(traveller.page).to_have_url(RETURN)
    load_again(traveller)
    assert traveller.returns() == 1


def test_withdrawal(traveller: Traveller) -> None:
    traveller.page.goto("/withdraw")
    traveller.page.fill("#name", "Emma")
    traveller.person.press("Continue")
    expect(traveller.page.locator(".errors")).to_be_visible()
    load_again(traveller)
    expect(traveller.page.locator("#name")).to_have_value("Emma")
    traveller.fills_withdrawal()
    traveller.person.press("Continue")
    traveller.sees(traveller.number)
    load_again(traveller)
    traveller.confirm_button().click()
    expect(traveller.page).to_have_url(RECEIPT)
    load_again(traveller)
    assert traveller.withdrawals() == 1


def test_preferences(traveller: Traveller) -> None:
    traveller.at_the_preferences()
    load_again(traveller)
    traveller.switch("email").uncheck()
    traveller.person.press("Save")
    traveller.sees("Saved. It applies from now on.")
    load_again(traveller)
    expect(traveller.switch("email")).not_to_be_checked()
    assert traveller.changes() == [("email", "off")]

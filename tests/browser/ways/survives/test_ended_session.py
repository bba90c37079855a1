"""A session that ended meanwhile: the page says so, what was typed or chosen is kept, and is sent once."""

import pytest
from playwright.sync_api import expect

from tests.browser.ways.survives.traveller import FRONT, ORDER, RECEIPT, RETURN, Traveller

pytestmark = pytest.mark.browser

ENDED = "Your session ended before this was sent"


def test_look_up(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/")
    traveller.asks_for_order(traveller.wrong_email)  # only now there is a session
    page.fill("#contact", traveller.email)
    traveller.waits_until_the_session_has_ended()
    traveller.person.press("Find my order")
    expect(traveller.heading()).to_have_text(ENDED)
    traveller.sees(traveller.number)
    traveller.sees(traveller.email)
    traveller.person.press("Send it now")
    expect(page).to_have_url(ORDER)
    expect(page.locator("#unsent")).to_have_count(0)


def test_tracking(traveller: Traveller) -> None:
    traveller.opens_order()
    page, order = traveller.page, traveller.page.url
    for act in (page.reload, lambda: traveller.person.follow("Return something")):
        traveller.waits_until_the_session_has_ended()
        act()
        expect(traveller.heading()).to_have_text(FRONT)
        traveller.sees("Your access to this order has ended")
        expect(page.locator("#number")).to_have_value(traveller.number)
        page.fill("#contact", traveller.email)
        traveller.person.press("Find my order")
        expect(page).to_have_url(order)
        expect(page.locator("#unsent")).to_have_count(0)


def test_return(traveller: Traveller) -> None:
    traveller.at_the_items()
    page = traveller.page
    traveller.person.choose_items()
    traveller.waits_until_the_session_has_ended()
    traveller.person.press("Continue")
    expect(traveller.heading()).to_have_text(ENDED)
    page.locator("main a.button-main").click()
    traveller.asks_for_order(traveller.email)
    traveller.sends_what_was_kept()
    traveller.person.press("Send me a code")
    traveller.enters_code()
    traveller.person.press("Send it now")
    expect(traveller.heading()).to_have_text("How will you send it back?")
    page.locator('input[name="way"]').first.check()
    traveller.person.press("Continue")
    expect(traveller.heading()).to_have_text("Check your return")
    traveller.sees("I no longer want it")
    traveller.person.press("Request the return")
    expect(page).to_have_url(RETURN)
    assert traveller.returns() == 1


def test_withdrawal(traveller: Traveller) -> None:
    page = traveller.page
    traveller.opens_order()
    page.goto("/withdraw")
    traveller.fills_withdrawal(items="The two mugs")
    traveller.waits_until_the_session_has_ended()
    traveller.person.press("Continue")
    expect(traveller.heading()).to_have_text(ENDED)
    for words in ("Emma", traveller.number, traveller.email, "The two mugs"):
        traveller.sees(words)
    traveller.person.press("Send it now")
    traveller.sees("The two mugs")
    traveller.waits_until_the_session_has_ended()
    traveller.confirm_button().click()
    expect(traveller.heading()).to_have_text(ENDED)
    traveller.person.press("Send it now")
    expect(page).to_have_url(RECEIPT)
    traveller.sees("The two mugs")
    assert traveller.withdrawals() == 1


def test_preferences(traveller: Traveller) -> None:
    traveller.at_the_preferences()
    page = traveller.page
    traveller.switch("email").uncheck()
    traveller.waits_until_the_session_has_ended()
    traveller.person.press("Save")
    expect(traveller.heading()).to_have_text(ENDED)
    assert traveller.changes() == []
    page.locator("main a.button-main").click()
    traveller.asks_for_order(traveller.email)
    traveller.sends_what_was_kept()
    traveller.person.press("Send me a code")
    traveller.enters_code()
    traveller.person.press("Send it now")
    traveller.sees("Saved. It applies from now on.")
    expect(traveller.switch("email")).not_to_be_checked()
    assert traveller.changes() == [("email", "off")]

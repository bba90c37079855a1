"""Going back: the page before comes again, the browser never asks to send a form once more, nothing is done twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.ways.survives.traveller import FRONT, ORDER, RECEIPT, RETURN, Traveller

pytestmark = pytest.mark.browser


def test_look_up(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/")
    traveller.asks_for_order(traveller.wrong_email)
    expect(page.locator("#contact")).to_have_value(traveller.wrong_email)
    page.go_back()
    expect(traveller.heading()).to_have_text(FRONT)
    traveller.asks_for_order(traveller.email)
    expect(page).to_have_url(ORDER)
    page.go_back()
    expect(traveller.heading()).to_have_text(FRONT)
    page.go_forward()
    traveller.sees(traveller.number)


def test_tracking(traveller: Traveller) -> None:
    traveller.opens_order()
    page, before = traveller.page, traveller.codes()
    answer = traveller.heading().inner_text()
    for _time in range(2):
        traveller.person.follow("Return something")
        expect(page.locator("#code")).to_be_visible()
        page.go_back()
        expect(traveller.heading()).to_have_text(answer)
    assert traveller.codes() == before + 1
    page.locator('footer a[href="/help"]').click()
    page.wait_for_url("**/help")
    page.go_back()
    expect(traveller.heading()).to_have_text(answer)


def test_return(traveller: Traveller) -> None:
    traveller.at_the_check()
    page = traveller.page
    page.go_back()
    expect(traveller.heading()).to_have_text("How will you send it back?")
    expect(page.locator('input[name="way"]').first).to_be_checked()
    page.go_back()
    expect(page.locator('input[name^="pick-"]').first).to_be_checked()
    page.go_forward()
    page.go_forward()
    traveller.person.press("Request the return")
    expect(page).to_have_url(RETURN)
    page.go_back()
    expect(traveller.heading()).to_be_visible()
    page.go_forward()
    expect(page).to_have_url(RETURN)
    assert traveller.returns() == 1


def test_withdrawal(traveller: Traveller) -> None:
    traveller.at_the_withdrawal_check()
    page = traveller.page
    page.go_back()
    expect(page.locator("#name")).to_be_visible()
    page.go_forward()
    traveller.sees(traveller.number)
    traveller.confirm_button().click()
    expect(page).to_have_url(RECEIPT)
    receipt = page.url
    page.go_back()
    traveller.confirm_button().click()
    expect(page).to_have_url(receipt)
    assert traveller.withdrawals() == 1


def test_preferences(traveller: Traveller) -> None:
    traveller.at_the_preferences()
    page = traveller.page
    traveller.switch("email").uncheck()
    traveller.person.press("Save")
    traveller.sees("Saved. It applies from now on.")
    page.go_back()
    expect(traveller.heading()).to_have_text("Your messages")
    page.reload()
    expect(traveller.switch("email")).not_to_be_checked()
    page.go_forward()
    traveller.person.press("Save")
    traveller.sees("Saved. It applies from now on.")
    assert traveller.changes() == [("email", "off")]

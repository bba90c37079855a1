"""Two tabs of one browser: each goes on, and one that no longer shows what holds is told so before it does harm."""

import pytest
from playwright.sync_api import expect

from tests.browser.ways.survives.traveller import ORDER, RECEIPT, RETURN, Traveller

pytestmark = pytest.mark.browser


def test_look_up(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/")
    with traveller.in_another_tab() as other:
        traveller.asks_for_order(traveller.email)
        expect(other).to_have_url(ORDER)
    page.fill("#number", "A-10431")
    page.fill("#contact", "noah@example.com")
    traveller.person.press("Find my order")
    for tab, number in ((page, "A-10431"), (other, traveller.number)):
        expect(tab).to_have_url(ORDER)
        tab.reload()
        expect(tab.locator("main")).to_contain_text(number)


def test_tracking(traveller: Traveller) -> None:
    traveller.opens_order()
    page, before = traveller.page, traveller.codes()
    with traveller.in_another_tab() as other:
        traveller.person.follow("Return something")
        traveller.enters_code()
        expect(traveller.heading()).to_have_text("What do you want to send back?")
    traveller.person.follow("Return something")
    expect(traveller.heading()).to_have_text("What do you want to send back?")
    assert traveller.codes() == before + 1
    page.go_back()
    traveller.person.press("Close this order")
    expect(page.locator("#look-up")).to_be_visible()
    other.reload()
    expect(other.locator("main")).to_contain_text("You can't see that order in this browser yet")
    expect(other.locator("#look-up")).to_be_visible()


def test_return(traveller: Traveller) -> None:
    traveller.at_the_check()
    page = traveller.page
    with traveller.in_another_tab() as other:
        other.goto(other.url.replace("/check", "/method"))
        other.locator('input[name="way"][value="dropoff"]').check()
        traveller.person.press("Continue")
        expect(traveller.heading()).to_have_text("Check your return")
    traveller.person.press("Request the return")
    expect(page.locator(".errors")).to_contain_text("You changed your return in another window")
    traveller.person.press("Request the return")
    expect(page).to_have_url(RETURN)
    other.get_by_role("button", name="Request the return", exact=True).click()
    expect(other).to_have_url(page.url)
    assert traveller.returns() == 1


def test_withdrawal(traveller: Traveller) -> None:
    traveller.at_the_withdrawal_check()
    page = traveller.page
    with traveller.in_another_tab() as other:
        other.goto("/withdraw")
        traveller.fills_withdrawal(items="The two mugs")
        traveller.person.press("Continue")
        expect(traveller.confirm_button()).to_be_visible()
    traveller.confirm_button().click()
    expect(page).to_have_url(RECEIPT)
    other.get_by_role("button", name="Confirm withdrawal", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("We already have a statement of yours for this order")
    assert traveller.withdrawals() == 1
    other.locator("#earlier").click()
    expect(other).to_have_url(page.url)


def test_a_second_withdrawal_that_is_meant_is_taken(traveller: Traveller) -> None:
    for items in ("The two mugs", "The board"):
        traveller.page.goto("/withdraw")
        traveller.fills_withdrawal(items=items)
        traveller.person.press("Continue")
        traveller.confirm_button().click()
    expect(traveller.page.get_by_role("alert")).to_be_visible()
    traveller.confirm_button().click()
    expect(traveller.page).to_have_url(RECEIPT)
    traveller.sees("The board")
    assert traveller.withdrawals() == 2


def test_preferences(traveller: Traveller) -> None:
    traveller.at_the_preferences()
    page = traveller.page
    with traveller.in_another_tab():
        traveller.switch("email").uncheck()
        traveller.person.press("Save")
        traveller.sees("Saved. It applies from now on.")
    expect(traveller.switch("email")).to_be_checked()
    traveller.person.press("Save")
    expect(page.get_by_role("alert")).to_contain_text("You changed this in another window")
    expect(traveller.switch("email")).not_to_be_checked()
    assert traveller.changes() == [("email", "off")]
    traveller.switch("email").check()
    traveller.person.press("Save")
    traveller.sees("Saved. It applies from now on.")
    assert traveller.changes() == []

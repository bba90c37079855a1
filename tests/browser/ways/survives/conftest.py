"""Whoever goes on a journey: a person with a browser of their own, once with JavaScript and once without."""

import itertools

import pytest

from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper
from tests.browser.ways.survives.traveller import Traveller

NUMBERS = itertools.count(70_001)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def traveller(request: pytest.FixtureRequest, portal: Portal, new_context: NewContext) -> Traveller:
    """Emma, whose order has come, and who has told nobody yet which messages she wants."""
    portal.forget_wishes()
    portal.forget_tries()
    number = f"J-{next(NUMBERS)}"
    email = portal.deliver_order(number, "en")
    return Traveller(shopper(portal, new_context("en", javascript=request.param), "en"), number, email)

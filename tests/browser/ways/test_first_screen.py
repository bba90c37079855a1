"""On a small phone the first screen of every order answers: state, day, what happens next, what to do (X-01)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from app.sandbox.demo import PEOPLE
from app.sandbox.story import STORIES, Story
from tests.browser.portal import Portal
from tests.browser.shopper import shopper

PHONE = {"width": 360, "height": 640}
PARTS = {"the state and its day": "h1", "what happens next": ".answer-why", "what to do": ".acts .button-main"}


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Callable[[str], BrowserContext]:
    """Browsers of the smallest screen that is still sold."""
    return lambda language: new_context(language, viewport=PHONE)


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_first_screen_holds_state_day_and_next_step(
    portal: Portal, phone: Callable[[str], BrowserContext], language: str
) -> None:
    somebody = shopper(portal, phone(language), language)
    below = []
    for story in STORIES:
        open_order(somebody.page, somebody.find_order, story)
        below += [f"{story.number} ({story.title}): {what}" for what in hidden(somebody.page)]
    assert below == []


def open_order(page: Page, find_order: Callable[[str, str], str], story: Story) -> None:
    """The order's page in the browser's own language."""
    find_order(story.number, PEOPLE[story.person].email)
    page.wait_for_load_state("domcontentloaded")


def hidden(page: Page) -> list[str]:
    """What of the answer does not end within the first screen."""
    lacking = []
    for what, selector in PARTS.items():
        box = page.locator(selector).first.bounding_box()
        if box is None or box["y"] + box["height"] > PHONE["height"]:
            lacking.append(f"{what} ends at {round(box['y'] + box['height']) if box else 'nowhere'}")
    return lacking

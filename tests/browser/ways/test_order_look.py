"""The order's page under a finger and an eye: everything to press is 44 px high, pictures can be seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from app.sandbox.demo import PEOPLE
from app.sandbox.story import STORIES, Story
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper

pytestmark = pytest.mark.browser

PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# How many pixels above and below its middle a press still reaches a control; what stands in a text is as high as it.
REACH = """() => [...document.querySelectorAll('main :is(a, button, summary), footer a')]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== 'inline')
  .map((one) => {
    one.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = one.getClientRects()[0], x = box.left + Math.min(box.width / 2, 20), middle = box.top + box.height / 2;
    const hit = (y) => { const found = document.elementFromPoint(x, y); return !!found && one.contains(found); };
    let above = 0, below = 0;
    while (above < 60 && hit(middle - above - 1)) above += 1;
    while (below < 60 && hit(middle + below + 1)) below += 1;
    return [one.id || one.textContent.trim(), above + below + 1];
  })
  .filter(([, reach]) => reach < 44)
  .map(([name, reach]) => `${name}: ${reach} px`)"""
PICTURES = """() => [...document.querySelectorAll('.item-picture')].filter((one) => one.checkVisibility())
  .map((one) => one.getBoundingClientRect().width)"""


def opened(page: Page, find_order: Callable[[str, str], str], story: Story) -> None:
    """The story's page with all its folds open."""
    find_order(story.number, PEOPLE[story.person].email)
    page.wait_for_load_state("load")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")


@pytest.fixture
def phone(new_context: NewContext) -> BrowserContext:
    """A phone, with a finger."""
    return new_context("en", viewport=PHONE, has_touch=True)


def test_everything_to_press_has_the_height_of_a_finger(portal: Portal, phone: BrowserContext) -> None:
    somebody, small = shopper(portal, phone, "en"), []
    for story in STORIES:
        opened(somebody.page, somebody.find_order, story)
        small += [f"{story.number} {fault}" for fault in somebody.page.evaluate(REACH)]
    assert small == []


@pytest.mark.parametrize(("screen", "least"), [(PHONE, 72), (WIDE, 96)])
def test_pictures_have_presence(portal: Portal, new_context: NewContext, screen: dict[str, int], least: int) -> None:
    somebody = shopper(portal, new_context("en", viewport=screen), "en")
    opened(somebody.page, somebody.find_order, next(one for one in STORIES if len(one.parcels) > 1))
    widths = somebody.page.evaluate(PICTURES)
    assert widths
    assert min(widths) >= least

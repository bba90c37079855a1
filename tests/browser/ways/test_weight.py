"""What a page weighs on the wire, measured by Chromium against the server that serves it in earnest."""

import random
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import select, update

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import digest
from app.orders.models import Order, OrderLine
from app.orders.pictures.pictures import Picture
from app.orders.pictures.thumbnail import make
from tests.browser.conftest import REGION
from tests.browser.portal import SECRET, Portal
from tests.browser.scales import FOUR_ITEMS, Weight, cookies_of, visits, walk
from tests.browser.shopper import Shopper, shopper
from tests.served import Served, served

pytestmark = pytest.mark.browser

FIRST, AGAIN, PICTURED = 45_000, 6_000, 60_000
STEPS = {"return: items", "return: how", "return: check", "return: done"}
WALKED = {"find", "help", "order of 4 items", "return status"} | STEPS


@pytest.fixture(scope="module")
def web(portal: Portal) -> Iterator[Served]:
    url = portal.app.config["SETTINGS"].database_url
    with served(url, SECRET_KEY=SECRET, DEMO="1", WEB_WORKERS="1", PUBLIC_URL=portal.url) as running:
        yield running


@pytest.fixture
def person(portal: Portal, chromium: Browser, web: Served) -> Iterator[Shopper]:
    """Somebody at the web that is served in earnest."""
    url = f"http://127.0.0.1:{web.port}"
    context = chromium.new_context(base_url=url, locale=REGION["es"])
    yield shopper(portal, context, "es")
    context.close()


def weigh(chromium: Browser, person: Shopper) -> Weight:
    """The page that this person has before them."""
    person.page.wait_for_load_state("domcontentloaded")
    return visits(chromium, person.page.url, cookies_of(person.context), locale=REGION["es"])


def test_a_first_visit_weighs_at_most_45_kilobytes_and_the_next_6(chromium: Browser, person: Shopper) -> None:
    weights: dict[str, Weight] = {}
    walk(person, "E-50031", lambda name: weights.update({name: weigh(chromium, person)}))
    assert weights.keys() == WALKED
    assert {name: weight for name, weight in weights.items() if weight.first > FIRST or weight.again > AGAIN} == {}


def photograph(seed: int) -> bytes:
    """A picture as full of detail as a photograph of goods: patches of four sizes, the finer the fainter."""
    chance, side = random.Random(seed), 400
    picture = Image.new("RGB", (side, side))
    for patches, strength in ((4, 1.0), (12, 0.5), (48, 0.25), (192, 0.08)):
        layer = Image.frombytes("RGB", (patches, patches), chance.randbytes(patches * patches * 3))
        picture = Image.blend(picture, layer.resize((side, side), Image.Resampling.BICUBIC), strength)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def illustrate(portal: Portal, number: str) -> int:
    """Have a photograph of each thing in this order; gives how many there are."""
    with portal.sessions() as session, transaction(session):
        order = session.scalars(select(Order.id).where(Order.number == number)).one()
        lines = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order)).all()
        for line in lines:
            url = f"https://pictures.example/{line}.jpg"
            session.execute(update(OrderLine).where(OrderLine.id == line).values(image_url=url))
            small = make(photograph(line))
            now = utcnow()
            session.add(Picture(url_hash=digest(url), url=url, content=small, wanted_at=now, next_try_at=now))
        return len(lines)


def test_an_order_with_photographs_weighs_at_most_60_kilobytes(
    portal: Portal, chromium: Browser, person: Shopper
) -> None:
    assert illustrate(portal, FOUR_ITEMS[0]) == 4
    person.find_order(*FOUR_ITEMS)
    assert person.page.locator('.item img[src^="/pictures/"]').count() == 4
    weight = weigh(chromium, person)
    assert weight.answers >= 10 and weight.first <= PICTURED, weight

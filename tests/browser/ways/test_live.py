"""News while one looks: each is said once, and whoever reads or types is not disturbed by it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.clock import utcnow
from app.core.db import transaction
from app.orders.models import Order
from app.sandbox import carrier, demo
from app.sandbox.story import CEX, SEUR, Story, StoryParcel, StoryScan
from app.tracking.models import Shipment
from app.tracking.services import record_events
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import shopper

pytestmark = pytest.mark.browser

CITIES = ("Getafe", "Coslada", "Madrid")
# Of each kind of control one that stands while the parcel travels, in the parcel's own card where there is one.
CONTROLS = (
    "#parcel-1 .copy",
    "#parcel-1 .facts a[target]",
    "#parcel-1 .timeline summary",
    "#answer .acts .button",
    "#parcel-2 .copy",
    "#parcel-2 .timeline summary",
    ".foot a",
)
WATCH = """() => {
  const region = document.querySelector('[role=status]');
  window.region = region;
  window.said = [];
  const add = ({ addedNodes }) => addedNodes.forEach((node) => said.push(node.textContent));
  const note = (changes) => changes.forEach(add);
  new MutationObserver(note).observe(region, { childList: true, subtree: true });
}"""
STANDS = "() => window.region.isConnected && document.querySelectorAll('[role=status]').length"
PLACE = "() => document.activeElement.getBoundingClientRect().top"
# What tells a control from its like after the page has changed around it: the node itself.
MARK = "(control) => { window.held = control; control.focus(); }"
HELD = "() => window.held === document.activeElement && window.held.isConnected"


def travelling(portal: Portal, number: str) -> str:
    """An order in two parcels under way; gives its reference."""
    scans = tuple(
        StoryScan(day, at, state, town)
        for day, at, state, town in (
            (-3, "18:40", "info_received", "Getafe"),
            (-3, "20:55", "picked_up", "Getafe"),
            (-2, "04:05", "in_transit", "Coslada"),
            (-2, "12:48", "in_transit", "Madrid"),
            (-1, "04:48", "in_transit", "Madrid"),
        )
    )
    parcels = tuple(
        StoryParcel(courier, None, (items,), (1, 2), scans, moves=False)
        for courier, items in ((CEX, ("MUG-2", 1)), (SEUR, ("BRD-40", 1)))
    )
    story = Story(number, "lucia", 4, "shipped", (("MUG-2", 1), ("BRD-40", 1)), parcels)
    with portal.sessions() as session, transaction(session):
        demo.add_order(session, story, public_url=portal.url, now=utcnow())
    portal.work()
    return portal.order_ref(number)


def scanned(portal: Portal, ref: str, place: int, at: int) -> None:
    """The carrier scans a parcel of the order."""
    with portal.sessions() as session, transaction(session):
        order = session.scalars(select(Order).where(Order.ref == ref)).one()
        parcels = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.position, Shipment.id)
        parcel = session.scalars(parcels).all()[place - 1]
        step = carrier.NextScan(parcel.carrier or "", parcel.number or "", "in_transit", CITIES[at % len(CITIES)])
        then = utcnow() - timedelta(minutes=20 - at)
        record_events(session, [carrier.scan(step, then)], source=carrier.SOURCE, now=utcnow())
    portal.work()


# What a card no longer asks for it forgets when what has come is in its place, a moment after it can be seen.
SETTLING = """() => {
  window.settled = new Promise((done) => document.addEventListener('htmx:afterSettle', () => done(), { once: true }));
}"""


def look_for_news(page: Page, *places: int) -> None:
    """Have the cards look for news at once, as they do each minute."""
    page.evaluate("(places) => places.forEach((place) => htmx.trigger(`#parcel-${place}`, 'look'))", list(places))


@pytest.mark.parametrize(("width", "height", "number"), [(360, 740, "N-60001"), (1280, 900, "N-60002")])
def test_ten_news_are_said_ten_times_and_move_nothing(
    portal: Portal, new_context: NewContext, width: int, height: int, number: str
) -> None:
    ref = travelling(portal, number)
    person = shopper(portal, new_context("en", viewport={"width": width, "height": height}), "en")
    page = person.page
    person.find_order(number, "lucia@example.com")
    for fold in page.locator("main details").all():
        fold.evaluate("(fold) => { fold.open = true; }")
    folds = page.locator("main details[open]").count()
    assert folds
    page.evaluate(WATCH)
    for at in range(10):
        control = page.locator(CONTROLS[at % len(CONTROLS)]).first
        control.evaluate(MARK)
        before, scrolled = page.evaluate(PLACE), page.evaluate("scrollY")
        scanned(portal, ref, 1, at)
        look_for_news(page, 1)
        expect(page.locator("#live p")).to_have_count(at + 1)
        assert page.evaluate(HELD), CONTROLS[at % len(CONTROLS)]
        assert abs(page.evaluate(PLACE) - before) <= 1, (CONTROLS[at % len(CONTROLS)], scrolled)
        assert page.locator("main details[open]").count() == folds
        assert page.evaluate(STANDS) == 1
    lines = page.evaluate("window.said")
    assert len(lines) == 10
    assert all(lines)


def test_news_of_two_parcels_at_the_same_moment_are_both_said(portal: Portal, new_context: NewContext) -> None:
    ref = travelling(portal, "N-60003")
    person = shopper(portal, new_context("es"), "es")
    person.find_order("N-60003", "lucia@example.com")
    person.page.evaluate(WATCH)
    scanned(portal, ref, 1, 1)
    scanned(portal, ref, 2, 2)
    look_for_news(person.page, 1, 2)
    expect(person.page.locator("#live p")).to_have_count(2)
    lines = person.page.evaluate("window.said")
    assert len(lines) == len({line.partition(":")[0] for line in lines}) == 2


def test_what_no_longer_changes_is_no_longer_asked_for(portal: Portal, new_context: NewContext) -> None:
    ref = travelling(portal, "N-60004")
    person = shopper(portal, new_context("en"), "en")
    person.find_order("N-60004", "lucia@example.com")
    with portal.sessions() as session, transaction(session):
        parcel = session.scalars(
            select(Shipment)
            .join(Order, Order.id == Shipment.order_id)
            .where(Order.ref == ref)
            .order_by(Shipment.position)
        ).first()
        assert parcel is not None
        step = carrier.NextScan(parcel.carrier or "", parcel.number or "", "delivered", "Madrid")
        record_events(session, [carrier.scan(step, utcnow())], source=carrier.SOURCE, now=utcnow())
    portal.work()
    person.page.evaluate(SETTLING)
    look_for_news(person.page, 1)
    person.page.evaluate("() => window.settled")
    expect(person.page.locator("#parcel-1:not([hx-get])")).to_have_count(1)
    expect(person.page.locator("#live p")).to_have_count(1)
    requests: list[str] = []
    person.page.on("request", lambda request: requests.append(request.url))
    look_for_news(person.page, 1)
    person.page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    assert requests == []


def test_copying_works_where_the_clipboard_is_refused_and_the_button_says_so(
    portal: Portal, new_context: NewContext
) -> None:
    person = shopper(portal, new_context("es", viewport={"width": 360, "height": 740}), "es")
    page = person.page
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
    page.add_init_script("document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    page.clock.install()
    person.find_order("A-10462", "lucia@example.com")
    page.locator("details").evaluate_all("folds => folds.forEach(fold => (fold.open = true))")
    button = page.locator(".copy").first
    label = button.inner_text()
    for _press in range(2):
        button.click()
        expect(button).to_contain_text(person.says("Copied"))
    expect(page.locator("#live p").last).to_have_text(person.says("Copied"))
    assert page.evaluate("window.copied") == button.get_attribute("data-copy")
    assert page.evaluate("document.activeElement.matches('.copy')")
    page.clock.run_for(2500)
    expect(button).to_have_text(label, use_inner_text=True)
    boxes = page.locator(".copyable").evaluate_all(
        "all => all.map(one => ['b', '.copy'].map(part => one.querySelector(part).getBoundingClientRect()))"
    )
    assert boxes and all(text["right"] <= press["left"] for text, press in boxes)

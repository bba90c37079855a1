"""The warehouse in a browser under a clock that the test holds: a scanner's keys are a scan, a clerk's key grades."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.returns.models import Return
from tests.browser.clerk import sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser

HOME = "/staff/warehouse"
NOTE = "caja rota"
QUIET_MS = 101


@dataclass
class Desk:
    """A parcel open in the warehouse, and another one to be scanned. Time only passes when the test lets it."""

    page: Page
    ref: str
    other: str

    @property
    def path(self) -> str:
        return f"{HOME}/returns/{self.ref}"

    def open(self) -> None:
        self.page.goto(self.path)
        expect(self.page.locator("#now")).to_be_visible()
        expect(self.page.locator("#code")).to_be_focused()
        self.hold()

    def hold(self) -> None:
        """Stop the page's clock."""
        self.page.clock.pause_at(self.page.evaluate("Date.now() / 1000 + 1"))

    def focus(self, selector: str) -> None:
        self.page.locator("details.more").evaluate("one => { one.open = true }")
        blur_or_focus = "one => one === document.body ? document.activeElement.blur() : one.focus()"
        self.page.locator(selector).evaluate(blur_or_focus)

    def scan(self, keys: list[str], *, every: int) -> None:
        """Keys as a scanner sends them."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.clock.run_for(every)

    def press(self, key: str) -> None:
        """A key as a clerk presses it: by itself."""
        self.page.keyboard.press(key)
        self.page.clock.run_for(QUIET_MS)
        self.page.clock.run_for(QUIET_MS)

    def go_on(self) -> None:
        self.page.clock.run_for(QUIET_MS)
        self.page.clock.run_for(QUIET_MS)
        self.page.clock.resume()

    @property
    def grades(self) -> list[str | None]:
        self.page.wait_for_load_state("domcontentloaded")  # a click ends when the next page begins
        return [code.get_attribute("value") for code in self.page.locator('#desk input[name="u"]').all()]


@pytest.fixture
def desk(portal: Portal, new_context: NewContext) -> Desk:
    page = sign_in(new_context("en"), "warehouse", then=HOME)
    page.clock.install()
    with portal.sessions() as session:
        here = session.scalars(select(Return).where(Return.goods == "in_transit").limit(1)).one()
        other = session.scalars(select(Return).where(Return.goods == "inspected").limit(1)).one()
    made = Desk(page, here.ref, other.ref)
    made.open()
    return made


FOCUS = ("body", "#code", "#note", "#x0_quantity", '#now button[value="opened"]')
ENDS = (["Enter"], ["Tab"], [])


SPEEDS = (1, 15, 30)
EVERYWHERE = [(focus, end, 30) for focus in FOCUS for end in ENDS]
AT_EVERY_SPEED = [("body", end, every) for end in ENDS for every in SPEEDS]


def test_a_scan_opens_the_scanned_parcel_wherever_the_focus_is_and_grades_nothing(desk: Desk) -> None:
    for way in (*EVERYWHERE, *AT_EVERY_SPEED):
        focus, end, every = way
        desk.open()
        desk.focus(focus)
        desk.scan(["]", "C", "1", *desk.other, *end], every=every)
        desk.go_on()
        expect(desk.page).to_have_url(re.compile(f"/returns/{desk.other}$"))
        expect(desk.page.locator("#desk")).to_be_visible()
        desk.page.goto(desk.path)
        assert (way, desk.grades) == (way, [])
        expect(desk.page.locator("#note")).to_have_value("")


@pytest.mark.parametrize("tail", [["4", "1", "Enter"], ["4", "Enter"], ["4", "1"], ["B", "4", "1"]])
def test_the_tail_of_a_scan_grades_nothing(desk: Desk, tail: list[str]) -> None:
    desk.scan(tail, every=30)
    desk.go_on()
    if "Enter" in tail:
        expect(desk.page.locator("main")).to_contain_text("We can't find")
    else:
        expect(desk.page.locator("#code")).to_have_value("".join(tail))
    desk.page.goto(desk.path)
    assert desk.grades == []


def test_a_scan_beside_a_begun_parcel_asks_and_the_note_stays(desk: Desk) -> None:
    desk.press("2")
    desk.page.clock.resume()
    expect(desk.page.get_by_role("button", name="Book 1 unit")).to_be_visible()
    desk.page.fill("#note", NOTE)
    desk.hold()
    desk.focus("#note")
    desk.scan([*desk.other, "Enter"], every=15)
    desk.go_on()
    expect(desk.page).to_have_title(re.compile("Not booked yet"))
    expect(desk.page.get_by_role("link", name="Go on with")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#note")).to_have_value(NOTE)
    assert desk.grades == ["0.opened.restock"]


def hold_the_first_press(desk: Desk) -> list[Route]:
    """A slow page: the first press waits in this list until the test lets it go."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not routes:
            routes.append(route)
        else:
            route.continue_()

    desk.page.route(f"**{desk.path}", hold)
    return routes


def test_what_is_typed_while_the_page_waits_stays_and_so_does_the_cursor(desk: Desk) -> None:
    routes = hold_the_first_press(desk)
    desk.press("2")
    desk.page.clock.resume()
    desk.page.wait_for_function("document.querySelector('#desk').classList.contains('htmx-request')")
    desk.page.fill("#note", NOTE)
    routes[0].continue_()
    expect(desk.page.get_by_role("button", name="Book 1 unit")).to_be_visible()
    expect(desk.page.locator(".htmx-settling, .htmx-added")).to_have_count(0)
    expect(desk.page.locator("#note")).to_have_value(NOTE)
    expect(desk.page.locator("#note")).to_be_focused()


def test_keys_that_come_while_the_page_waits_are_done_after_it(desk: Desk) -> None:
    routes = hold_the_first_press(desk)
    desk.press("2")
    desk.scan([*desk.other, "Enter"], every=15)
    desk.go_on()
    desk.page.wait_for_function("document.querySelector('#desk').classList.contains('htmx-request')")
    routes[0].continue_()
    expect(desk.page).to_have_title(re.compile("Not booked yet"))
    desk.page.get_by_role("link", name="Go on with").click()
    assert desk.grades == ["0.opened.restock"]


def test_a_number_is_typed_by_hand_after_a_key_or_a_tap(desk: Desk) -> None:
    for way in (lambda: desk.press("s"), lambda: desk.page.locator("#code").click()):
        desk.page.reload()
        desk.hold()
        way()
        for key in "4512":
            desk.press(key)
        expect(desk.page.locator("#code")).to_have_value("4512")
        assert desk.grades == []


def test_one_key_books_and_the_next_scan_has_its_field(desk: Desk) -> None:
    desk.page.fill("#note", NOTE)
    desk.focus("#code")
    desk.press("6")
    desk.page.clock.resume()
    expect(desk.page.get_by_role("button", name="Book 1 unit")).to_be_visible()
    desk.hold()
    desk.press("b")
    desk.page.clock.resume()
    expect(desk.page.locator(".errors")).to_contain_text("Nothing is graded yet")
    expect(desk.page.locator("#note")).to_have_value(NOTE)


def test_without_javascript_the_field_has_the_focus_and_nothing_typed_is_lost(
    portal: Portal, new_context: NewContext, desk: Desk
) -> None:
    page = sign_in(new_context("en", javascript=False), "warehouse", then=HOME)
    page.goto(desk.path)
    expect(page.locator("#code")).to_be_focused()
    page.fill("#note", NOTE)
    page.locator('#now button[value="opened"]').click()
    expect(page.locator("#note")).to_have_value(NOTE)
    page.fill("#code", "nobody-knows")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("We can't find")
    expect(page.locator("#note")).to_have_value(NOTE)
    page.fill("#code", desk.other)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Not booked yet"))
    page.get_by_role("link", name="Open what was scanned").click()
    expect(page).to_have_url(re.compile(f"/returns/{desk.other}$"))


def test_a_single_key_grades_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.page.fill("#note", NOTE)
    desk.focus("#code")
    desk.press("2")
    desk.page.clock.resume()
    expect(desk.page.get_by_role("button", name="Book 1 unit")).to_be_visible()
    assert desk.grades == ["0.opened.restock"]
    expect(desk.page.locator("#note")).to_have_value(NOTE)
    expect(desk.page.locator("#code")).to_be_focused()


@pytest.mark.parametrize("width", [320, 360])
def test_book_is_in_reach_on_a_telephone_wherever_one_looks(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 640})
    desk.open()
    book = desk.page.locator("button[name=book]")
    for position in ("0", "document.body.scrollHeight / 3", "document.body.scrollHeight"):
        desk.page.evaluate(f"scrollTo(0, {position})")
        expect(book).to_be_in_viewport(ratio=1)


def test_an_unknown_code_is_an_error_at_the_field_that_keeps_the_focus(portal: Portal, new_context: NewContext) -> None:
    page = sign_in(new_context("en"), "warehouse", then=HOME)
    page.goto(f"{HOME}?code=NOPE")
    expect(page).to_have_title(re.compile(r"^Error: "))
    field = page.locator("#code")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("We can't find “NOPE”"))

"""A person on a journey: the steps of each, what is on file afterwards, and ways to be disturbed."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, Route, expect
from sqlalchemy import func, select, update

from app.core.clock import utcnow
from app.core.db import transaction
from app.notify.models import SandboxMessage, SmsConsent, Suppression
from app.orders.lookup.models import WebSession
from app.orders.lookup.sessions import GUEST_IDLE
from app.orders.models import Order
from app.returns.models import Return, Withdrawal
from tests.browser.shopper import CODE, Shopper

ORDER = re.compile(r"/o/[0-9A-Z]{8}$")
RETURN = re.compile(r"/returns/[0-9A-Z]{8}$")
RECEIPT = re.compile(r"/withdraw/[0-9A-Z]{8,}$")
FRONT = "Where is my order?"


@dataclass
class Traveller:
    """``number`` is her order, which came a week ago; ``email`` is where she gets her codes."""

    person: Shopper
    number: str
    email: str

    @property
    def page(self) -> Page:
        """Her window."""
        return self.person.page

    @property
    def wrong_email(self) -> str:
        """Nobody's but hers, so that no other journey's tries have paused it."""
        return f"not-{self.number.lower()}@example.com"

    @contextmanager
    def in_another_tab(self) -> Iterator[Page]:
        """What she does in a second window of the same browser, from where the first one is."""
        first = self.person.page
        self.person.page = self.person.context.new_page()
        try:
            self.page.goto(first.url)
            yield self.page
        finally:
            self.person.page = first

    def heading(self) -> Locator:
        """What the page says first."""
        return self.person.title()

    def asks_for_order(self, contact: str) -> None:
        """Fill in the front page as it stands, and press."""
        self.page.fill("#number", self.number)
        self.page.fill("#contact", contact)
        self.person.press("Find my order")

    def opens_order(self) -> None:
        """From the front page to the order."""
        self.page.goto("/")
        self.asks_for_order(self.email)
        expect(self.page).to_have_url(ORDER)

    def enters_code(self) -> None:
        """Read the code that was sent with the last press, and type it."""
        expect(self.page.locator("#code")).to_be_visible()
        self.person.portal.work()
        self.person.enter_code(self.email)

    def at_the_items(self) -> None:
        """The first step of a return."""
        self.opens_order()
        self.person.follow("Return something")
        self.enters_code()
        expect(self.heading()).to_have_text("What do you want to send back?")

    def at_the_check(self) -> None:
        """The last step of a return."""
        self.at_the_items()
        self.person.choose_items()
        self.person.press("Continue")
        self.page.locator('input[name="way"]').first.check()
        self.person.press("Continue")
        expect(self.heading()).to_have_text("Check your return")

    def fills_withdrawal(self, items: str = "") -> None:
        """What the law asks for, and which items where only some are meant."""
        for field, words in (("name", "Emma"), ("order", self.number), ("contact", self.email), ("items", items)):
            self.page.fill(f"#{field}", words)

    def at_the_withdrawal_check(self) -> None:
        """The second step of a withdrawal."""
        self.page.goto("/withdraw")
        self.fills_withdrawal()
        self.person.press("Continue")
        expect(self.confirm_button()).to_be_visible()

    def confirm_button(self) -> Locator:
        """The one that makes the statement."""
        return self.page.get_by_role("button", name="Confirm withdrawal", exact=True)

    def at_the_preferences(self) -> None:
        """The page of her messages."""
        self.opens_order()
        self.person.follow("Choose how we update you")
        self.person.press("Send me a code")
        self.enters_code()
        expect(self.heading()).to_have_text("Your messages")

    def switch(self, channel: str) -> Locator:
        """The box of a way to be written to."""
        return self.page.locator(f"input[name=channel][value={channel}]")

    def sees(self, text: str) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(text)

    def waits_until_the_session_has_ended(self) -> None:
        """As if nobody had touched the browser for an hour."""
        with self.person.portal.sessions() as session, transaction(session):
            session.execute(update(WebSession).values(seen_at=utcnow() - GUEST_IDLE))

    def sends_what_was_kept(self) -> None:
        """By the reminder that every page shows."""
        self.page.locator("#unsent").click()
        self.person.press("Send it now")

    def presses_twice(self, words: str) -> None:
        """A double press of a button whose first answer the browser never shows.

        The server gets the form once more than the browser sends it, with the very same cookies: as from a hand that is
        faster than the network.
        """
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in self.person.context.cookies())
        pressed: list[Request] = []

        def press_before(route: Route) -> None:
            if route.request.method == "POST" and not pressed:
                pressed.append(route.request)
                _send(route.request, cookies)
            route.continue_()

        self.page.route("**/*", press_before)
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.get_by_role("button", name=words, exact=True).first.dblclick()
        self.page.unroute("**/*")
        assert pressed, "nothing was sent"

    def returns(self) -> int:
        """How many returns her order has."""
        with self.person.portal.sessions() as session:
            mine = select(func.count()).select_from(Return).join(Order, Order.id == Return.order_id)
            return session.scalar(mine.where(Order.number == self.number)) or 0

    def withdrawals(self) -> int:
        """How many statements name her order."""
        with self.person.portal.sessions() as session:
            mine = select(func.count()).select_from(Withdrawal).where(Withdrawal.order_text == self.number)
            return session.scalar(mine) or 0

    def changes(self) -> list[tuple[str, str]]:
        """What she has said of her messages: each word that was kept."""
        with self.person.portal.sessions() as session:
            off = [(channel, "off") for channel in session.scalars(select(Suppression.channel))]
            words = [("consent", "yes" if agreed else "no") for agreed in session.scalars(select(SmsConsent.agreed))]
            return sorted([*off, *words])

    def codes(self) -> int:
        """How many codes were ever sent to her."""
        self.person.portal.work()
        with self.person.portal.sessions() as session:
            mails = session.scalars(select(SandboxMessage.subject).where(SandboxMessage.recipient == self.email))
            return sum(bool(CODE.search(subject or "")) for subject in mails)


def _send(request: Request, cookies: str) -> None:
    """The form as the browser is about to send it."""
    there = urlsplit(request.url)
    line = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
    ours = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Cookie": cookies}
    named = {name: value for name, value in request.headers.items() if name.lower() not in {"cookie", "host"}}
    try:
        path = f"{there.path}?{there.query}" if there.query else there.path
        line.request("POST", path, request.post_data_buffer or b"", named | ours)
        assert line.getresponse().status < 500
    finally:
        line.close()

"""A customer at the browser, who reads the page in her language and presses what it says."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.core.i18n.catalogues import translator
from tests.browser.portal import Portal

CODE = re.compile(r"\b\d{6}\b")


@dataclass
class Shopper:
    """One person with one browser."""

    portal: Portal
    context: BrowserContext
    language: str
    page: Page

    def says(self, text: str, **values: object) -> str:
        """A text of the portal in this person's language."""
        return translator(self.language).gettext(text) % values

    def press(self, text: str, **values: object) -> None:
        """Press the button that says so."""
        self.page.get_by_role("button", name=self.says(text, **values), exact=True).click()

    def follow(self, text: str, **values: object) -> None:
        """Follow the link that says so, or press the button where the way on begins with sending something."""
        words = self.says(text, **values)
        link, button = (self.page.get_by_role(role, name=words, exact=True) for role in ("link", "button"))
        link.or_(button).click()

    def title(self) -> Locator:
        """The page's headline."""
        return self.page.get_by_role("heading", level=1)

    def find_order(self, number: str, email: str) -> str:
        """Look the order up from the front page; gives its reference."""
        self.page.goto("/")
        self.page.fill("#number", number)
        self.page.fill("#contact", email)
        self.press("Find my order")
        expect(self.page).to_have_url(re.compile(r"/o/[0-9A-Z]{8}$"))
        return self.page.url.rsplit("/", 1)[1]

    def prove(self, email: str) -> None:
        """Ask for a one-time code unless one is on its way, read it in the sandbox's mailbox, type it."""
        expect(self.page.locator("form[action$='/code/sending']")).to_have_count(1)
        if not self.page.locator("#code").count():
            self.press("Send me a code")
        self.portal.work()
        self.enter_code(email)

    def enter_code(self, email: str) -> None:
        """Type the code that came, with a blank in the middle as people do."""
        code = self.read_code(email)
        self.page.fill("#code", f"{code[:3]} {code[3:]}")
        self.page.get_by_role("button", name=self.says("Continue"), exact=True).first.click()

    def read_code(self, email: str) -> str:
        """The newest code in the mailbox for this address."""
        mailbox = self.context.new_page()
        mailbox.goto("/sandbox/mailbox")
        mailbox.locator("li", has_text=email).first.get_by_role("link").click()
        match = CODE.search(mailbox.get_by_role("heading", level=1).inner_text())
        mailbox.close()
        assert match, "the newest mail holds no code"
        return match.group()

    def request_return(self, look: Callable[[str], None] = lambda _name: None) -> str:
        """Send back one pair of mugs and both sets of cloths, by a drop-off point; gives the return's reference."""
        page = self.page
        self.choose_items()
        look("return-items-chosen")
        self.press("Continue")
        expect(self.title()).to_have_text(self.says("How will you send it back?"))
        look("return-method")
        page.locator('input[name="way"]').first.check()
        self.press("Continue")
        expect(self.title()).to_have_text(self.says("Check your return"))
        look("return-check")
        self.press("Request the return")
        expect(page).to_have_url(re.compile(r"/returns/[0-9A-Z]{8}$"))
        return page.url.rsplit("/", 1)[1]

    def choose_items(self) -> None:
        """Tick the mugs and the cloths, all of them, and say of each that it is no longer wanted."""
        for row in self.each("li.pick:has(input[type=checkbox])")[:2]:
            row.locator('input[type="checkbox"]').check()
            for quantity in row.locator('input[type="number"]').all():
                quantity.fill("2")
            row.locator("select").select_option("no_longer_wanted")

    def each(self, selector: str) -> list[Locator]:
        """All of them, once the page is there to its end: a click ends when the next page begins."""
        self.page.wait_for_load_state("domcontentloaded")
        return self.page.locator(selector).all()

    def download(self, text: str) -> bytes:
        """The file behind a link."""
        with self.page.expect_download() as waiting:
            self.follow(text)
        return Path(waiting.value.path()).read_bytes()


def shopper(portal: Portal, context: BrowserContext, language: str) -> Shopper:
    """Someone who has just opened the browser."""
    return Shopper(portal, context, language, context.new_page())

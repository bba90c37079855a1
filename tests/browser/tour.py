"""A walk past every page a customer can see; ``look`` is called on each with the page's name."""

import re
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from app.notify.models import SandboxMessage
from app.sandbox.people import PEOPLE
from app.sandbox.story import STORIES
from tests.browser.shopper import Shopper

Look = Callable[[str], None]
LINK = re.compile(r"/(l|preferences)/[\w-]{20,}")


def tour(person: Shopper, look: Look, number: str) -> None:
    """Walk past all pages. ``number`` becomes a fresh order, from which something is sent back on the way."""
    for part in parts(person, look, number):
        part()


def parts(person: Shopper, look: Look, number: str) -> list[partial[None]]:
    """The walk in its parts, which come one after the other."""
    email = person.portal.deliver_order(number, person.language)
    speak(person)
    return [
        partial(front_pages, person, look),
        partial(order_pages, person, look),
        partial(return_pages, person, look, number, email),
        partial(mailed_pages, person, look, email),
        partial(account_pages, person, look, email),
        partial(withdrawal_pages, person, look, number, email),
        partial(plain_pages, person, look),
        partial(sandbox_pages, person, look),
    ]


def speak(person: Shopper) -> None:
    """Have every page in this person's language, whichever its order speaks."""
    cookie = {"name": "language", "value": person.language, "url": person.portal.url}
    person.context.add_cookies([cookie])  # type: ignore[list-item]


def front_pages(person: Shopper, look: Look) -> None:
    """Finding an order, and what can go wrong."""
    page = person.page
    page.goto("/")
    look("find")
    person.press("Find my order")
    look("find-empty")
    page.fill("#number", "A-99999")
    page.fill("#contact", "nobody@example.com")
    person.press("Find my order")
    look("find-missed")
    for turn in range(5):
        page.fill("#contact", f"nobody-{turn}-{person.language}@example.com")
        person.press("Find my order")
    look("find-paused")
    page.goto("/?closed=1")
    look("find-closed")
    page.goto("/links")
    look("links")
    page.fill("#email", "nobody@example.com")
    person.press("Send me the links")
    look("links-sent")


def order_pages(person: Shopper, look: Look) -> None:
    """The order page of every story of the demo shop."""
    for story in STORIES:
        person.find_order(story.number, PEOPLE[story.person].email)
        look(f"order-{story.title.replace(' ', '-').replace(',', '')}")


def return_pages(person: Shopper, look: Look, number: str, email: str) -> None:
    """The code, the three steps of a return with their errors, its status in its states, taking it back."""
    page = person.page
    order = person.find_order(number, email)
    page.goto(f"/o/{order}/code")
    look("code")
    page.goto(f"/o/{order}")
    person.follow("Return something")
    look("code-sent")
    person.page.fill("#code", "000000")
    page.get_by_role("button", name=person.says("Continue"), exact=True).first.click()
    look("code-wrong")
    person.portal.work()
    person.enter_code(email)
    look("return-items")
    person.press("Continue")
    look("return-items-error")
    person.page.locator('input[name^="pick-"]').first.check()
    person.press("Continue")
    look("return-reason-error")
    person.choose_items()
    person.press("Continue")
    person.press("Continue")
    look("return-method-error")
    page.goto(f"/o/{order}")
    look("order-unfinished-return")
    person.follow("Start over")
    ref = person.request_return(look)
    look("return-ready")
    page.goto(f"/o/{order}")
    look("order-known")
    page.goto(f"/returns/{ref}/cancellation")
    look("return-cancel")
    person.portal.scan_return(ref, "picked_up")
    page.goto(f"/returns/{ref}")
    look("return-travelling")
    person.find_order("A-10431", "noah@example.com")
    page.locator('a[href^="/returns/"]').first.click()
    look("return-refunded")


def mailed_pages(person: Shopper, look: Look, email: str) -> None:
    """Where the links in messages lead."""
    with person.portal.sessions() as session:
        texts = session.scalars(
            select(SandboxMessage.text).where(SandboxMessage.recipient == email).order_by(SandboxMessage.id.desc())
        )
        links = {match.group(1): match.group() for text in texts for match in LINK.finditer(text)}
    for kind, path in sorted(links.items()):
        person.page.goto(path)
        look({"l": "link", "preferences": "preferences"}[kind])
    person.page.goto("/l/notatokenthatanybodyeverhad00")
    look("link-unknown")
    person.page.goto("/l/sent")
    look("link-sent")
    person.page.goto("/l/stopped")
    look("link-stopped")
    preference_pages(person, look, links["preferences"])


def preference_pages(person: Shopper, look: Look, path: str) -> None:
    """Choosing messages: saved, nothing chosen, stopped by one click of a mail program."""
    page = person.page
    page.goto(path)
    person.press("Save")
    look("preferences-saved")
    chosen = [box for box in person.each("input[name=channel]") if box.is_checked()]
    for box in chosen:
        box.uncheck()
    person.press("Save")
    look("preferences-none")
    page.goto(f"{path}?stopped=1")
    look("preferences-stopped")
    for box in chosen:
        box.check()
    person.press("Save")


def account_pages(person: Shopper, look: Look, email: str) -> None:
    """All orders of an address."""
    person.page.goto("/account")
    look("account-find")
    person.page.fill("#email", email)
    person.press("Send me a code")
    look("account-code")
    person.portal.work()
    person.page.fill("#code", person.read_code(email))
    person.press("Show my orders")
    look("account")
    own_data_pages(person, look)


def own_data_pages(person: Shopper, look: Look) -> None:
    """What is held of a customer: a copy that is ready, what deleting means, a request, and taking it back."""
    page = person.page
    page.goto("/account/data")
    look("own-data")
    page.locator("form[action='/account/data/copy'] button").click()
    look("own-data-copy")
    page.goto("/account/data/delete")
    look("own-data-delete")
    page.locator("form[action='/account/data/delete'] button").click()
    look("own-data-asked")
    page.locator("form[action='/account/data/keep'] button").click()
    page.goto("/account")


def withdrawal_pages(person: Shopper, look: Look, number: str, email: str) -> None:
    """The two clicks of a withdrawal and its receipt."""
    page = person.page
    page.goto("/withdraw")
    look("withdraw")
    person.press("Continue")
    look("withdraw-error")
    for field, text in (("name", "Lucía Fernández"), ("order", number), ("contact", email)):
        page.fill(f"#{field}", text)
    person.press("Continue")
    look("withdraw-check")
    person.press("Confirm withdrawal")
    look("withdraw-receipt")


def plain_pages(person: Shopper, look: Look) -> None:
    """Pages that are the same for everyone."""
    for name in ("help", "returns-policy", "privacy", "accessibility", "ui", "api/docs", "there-is-no-such-page"):
        person.page.goto(f"/{name}")
        look(name.replace("/", "-"))


def sandbox_pages(person: Shopper, look: Look) -> None:
    """The demo shop's own pages."""
    for name in ("", "/mailbox", "/phone"):
        person.page.goto(f"/sandbox{name}")
        look(f"sandbox{name.replace('/', '-')}")
    person.page.goto("/sandbox/mailbox")
    person.page.locator("ul.mails a").first.click()
    look("sandbox-mail")
    person.page.goto("/sandbox")
    person.press("Let a new order arrive")
    look("sandbox-arrived")

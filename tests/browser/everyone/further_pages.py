"""Customer pages beside the tour: help and its answers, what an ended session kept, faults of forms, every refusal."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import expect
from sqlalchemy import select, text

from app.core.clock import utcnow
from app.core.db import transaction
from app.support.cases import answer
from app.support.models import SupportCase
from tests.browser.everyone.trouble import CUSTOMER, KINDS
from tests.browser.portal import Portal
from tests.browser.shopper import Shopper

Look = Callable[[str], None]
SENT = re.compile(r"/help/\w+/sent$")
# More than a form may be; typed it would be stopped by the field.
TOO_MUCH = "document.querySelector('#number').value = 'A'.repeat(700000)"
FORGED = "document.querySelectorAll('input[name=csrf_token]').forEach((one) => { one.value = 'of another session'; })"


def further_pages(person: Shopper, look: Look, number: str) -> None:
    """Walk past them all; ``number`` becomes a fresh order."""
    email = person.portal.deliver_order(number, person.language)
    order = person.find_order(number, email)
    help_pages(person, look, order, email)
    shared_pages(person, look, order)
    flow_pages(person, look, order)
    unsent_pages(person, look, number, email)
    withdrawal_faults(person, look, number, email)
    refusals(person, look)
    empty_pages(person, look)


def help_pages(person: Shopper, look: Look, order: str, email: str) -> None:
    """Writing to the shop: the form and its faults, what was sent, the conversation, an answer to it, its end."""
    page = person.page
    page.goto(f"/o/{order}/help")
    look("help-form")
    person.press("Send message")
    look("help-form-error")
    page.goto(f"/o/{order}/help?about=late")
    page.locator("input[name=about]").first.check()
    page.fill("#words", "The bowl is missing. The box was open.")
    page.locator("input[name=answer_by]").first.check()
    person.press("Send message")
    expect(page).to_have_url(SENT)
    look("help-sent")
    case = page.url.split("/")[-2]
    page.goto(f"/o/{order}/help/{case}")
    look("help-case")
    answered(person.portal, case)
    page.reload()
    look("help-case-answered")
    person.press("Send message")
    look("help-case-error")
    page.goto(f"/o/{order}/preferences")
    if page.url.endswith("/code"):  # the account, once open, opens its orders too
        person.prove(email)
    expect(page.locator("input[name=channel]").first).to_be_visible()
    look("preferences-of-an-order")
    page.goto("/help")
    look("help-with-an-order")


def shared_pages(person: Shopper, look: Look, order: str) -> None:
    """Making a link to pass on, what it shows to whoever has it, and its end."""
    page = person.page
    page.goto(f"/o/{order}/sharing")
    look("sharing")
    person.press("Make a link")
    look("sharing-link")
    link = urlsplit(page.locator("#share").get_attribute("data-share") or "").path
    page.goto(link)
    look("shared")
    page.goto(f"/o/{order}/sharing")
    person.press("Stop sharing")
    page.goto(link)
    look("shared-ended")


def answered(portal: Portal, ref: str) -> None:
    """The shop answers a case."""
    form_key = f"answer-{ref}-0123456789"
    with portal.sessions() as session, transaction(session):
        case = session.scalars(select(SupportCase.id).where(SupportCase.ref == ref)).one()
        answer(session, case, "It comes today.", by="support@almazara.example", form_key=form_key, now=utcnow())
    portal.work()


def flow_pages(person: Shopper, look: Look, order: str) -> None:
    """A return that is begun anew."""
    page = person.page
    page.goto(f"/o/{order}/returns/new")
    person.choose_items()
    person.press("Continue")
    page.goto(f"/o/{order}/returns/new/over")
    look("return-over")


def unsent_pages(person: Shopper, look: Look, number: str, email: str) -> None:
    """A message written into a session that has ended, and the same once the order is open again."""
    page = person.page
    order = person.find_order(number, email)
    page.goto(f"/o/{order}/help")
    page.locator("input[name=about]").first.check()
    page.fill("#words", "Nobody rang the bell on Friday.")
    page.locator("input[name=answer_by]").first.check()
    page.evaluate(FORGED)
    person.press("Send message")
    look("session-ended")
    page.goto("/unsent")
    look("unsent")
    person.press("Discard it")


def withdrawal_faults(person: Shopper, look: Look, number: str, email: str) -> None:
    """A withdrawal from an order that is open: nothing chosen, and nothing written."""
    page = person.page
    order = person.find_order(number, email)
    page.goto(f"/withdraw?order={order}")
    look("withdraw-known")
    for box in person.each("fieldset.chosen-items input[type=checkbox]"):
        box.uncheck()
    for count in person.each("fieldset.chosen-items input[type=number]"):
        count.fill("0")
    person.press("Continue")
    look("withdraw-nothing-chosen")
    page.fill("#name", "")
    page.fill("#contact", "nobody")
    person.press("Continue")
    look("withdraw-known-error")


def refusals(person: Shopper, look: Look) -> None:
    """Every status that has a page: by what brings it about in a browser, and by an address that fails."""
    page = person.page
    page.goto("/theme/dark")
    look("refused-405")
    for name, trick in (("413", TOO_MUCH), ("400", FORGED)):
        page.goto("/")
        page.fill("#number", "A-1")
        page.evaluate(trick)
        person.press("Find my order")
        look(f"refused-{name}")
    person.press("Discard it")  # the form that came without its token
    for where, status in KINDS:
        if where == CUSTOMER:
            page.goto(f"{where}/{status}")
            look(f"trouble-{status}")


def empty_pages(person: Shopper, look: Look) -> None:
    """The sandbox before anything happened, and an account without an order."""
    page = person.page
    with emptied(person.portal, "sandbox_message"):
        for name in ("mailbox", "phone"):
            page.goto(f"/sandbox/{name}")
            look(f"sandbox-{name}-empty")
    page.goto("/sandbox/mailbox")
    mail = page.locator("ul.mails a").first.get_attribute("href")
    page.goto(f"{mail}/html")
    look("mail")


@contextmanager
def emptied(portal: Portal, table: str) -> Iterator[None]:
    """A table without its rows for a while."""
    with portal.sessions() as session, transaction(session):
        session.execute(text(f"create table aside as select * from {table}"))
        session.execute(text(f"delete from {table}"))
    yield
    with portal.sessions() as session, transaction(session):
        session.execute(text(f"insert into {table} select * from aside"))
        session.execute(text("drop table aside"))

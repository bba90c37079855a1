"""The customer: opens the order by the link in her mail, and sends it back."""

import re
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import expect

from tests.browser.hour.conftest import Beginning
from tests.browser.hour.person import Person, colour
from tests.browser.hour.setting_up import ACCENT, POINT, SHOP
from tests.browser.hour.systems import CODE, LINK, NUMBER, mails, plain


def opens_by_mail(person: Person, beginning: Beginning) -> None:
    """The mail is the shop's, about this order; its link opens it, in the shop's looks."""
    mail = mails(beginning)[-1]
    link = LINK.search(plain(mail))
    assert mail["from"] == {"name": SHOP, "email": "pedidos@verdeoliva.com"}
    assert NUMBER in mail["subject"] and SHOP in plain(mail) and link
    person.page.goto(link.group())
    expect(person.page).to_have_url(re.compile(r"/o/[0-9A-Z]{8}$"))
    person.sees(NUMBER)
    logo = person.page.get_by_role("banner").get_by_role("img", name=SHOP)
    expect(logo).to_have_js_property("complete", True)
    assert logo.evaluate("picture => picture.naturalWidth") > 0


def sends_back(person: Person, beginning: Beginning, last: str) -> str:
    """A reason, a point, a label; gives the return's reference. ``last`` is the day until which it can be asked for."""
    expect(person.page.locator("#action-return")).to_have_css("background-color", colour(ACCENT))
    person.presses("Return something")
    beginning.portal.work()
    code = CODE.search(mails(beginning)[-1]["subject"])
    assert code
    person.types("Code", code.group())
    person.presses("Continue")
    person.sees("Ask for your return by %(day)s.", day=last)
    person.picks("checkbox", "Return:")
    person.page.get_by_role("combobox").select_option(label=person.says("Too small"))
    person.presses("Continue")
    person.picks("radio", f"1. {POINT['Name']}")
    person.presses("Continue")
    person.sees("Check your return")
    person.presses("Request the return")
    expect(person.page).to_have_url(re.compile(r"/returns/[0-9A-Z]{8}$"))
    return person.page.url.rpartition("/")[2]


def prints_the_label(person: Person, ref: str) -> None:
    """A PDF that a scanner reads, with the return's reference on it."""
    with person.page.expect_download() as waiting:
        person.presses("Label, A4 sheet (PDF)")
    sheet = Path(waiting.value.path()).read_bytes()
    assert sheet.startswith(b"%PDF")
    picture = pypdfium2.PdfDocument(sheet)[0].render(scale=3).to_pil()
    assert ref in {code.text for code in zxingcpp.read_barcodes(picture)}

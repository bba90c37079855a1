"""From «where is my order?» to the refund, in both languages, with and without JavaScript."""

from collections import Counter

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect
from sqlalchemy import select

from app.notify.models import SandboxMessage
from app.returns.models import Return
from tests.browser.clerk import book_parcel, pay_refund, sign_in
from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import Shopper, shopper

pytestmark = pytest.mark.browser

# Each language once, each way once: what a page says hangs on no script.
WAYS = [("es", True, "B-20001"), ("en", False, "B-20002")]
NEWS = (
    "Label for your return: order {number}",
    "Your return is on its way: order {number}",
    "We've received your return: order {number}",
    "Refunded {amount}: order {number}",
)


@pytest.mark.parametrize(("language", "javascript", "number"), WAYS)
def test_from_the_order_to_the_refund(
    portal: Portal, new_context: NewContext, language: str, javascript: bool, number: str
) -> None:
    portal.forget_wishes()
    email = portal.deliver_order(number, language)
    person = shopper(portal, new_context(language, javascript=javascript), language)
    person.find_order(number, email)
    person.follow("Return something")
    person.prove(email)
    ref = person.request_return()
    label = label_number(portal, ref)
    check_label(person, ref, label)
    expect(person.page.locator(".ticket-code")).to_contain_text(label)
    hand_over(person, ref)
    portal.scan_return(ref, "in_transit", "delivered")
    warehouse = sign_in(new_context(language, javascript=javascript), "warehouse", then="/staff/warehouse")
    book_parcel(warehouse, ref, pieces=3)
    portal.work()
    support = sign_in(new_context(language, javascript=javascript), "support", then="/staff/returns")
    pay_refund(support, ref, "TR-31405")
    portal.work()
    person.page.goto(f"/returns/{ref}")
    expect(person.page.locator("main")).to_contain_text("TR-31405")
    assert_told_once(portal, number)


def test_ones_own_position_finds_the_nearest_point(portal: Portal, new_context: NewContext) -> None:
    email = portal.deliver_order("B-20005", "en")
    context = new_context("en")
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 41.3902, "longitude": 2.1810})
    person = shopper(portal, context, "en")
    person.find_order("B-20005", email)
    person.follow("Return something")
    person.prove(email)
    person.choose_items()
    person.press("Continue")
    person.press("Use my location")
    expect(person.page.locator(".points li").first).to_contain_text("Casillero Arc de Triomf")


def check_label(person: Shopper, ref: str, label: str) -> None:
    """Both papers carry the number as a bar code and the return's reference as a QR code."""
    person.page.locator(".ticket-print:not([open]) > summary").click()
    for link in ("Label, 4×6 in (PDF)", "Label, A4 sheet (PDF)"):
        page = pypdfium2.PdfDocument(person.download(link))[0]
        read = {code.format.name: code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())}
        assert read == {"Code128": label, "QRCode": ref}


def hand_over(person: Shopper, ref: str) -> None:
    """Leave the parcel at the counter, on the sandbox's first page."""
    person.page.goto("/sandbox")
    row = person.page.locator(".card", has_text=ref)
    row.get_by_role("button", name=person.says("Drop it off")).click()
    expect(row).to_have_count(0)
    person.portal.work()
    person.page.goto(f"/returns/{ref}")
    expect(person.page.locator(".trail")).to_be_visible()


def label_number(portal: Portal, ref: str) -> str:
    with portal.sessions() as session:
        return session.scalars(select(Return.label_number).where(Return.ref == ref)).one() or ""


def assert_told_once(portal: Portal, number: str) -> None:
    """Every piece of news about this order went out by e-mail, and none of it twice."""
    with portal.sessions() as session:
        subjects = Counter(
            session.scalars(
                select(SandboxMessage.subject).where(
                    SandboxMessage.channel == "email", SandboxMessage.subject.contains(number)
                )
            )
        )
    assert set(subjects.values()) == {1}
    assert len(subjects) == len(NEWS)

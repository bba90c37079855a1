"""What comes out of a printer: the order, the return with its code, the label; read from the paper itself."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page

from tests.browser.conftest import NewContext
from tests.browser.portal import Portal
from tests.browser.shopper import Shopper, shopper

pytestmark = pytest.mark.browser

SHEET = {"format": "A4", "margin": dict.fromkeys(("top", "bottom", "left", "right"), "12mm")}
# Points: a third of an inch and more is what a scanner at a counter reads at arm's length.
LARGE = 170
NAVIGATION = (
    "Help", "Español", "Skip to the content", "Privacy", "Accessibility", "Copy", "Add to calendar", "All my orders",
    "Share the tracking", "Close this order", "Write to us", "Return something", "Cancel the return", "Track with",
)  # fmt: skip


def printed(page: Page) -> pypdfium2.PdfDocument:
    """The page as it leaves on A4 paper."""
    page.wait_for_load_state()
    return pypdfium2.PdfDocument(io.BytesIO(page.pdf(**SHEET)))  # type: ignore[arg-type]


def words(paper: pypdfium2.PdfDocument) -> str:
    """All that is legible on it."""
    return re.sub(r"\s+", " ", " ".join(sheet.get_textpage().get_text_range() for sheet in paper))


def clickable(paper_words: str) -> list[str]:
    """What is of use on a screen alone."""
    return [one for one in NAVIGATION if re.search(rf"(?<!\w){one}(?!\w)", paper_words)]


def cut(paper: pypdfium2.PdfDocument) -> list[str]:
    """Letters beyond the paper's edge."""
    beyond = []
    for number, sheet in enumerate(paper, start=1):
        text, width, height = sheet.get_textpage(), sheet.get_width(), sheet.get_height()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            if left < -1 or right > width + 1 or bottom < -1 or top > height + 1:
                beyond.append(f"sheet {number}: {text.get_text_range(at, 1)}")
    return beyond


@pytest.fixture
def emma(portal: Portal, new_context: NewContext) -> Shopper:
    """Somebody who likes it dark, on a wide screen."""
    context = new_context("en", viewport={"width": 1280, "height": 900}, color_scheme="dark")
    return shopper(portal, context, "en")


def test_an_order_is_printed_whole_and_without_what_is_pressed(portal: Portal, emma: Shopper) -> None:
    email = portal.deliver_order("B-30001", "en")
    emma.find_order("B-30001", email)
    paper = printed(emma.page)
    text = words(paper)
    for part in ("B-30001", "Delivered on", "Received", "Your order", "Carrier", "Tracking number"):
        assert part in text, part
    assert "The carrier has it" in text, "the history stands folded on the screen, and open on paper"
    assert clickable(text) == []
    assert cut(paper) == []
    assert len(paper) <= 2


def test_a_return_is_printed_as_a_ticket_with_a_large_code(portal: Portal, emma: Shopper) -> None:
    email = portal.deliver_order("B-30002", "en")
    emma.find_order("B-30002", email)
    emma.follow("Return something")
    emma.prove(email)
    ref = emma.request_return()
    portal.work()
    emma.page.reload()
    paper = printed(emma.page)
    text = words(paper)
    for part in (ref, "Drop off by", "Refund by", "Goes to"):
        assert part in text, part
    assert clickable(text) == []
    assert cut(paper) == []
    (code,) = zxingcpp.read_barcodes(paper[0].render(scale=2).to_pil())
    corners = code.position
    assert code.text in text
    assert (corners.top_right.x - corners.top_left.x) / 2 > LARGE
    check_label(emma)


def check_label(person: Shopper) -> None:
    """The label on a whole sheet: nothing of it lies beyond the edge, and both its codes can be read."""
    person.page.locator(".ticket-print:not([open]) > summary").click()
    sheet = pypdfium2.PdfDocument(person.download("Label, A4 sheet (PDF)"))
    assert cut(sheet) == []
    read = zxingcpp.read_barcodes(sheet[0].render(scale=3).to_pil())
    assert {code.format.name for code in read} == {"Code128", "QRCode"}

"""What an order holds, in words: how much of something was ordered, and the invoices the shop made out for it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from app.core.i18n.locale import gettext as _
from app.core.i18n.words import amount


def quantity_words(text: str | None) -> str | None:
    """What was ordered where it is no number of pieces: «Quantity: 2.5», the number as the reader writes it.

    Where pieces are counted, the count says all.
    """
    return None if text is None else _("Quantity: %(quantity)s", quantity=amount(0, text))


def invoice_links(invoices: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(text, address) of each invoice that a browser can open."""
    return [
        (_("Invoice %(number)s", number=invoice["number"]), invoice["url"])
        for invoice in invoices
        # An address that is no page's would act when it is pressed.
        if is_web_address(invoice.get("url"))
    ]


def is_web_address(url: object) -> bool:
    """Whether an address is one of the web: nothing else becomes a link, whoever wrote it into a row."""
    return isinstance(url, str) and urlsplit(url).scheme in ("http", "https")

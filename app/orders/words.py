"""What an order holds, in words: how much of something, the invoices made out for it, by what it was paid."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from app.core.i18n.locale import gettext as _
from app.core.i18n.words import amount


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


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


# What systems call the means of payment; of others, their own words would be nobody's language.
_METHODS = {
    "card": _l("Card"),
    "credit_card": _l("Card"),
    "debit_card": _l("Card"),
    "transfer": _l("Bank transfer"),
    "bank_transfer": _l("Bank transfer"),
    "cash_on_delivery": _l("Cash on delivery"),
    "gift_card": _l("Gift card"),
    "invoice": _l("Invoice"),
}
_NAMES = {
    "paypal": "PayPal", "bizum": "Bizum", "klarna": "Klarna", "apple_pay": "Apple Pay", "google_pay": "Google Pay",
    "oxxo": "OXXO", "spei": "SPEI", "visa": "Visa", "mastercard": "Mastercard", "amex": "American Express",
    "american_express": "American Express", "maestro": "Maestro", "discover": "Discover", "diners": "Diners Club",
    "jcb": "JCB", "unionpay": "UnionPay", "carnet": "Carnet",
}  # fmt: skip


def payment_methods(payments: Iterable[Mapping[str, Any]]) -> list[str]:
    """By what it was paid, each once, as far as that is said in words that we have: «Visa ending in 4242»."""
    taken = [one for one in payments if one.get("status") in (None, "captured", "authorised")]
    return list(dict.fromkeys(filter(None, map(_method, taken))))


def _method(payment: Mapping[str, Any]) -> str | None:
    method, brand = (re.sub(r"[\W_]+", "_", str(payment.get(name) or "").lower()) for name in ("method", "brand"))
    plain_method = _NAMES.get(method) or (_(_METHODS[method]) if method in _METHODS else None)
    named, ending = _NAMES.get(brand) or plain_method, payment.get("last4")
    return _("%(card)s ending in %(digits)s", card=named, digits=ending) if named and ending else named


def is_web_address(url: object) -> bool:
    """Whether an address is one of the web: nothing else becomes a link, whoever wrote it into a row."""
    return isinstance(url, str) and urlsplit(url).scheme in ("http", "https")

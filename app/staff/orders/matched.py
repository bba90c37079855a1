"""Which field of an order a search matched, in words; nothing of a person but the name of the field."""

import unicodedata
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from app.orders.contacts.contact_points import email_key, number_key, number_keys, pasted_contact, reference
from app.orders.records import OrderRecord
from app.orders.search_words import phone_end
from app.tracking.ingest.identity import normalised_number
from app.tracking.records import ShipmentRecord


def matched_field(order: OrderRecord, parcels: Sequence[ShipmentRecord], text: str) -> str:
    """The likeliest field; empty where the order was meant by a link."""
    return next((label for label, is_it in _fields(order, parcels, text) if is_it), "")


def _fields(order: OrderRecord, parcels: Sequence[ShipmentRecord], text: str) -> Iterator[tuple[str, bool]]:
    """The surest first: a whole number before a part of one, what is one's own before what many have."""
    key, words = number_key(text), _words(text)
    yield _("Number"), order.number_key in number_keys(text)
    yield _("Reference"), order.ref == reference(text)
    yield _("Tracking number"), normalised_number(text) in {parcel.number for parcel in parcels if parcel.number}
    email = email_key(pasted_contact(text))
    yield _("E-mail"), any(email is not None and person.email_folded == email for person in order.contacts)
    yield _("E-mail"), "@" in text and _holds(words, *(person.email for person in order.contacts))
    yield _("Number"), len(key) > 2 and any(sign.isdigit() for sign in key) and key in order.number_key
    yield _("Purchase order"), _holds(words, order.purchase_order)
    yield _("Customer number"), _holds(words, order.customer_id)
    to = order.ship_to or {}
    yield _("Name"), _holds(words, to.get("name"), *(person.name for person in order.contacts))
    yield _("Company"), _holds(words, to.get("company"))
    yield _("E-mail"), _holds(words, *(person.email for person in order.contacts))
    yield _("Payment"), _holds(words, *(str(payment.get("id") or "") for payment in order.payments))
    yield _("Refund"), _holds(words, *(str(refund.get("id") or "") for refund in order.refunds))
    yield _("Invoice"), _holds(words, *(str(invoice.get("number") or "") for invoice in order.invoices))
    yield _("Number in the shop's system"), _holds(words, order.source_id)
    yield _("Phone"), _is_phone(order, text)


def _holds(words: Sequence[str], *values: str | None) -> bool:
    """Whether each word is the beginning of one of a value's."""
    return any(
        words and all(any(part.startswith(word) for part in _words(value)) for word in words) for value in values
    )


def _words(text: str | None) -> list[str]:
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", (text or "").lower()) if not unicodedata.combining(sign)
    )
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()


def _is_phone(order: OrderRecord, text: str) -> bool:
    phones = [person.phone_e164 for person in order.contacts if person.phone_e164]
    # Prefixes are written or not: the last six digits tell a phone from the other fields.
    digits = "".join(sign for sign in pasted_contact(text) if sign.isdigit())[-6:]
    end = phone_end(text) or digits
    return bool(end) and any(phone.endswith(end) for phone in phones)

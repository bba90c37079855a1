"""Mending an order document: every part by its own menders, and the notes of what was done. Pure."""

from typing import Any

from app.orders.contacts.contact_points import phone_country
from app.orders.document.mending.goods import mend_lines, mend_parcels, mend_place
from app.orders.document.mending.money import mend_given_back, mend_payments, mend_totals, payment_state
from app.orders.document.mending.numbers import flag, shown_day, shown_instant
from app.orders.document.mending.parts import Part, Workbench, copied, objects
from app.orders.document.mending.people import person_menders
from app.orders.document.mending.sent_back import as_sent
from app.orders.document.mending.texts import Mended, code, identity, plain, required_code, shown, web_address
from app.orders.document.notes import Note, NoteKind

_TEXT, _WORD = shown(300), shown(64)
_STATUSES = ("received", "confirmed", "on_hold", "preparing", "partly_shipped", "shipped", "completed", "cancelled")
_HOLDS = ("payment", "stock", "address", "review", "scheduled")
_OTHER_HOLDS = {"fraud": "review", "schedule": "scheduled", "pre_order": "scheduled", "preorder": "scheduled"}


def _currency(value: Any) -> Mended:
    return (plain(value).upper(), None) if isinstance(value, str) else (value, None)


def _locale(value: Any) -> Mended:
    """What is no locale is left out: the shop's own language is spoken then."""
    text = plain(value) if isinstance(value, str) else ""
    tag = text.replace("_", "-").split(".")[0].split("@")[0]
    parts = tag.split("-")
    is_tag = 2 <= len(parts[0]) <= 3 and parts[0].isalpha() and len(tag) <= 35
    fits = is_tag and len(parts) <= 4 and all(2 <= len(part) <= 8 and part.isalnum() for part in parts[1:])
    return (tag, None) if fits and tag.isascii() else (None, NoteKind.LEFT_OUT)


_ORDER = {
    "number": identity,
    "channel": _WORD,
    "kind": code(("b2c", "b2b"), default="b2c"),
    "purchase_order": _TEXT,
    "read_at": shown_instant,
    "historic": flag,
    "removed": flag,
    "status": required_code(_STATUSES, {"canceled": "cancelled", "complete": "completed"}),
    "status_word": _TEXT,
    "hold": code(_HOLDS, _OTHER_HOLDS),
    "hold_until": shown_day,
    "currency": _currency,
    "locale": _locale,
    "gift": flag,
    "note": _TEXT,
    "prices_include_tax": flag,
    "payment_status": payment_state,
}
_USUAL = (
    *("channel", "kind", "historic", "removed", "gift"),
    *("extra", "contacts", "payments", "refunds", "returns", "invoices", "shipments"),
)


def mended(sent: dict[str, Any]) -> tuple[dict[str, Any], list[Note]]:
    """The document with what is only shown set right or aside, and a note for each thing that a person should know."""
    bench, document = Workbench(), as_sent(copied(sent))
    bench.mend(document, (), _ORDER, usual=_USUAL)
    if isinstance(document.get("source"), dict):
        menders = {"system": identity, "id": identity, "url": web_address(NoteKind.ADDRESS_UNUSABLE)}
        bench.mend(document["source"], ("source",), menders)
    _mend_people(bench, document)
    _mend_promise(bench, document, ())
    discounts = mend_lines(bench, document.get("lines"))
    mend_totals(bench, document, discounts)
    mend_payments(bench, document.get("payments"))
    mend_given_back(bench, document)
    _mend_invoices(bench, document)
    mend_parcels(bench, document.get("shipments"))
    for at, parcel in objects(document.get("shipments")):
        _mend_promise(bench, parcel, ("shipments", at))
    return document, bench.notes


def _mend_people(bench: Workbench, document: Part) -> None:
    if isinstance(document.get("ship_to"), dict):
        mend_place(bench, document, "ship_to", ("ship_to",))
    address = document.get("ship_to")
    country = address.get("country") if isinstance(address, dict) else None
    menders = person_menders(phone_country(country, None, document.get("locale")))
    # An order without any customer is as good as one whose customer is unknown.
    if document.get("customer") is None:
        document["customer"] = {}
    if isinstance(document["customer"], dict):
        bench.mend(document["customer"], ("customer",), menders, usual=("sms_consent",))
    for at, contact in objects(document.get("contacts")):
        bench.mend(contact, ("contacts", at), menders, usual=("sms_consent",))


def _mend_invoices(bench: Workbench, document: Part) -> None:
    """Links are only shown: an invoice that no browser would open is left out."""
    menders = {"number": identity, "url": web_address(NoteKind.ADDRESS_UNUSABLE)}
    useless = []
    for at, invoice in objects(document.get("invoices")):
        bench.mend(invoice, ("invoices", at), menders)
        useless += [] if invoice.get("number") and invoice.get("url") else [invoice]
    if useless:
        document["invoices"] = [invoice for invoice in document["invoices"] if invoice not in useless]


def _mend_promise(bench: Workbench, part: Part, place: tuple[str | int, ...]) -> None:
    """Days that were promised are only shown: what cannot be read of them is left out."""
    promise = part.get("promise")
    if not isinstance(promise, dict):
        return
    bench.mend(promise, (*place, "promise"), {"from": shown_day, "until": shown_day})
    begin, until = promise.get("from"), promise.get("until")
    if until is None:
        part["promise"] = {"from": None, "until": begin} if begin else None
    elif isinstance(begin, str) and isinstance(until, str) and begin > until:
        part["promise"] = {"from": until, "until": begin}
        bench.note((*place, "promise"), NoteKind.DEFAULTED, f"{begin} – {until}")

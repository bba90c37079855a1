"""The order's columns as a document tells them, and what makes two documents say the same."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from app.brands.records import BrandRecord
from app.core.tokens import new_ref
from app.orders.contacts.contact_points import number_key
from app.orders.document.document import OrderDocument
from app.orders.document.goods import ShipmentDocument, ShipmentLineDocument
from app.orders.document.packing import packing_notes
from app.orders.intake.paid import MoneyBefore, paid_in_all
from app.orders.intake.results import Witnesses
from app.orders.models import Order

COMPLETED = "completed"
_SAME_NAMES = (
    "channel",
    "kind",
    "purchase_order",
    "placed_at",
    "updated_at",
    "status",
    "hold",
    "currency",
    "read_at",
    "removed",
    "status_word",
    "hold_until",
    "prices_include_tax",
    "payment_status",
    "gift",
    "note",
    "extra",
)


def facts(document: OrderDocument, brand: BrandRecord) -> dict[str, Any]:
    """The order's columns as the document tells them; what was paid in all, and the notes, are the caller's."""
    promise, source = document.promise, document.source
    return {name: getattr(document, name) for name in _SAME_NAMES} | {
        "locale": document.locale or brand.locale,
        "customer_id": document.customer.id,
        "ship_to": document.ship_to.model_dump() if document.ship_to else None,
        "promise_from": promise.begin if promise else None,
        "promise_until": promise.until if promise else None,
        "totals": document.totals.model_dump(),
        "payments": _plain(document.payments),
        "refunds": _plain(document.refunds),
        "returns": _plain(document.returns),
        "invoices": _plain(document.invoices),
        "source_url": source.url if source else None,
    }


def new_row(document: OrderDocument, brand: BrandRecord, witnesses: Witnesses, *, now: datetime) -> dict[str, Any]:
    """The whole row of an order that nobody held, with a reference of its own."""
    paid, notes = money_and_notes(document, witnesses)
    return facts(document, brand) | {
        "ref": new_ref(),
        "brand_key": brand.key,
        "number": document.number,
        "number_key": number_key(document.number),
        "source_system": document.source.system if document.source else None,
        "source_id": document.source.id if document.source else None,
        "paid": paid,
        "notes": notes,
        "document_hash": fingerprint(document, brand),
        "completed_at": document.updated_at if document.status == COMPLETED else None,
        "created_at": now,
        "changed_at": now,
    }


def money_and_notes(
    document: OrderDocument,
    witnesses: Witnesses,
    before: MoneyBefore | None = None,
    earlier_lines: Collection[str] = (),
) -> tuple[int, list[dict[str, Any]]]:
    """What was taken for the order in all, in minor units, and all that is to be noted of the document, each once."""
    paid, notes = paid_in_all(document, before)
    packed, further = packing_notes(document, earlier_lines), witnesses.notes_of(document)
    return paid, [note.document() for note in dict.fromkeys([*document.notes, *notes, *packed, *further])]


def first_completed(order: Order, document: OrderDocument) -> datetime | None:
    """When the shop first said that all is done: whichever document comes first, the earliest that says so counts."""
    words = [order.completed_at or (order.updated_at if order.status == COMPLETED else None)]
    words += [document.updated_at if document.status == COMPLETED else None]
    return min((at for at in words if at is not None), default=None)


def fingerprint(document: OrderDocument, brand: BrandRecord) -> bytes:
    """Tells whether two documents of one moment say the same, whatever they leave to be understood."""
    canonical = document.model_copy(
        update={
            # By its first key: a brand that was renamed says nothing new of its orders.
            "brand": brand.born_as or brand.key,
            "locale": document.locale or brand.locale,
            # When it was read, and whether it is told for the record, is no part of what it says.
            "read_at": None,
            "historic": False,
            "contacts": tuple(
                contact.model_copy(update={"role": contact.role or "contact"}) for contact in document.contacts
            ),
            "lines": tuple(line for line in document.lines if line.quantity),
            "shipments": tuple(_packed(shipment) for shipment in shipments_of(document)),
        }
    )
    return hashlib.sha256(canonical.model_dump_json(by_alias=True).encode()).digest()


def shipments_of(document: OrderDocument) -> list[ShipmentDocument]:
    """The parcels that there are: one that was cancelled before it left is none."""
    return [shipment for shipment in document.shipments if shipment.status != "cancelled"]


def _packed(shipment: ShipmentDocument) -> ShipmentDocument:
    units: Counter[str] = Counter()
    for packed in shipment.lines:
        units[packed.line] += packed.quantity
    # Together they may be more than one line may hold: this is only compared, and was checked part by part.
    lines = tuple(
        ShipmentLineDocument.model_construct(line=line, quantity=count)
        for line, count in sorted(units.items())
        if count
    )
    return shipment.model_copy(update={"lines": lines})


def _plain(parts: Iterable[Any]) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json") for part in parts]

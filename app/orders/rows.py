"""What an order's row holds of a document: one place for the single order and for the many."""

import hashlib
from datetime import datetime
from typing import Any

from app.core.tokens import new_ref
from app.orders.contact_points import number_key
from app.orders.documents import OrderDocument
from app.orders.models import Brand, Order

COMPLETED = "completed"


def facts(document: OrderDocument, brand: Brand) -> dict[str, Any]:
    """The order's columns as the document tells them."""
    promise = document.promise
    return {
        "channel": document.channel,
        "kind": document.kind,
        "purchase_order": document.purchase_order,
        "placed_at": document.placed_at,
        "updated_at": document.updated_at,
        "status": document.status,
        "hold": document.hold,
        "currency": document.currency,
        "locale": document.locale or brand.locale,
        "customer_id": document.customer.id,
        "ship_to": document.ship_to.model_dump() if document.ship_to else None,
        "promise_from": promise.begin if promise else None,
        "promise_until": promise.until if promise else None,
        "totals": document.totals.model_dump(),
        "payments": [payment.model_dump() for payment in document.payments],
        "extra": document.extra,
    }


def new_row(document: OrderDocument, brand: Brand, *, now: datetime) -> dict[str, Any]:
    """The whole row of an order that nobody held, with a reference of its own."""
    return facts(document, brand) | {
        "ref": new_ref(),
        "brand_key": brand.key,
        "number": document.number,
        "number_key": number_key(document.number),
        "document_hash": fingerprint(document),
        "completed_at": document.updated_at if document.status == COMPLETED else None,
        "created_at": now,
        "changed_at": now,
    }


def first_completed(held: Order, document: OrderDocument) -> datetime | None:
    """When the shop first said that all is done: a later document of a completed order says it only once more."""
    if held.completed_at is not None or document.status != COMPLETED:
        return held.completed_at
    return held.updated_at if held.status == COMPLETED else document.updated_at


def fingerprint(document: OrderDocument) -> bytes:
    """Tells whether two documents of one moment say the same."""
    return hashlib.sha256(document.model_dump_json(by_alias=True).encode()).digest()

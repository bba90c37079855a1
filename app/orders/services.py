"""Taking in an order: the document becomes rows, once, never backwards in time, and what changed is told as events."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import Fault, Invalid
from app.orders.contact_points import number_key
from app.orders.contacts import write_contacts
from app.orders.documents import OrderDocument
from app.orders.lines import write_lines
from app.orders.links import end_access
from app.orders.models import Brand, Order
from app.orders.transitions import Standing, tell
from app.tokens import new_ref


@dataclass(frozen=True, slots=True)
class PutResult:
    """What came of a document. ``applied``: it is what we hold now; ``changed``: holding it took a change."""

    order: Order
    applied: bool
    created: bool
    changed: bool


def put_order(session: Session, document: OrderDocument, *, now: datetime) -> PutResult:
    """Create or update the order of this brand and number; an older document changes nothing.

    The row stays locked until the caller commits, so that documents of one order follow each other.
    Raises Invalid when the brand is not known.
    """
    brand = _brand(session, document.brand)
    order, created = _locked(session, document, brand=brand, now=now)
    fingerprint = _fingerprint(document)
    if not created and document.updated_at < order.updated_at:
        return PutResult(order, applied=False, created=False, changed=False)
    if not created and document.updated_at == order.updated_at and order.document_hash == fingerprint:
        return PutResult(order, applied=True, created=False, changed=False)
    _write(session, order, document, brand=brand, now=now)
    before = None if created else Standing(order.status, order.hold)
    order.status, order.hold, order.document_hash = document.status, document.hold, fingerprint
    order.version += 0 if created else 1
    session.flush()
    tell(session, order, before=before, now=now)
    return PutResult(order, applied=True, created=created, changed=True)


def _brand(session: Session, key: str | None) -> Brand:
    wanted = Brand.is_default if key is None else Brand.key == key
    brand = session.scalar(select(Brand).where(wanted).order_by(Brand.key).limit(1))
    if brand is None:
        raise Invalid([Fault("/brand", "There is no such brand")])
    return brand


def _locked(session: Session, document: OrderDocument, *, brand: Brand, now: datetime) -> tuple[Order, bool]:
    """The order's row, locked, and whether it was made just now: two documents at once make one order."""
    mine = (
        select(Order)
        .where(Order.brand_key == brand.key, Order.number == document.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    order = session.scalar(mine)
    if order is not None:
        return order, False
    fresh = _facts(document, brand) | {
        "ref": new_ref(),
        "brand_key": brand.key,
        "number": document.number,
        "number_key": number_key(document.number),
        "created_at": now,
        "changed_at": now,
    }
    row = insert(Order).values(fresh).on_conflict_do_nothing(index_elements=["brand_key", "number"])
    made = session.scalar(row.returning(Order.id))
    return session.scalars(mine).one(), made is not None


def _write(session: Session, order: Order, document: OrderDocument, *, brand: Brand, now: datetime) -> None:
    for column, value in _facts(document, brand).items():
        if column not in ("status", "hold"):
            setattr(order, column, value)
    order.changed_at = now
    write_lines(session, order.id, document.lines)
    if write_contacts(session, order.id, document):
        end_access(session, order.id, now=now)
    session.expire(order, ["lines", "contacts"])


def _facts(document: OrderDocument, brand: Brand) -> dict[str, Any]:
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


def _fingerprint(document: OrderDocument) -> bytes:
    return hashlib.sha256(document.model_dump_json(by_alias=True).encode()).digest()

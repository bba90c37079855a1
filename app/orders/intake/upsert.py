"""Taking in an order: the document becomes rows, once, never backwards in time, and what changed is told as events."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.core.errors import Fault, Invalid
from app.core.tokens import new_ref
from app.events.kinds import EventKind
from app.events.log import NewEvent, append_all
from app.orders.contact_points import number_key
from app.orders.document.document import OrderDocument
from app.orders.intake.rows import write_contacts, write_lines
from app.orders.lookup.links import end_access
from app.orders.models import Order
from app.orders.pictures.pictures import want

BEFORE_SHIPPING = frozenset({"received", "confirmed", "on_hold", "preparing"})
BEFORE_PREPARING = frozenset({"received", "confirmed", "on_hold"})


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """Where an order stands in the shop's word, what holds it up, and what was paid for it."""

    status: str
    hold: str | None
    paid: int = field(default=0, compare=False)


def tell(session: Session, order: Order, *, before: OrderStatus | None, now: datetime) -> None:
    """Append the events of this change. ``before`` is None for a new order."""
    append_all(session, list(_entries(order, before, now)))


def tell_new(session: Session, orders: Iterable[Order], *, now: datetime) -> None:
    """Append the events of new orders, all together."""
    append_all(session, [entry for order in orders for entry in _entries(order, None, now)])


def news(before: OrderStatus | None, after: OrderStatus) -> list[EventKind]:
    """What to tell. A new order that has left or was cancelled already is history, and said to no one."""
    if before is None:
        if after.status not in BEFORE_SHIPPING:
            return []
        return (
            [EventKind.ORDER_RECEIVED, EventKind.ORDER_ON_HOLD]
            if after.status == "on_hold"
            else [EventKind.ORDER_RECEIVED]
        )
    if after.status == "on_hold" and after != before:
        return [EventKind.ORDER_ON_HOLD]
    if after.status == "preparing" and before.status in BEFORE_PREPARING:
        return [EventKind.ORDER_PREPARING]
    if after.status == "cancelled" and before.status != "cancelled":
        return [EventKind.ORDER_CANCELLED]
    return []


def _entries(order: Order, before: OrderStatus | None, now: datetime) -> Iterator[NewEvent]:
    placed = {"status": order.status, "placed_at": order.placed_at.isoformat()}
    paid = int(order.totals["paid"])
    # What was promised back may now be more than is left of the order's money.
    if before is not None and paid < before.paid:
        yield NewEvent(EventKind.ORDER_REDUCED, now, order_id=order.id, payload={"before": before.paid, "paid": paid})
    for kind in news(before, OrderStatus(order.status, order.hold)):
        facts: dict[str, Any] = {"hold": order.hold} if kind == EventKind.ORDER_ON_HOLD else placed
        yield NewEvent(kind, now, order_id=order.id, payload=facts)


COMPLETED = "completed"


def facts(document: OrderDocument, brand: BrandRecord) -> dict[str, Any]:
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


def new_row(document: OrderDocument, brand: BrandRecord, *, now: datetime) -> dict[str, Any]:
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


def first_completed(order: Order, document: OrderDocument) -> datetime | None:
    """When the shop first said that all is done: whichever document comes first, the earliest that says so counts."""
    words = [order.completed_at or (order.updated_at if order.status == COMPLETED else None)]
    words += [document.updated_at if document.status == COMPLETED else None]
    return min((at for at in words if at is not None), default=None)


def fingerprint(document: OrderDocument) -> bytes:
    """Tells whether two documents of one moment say the same."""
    return hashlib.sha256(document.model_dump_json(by_alias=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """An order that was just taken in, as the rooms above need it; ``zone`` is its brand's."""

    id: int
    ref: str
    number: str
    zone: str
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutResult:
    """What came of a document. ``applied``: it is what we hold now; ``changed``: holding it took a change."""

    order: Order
    applied: bool
    created: bool
    changed: bool
    zone: str

    @property
    def taken(self) -> TakenOrder:
        """As much of it as other rooms need."""
        return as_taken(self.order, self.zone)


def put_order(session: Session, document: OrderDocument, *, now: datetime) -> PutResult:
    """Create or update the order of this brand and number; an older document changes nothing.

    The row stays locked until the caller commits, so that documents of one order follow each other.
    Raises Invalid when the brand is not known.
    """
    brand = _brand(session, document.brand)
    order, created = _locked(session, document, brand=brand, now=now)
    content_hash, zone = fingerprint(document), brand.time_zone
    if not created and document.updated_at < order.updated_at:
        # It changes nothing of what is so now, but may be the first word of what was done by then.
        order.completed_at = first_completed(order, document)
        return PutResult(order, applied=False, created=False, changed=False, zone=zone)
    # Systems write twice in a second: what says something else is taken, what repeats is no news.
    if not created and document.updated_at == order.updated_at and order.document_hash == content_hash:
        return PutResult(order, applied=True, created=False, changed=False, zone=zone)
    before = None if created else OrderStatus(order.status, order.hold, int(order.totals["paid"]))
    order.completed_at = first_completed(order, document)
    _write(session, order, document, brand=brand, now=now)
    order.status, order.hold, order.document_hash = document.status, document.hold, content_hash
    # Open pages ask by it whether anything has changed.
    order.version += 0 if created else 1
    session.flush()
    tell(session, order, before=before, now=now)
    return PutResult(order, applied=True, created=created, changed=True, zone=zone)


def as_taken(order: Order, zone: str) -> TakenOrder:
    """What others need of an order that is being taken in; read from the row at hand, without a statement."""
    return TakenOrder(order.id, order.ref, order.number, zone, order.completed_at)


def _brand(session: Session, key: str | None) -> BrandRecord:
    chosen = BrandRecord.is_default if key is None else BrandRecord.key == key
    brand = session.scalar(select(BrandRecord).where(chosen).order_by(BrandRecord.key).limit(1))
    if brand is None:
        raise Invalid([Fault("/brand", "There is no such brand")])
    return brand


def _locked(session: Session, document: OrderDocument, *, brand: BrandRecord, now: datetime) -> tuple[Order, bool]:
    """The order's row, locked, and whether it was made just now: two documents at once make one order.

    Its key stays as it is, so rows that only refer to it (messages, returns, links) need not wait.
    """
    existing = (
        select(Order)
        .where(Order.brand_key == brand.key, Order.number == document.number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    order = session.scalar(existing)
    if order is not None:
        return order, False
    row = insert(Order).values(new_row(document, brand, now=now))
    # Of two that find no row at once, the second makes none and reads the first's.
    unless_held = row.on_conflict_do_nothing(index_elements=["brand_key", "number"])
    created_id = session.scalar(unless_held.returning(Order.id))
    return session.scalars(existing).one(), created_id is not None


def _write(session: Session, order: Order, document: OrderDocument, *, brand: BrandRecord, now: datetime) -> None:
    for column, value in facts(document, brand).items():
        if column not in ("status", "hold"):
            setattr(order, column, value)
    order.changed_at = now
    write_lines(session, order.id, document.lines)
    want(session, (line.image_url for line in document.lines), now=now)
    # whoever reads the old mailbox must not go on seeing the order.
    if write_contacts(session, order.id, document):
        end_access(session, order.id, now=now)
    # Lines and contacts were written past the session's own collections.
    session.expire(order, ["all_lines", "lines", "contacts"])

"""Taking in an order: the document becomes rows, once, never backwards in time, and what changed is told as events."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.errors import Fault, Invalid
from app.orders.contacts import write_contacts
from app.orders.documents import OrderDocument
from app.orders.lines import write_lines
from app.orders.links import end_access
from app.orders.models import Brand, Order
from app.orders.pictures import want
from app.orders.rows import facts, fingerprint, first_completed, new_row
from app.orders.transitions import OrderStatus, tell


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
    told = fingerprint(document)
    if not created and document.updated_at < order.updated_at:
        return PutResult(order, applied=False, created=False, changed=False)
    if not created and document.updated_at == order.updated_at and order.document_hash == told:
        return PutResult(order, applied=True, created=False, changed=False)
    before = None if created else OrderStatus(order.status, order.hold, int(order.totals["paid"]))
    order.completed_at = first_completed(order, document)
    _write(session, order, document, brand=brand, now=now)
    order.status, order.hold, order.document_hash = document.status, document.hold, told
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
    """The order's row, locked, and whether it was made just now: two documents at once make one order.

    Its key stays as it is, so rows that only refer to it (messages, returns, links) need not wait.
    """
    mine = (
        select(Order)
        .where(Order.brand_key == brand.key, Order.number == document.number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    order = session.scalar(mine)
    if order is not None:
        return order, False
    row = insert(Order).values(new_row(document, brand, now=now))
    unless_held = row.on_conflict_do_nothing(index_elements=["brand_key", "number"])
    made = session.scalar(unless_held.returning(Order.id))
    return session.scalars(mine).one(), made is not None


def _write(session: Session, order: Order, document: OrderDocument, *, brand: Brand, now: datetime) -> None:
    for column, value in facts(document, brand).items():
        if column not in ("status", "hold"):
            setattr(order, column, value)
    order.changed_at = now
    write_lines(session, order.id, document.lines)
    want(session, (line.image_url for line in document.lines), now=now)
    if write_contacts(session, order.id, document):
        end_access(session, order.id, now=now)
    session.expire(order, ["all_lines", "lines", "contacts"])

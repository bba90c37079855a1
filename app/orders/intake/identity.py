"""Which order a document is of: by its source's own id, else by brand and number; locked, or made."""

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.core.errors import Fault, Invalid
from app.orders.document.document import OrderDocument
from app.orders.intake.facts import new_row
from app.orders.models import Order

Key: TypeAlias = tuple[str, str, str]


def key_of(order: Any) -> Key:
    """What makes an order one: its source's system and id, or its brand and the shop's number."""
    if order.source_id is not None:
        return "source", str(order.source_system), order.source_id
    return "brand", order.brand_key, order.number


def key_in(document: OrderDocument, brand: BrandRecord) -> Key:
    """The same as a document tells it."""
    if document.source is not None:
        return "source", document.source.system, document.source.id
    return "brand", brand.key, document.number


def brand_of(session: Session, key: str | None) -> BrandRecord:
    """The brand of this key, or the default one. Raises Invalid when there is no such brand."""
    chosen = BrandRecord.is_default if key is None else BrandRecord.key == key
    brand = session.scalar(select(BrandRecord).where(chosen).order_by(BrandRecord.key).limit(1))
    if brand is None:
        raise Invalid([Fault("/brand", "There is no such brand")])
    return brand


def locked_order(session: Session, document: OrderDocument, *, brand: BrandRecord, now: datetime) -> tuple[Order, bool]:
    """The order's row, locked, and whether it was made just now: two documents at once make one order.

    Its key stays as it is, so rows that only refer to it (messages, returns, links) need not wait.
    """
    key = key_in(document, brand)
    order = _lock(session, _is(key)) or _adopted(session, document, brand)
    if order is not None:
        return order, False
    # Of two that find no row at once, the second makes none and reads the first's.
    row = insert(Order).values(new_row(document, brand, now=now)).on_conflict_do_nothing()
    created_id = session.scalar(row.returning(Order.id))
    statement = select(Order).where(_is(key)).with_for_update(key_share=True)
    made = session.scalars(statement.execution_options(populate_existing=True)).one()
    return made, created_id is not None


def _is(key: Key) -> ColumnElement[bool]:
    kind, first, second = key
    if kind == "source":
        return (Order.source_system == first) & (Order.source_id == second)
    return (Order.brand_key == first) & (Order.number == second) & Order.source_id.is_(None)


def _lock(session: Session, condition: ColumnElement[bool]) -> Order | None:
    statement = select(Order).where(condition).with_for_update(key_share=True)
    return session.scalar(statement.execution_options(populate_existing=True))


def _adopted(session: Session, document: OrderDocument, brand: BrandRecord) -> Order | None:
    """An order that came without a source, when a source first speaks of it: the same number, placed at that moment."""
    if document.source is None:
        return None
    unsourced = _is(("brand", brand.key, document.number))
    order = _lock(session, unsourced & (Order.placed_at == document.placed_at))
    if order is not None:
        order.source_system, order.source_id = document.source.system, document.source.id
    return order

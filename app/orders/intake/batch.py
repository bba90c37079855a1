"""Taking in many new orders at once: a few statements for all of them. A hot path, hence rows by the hundred."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.orders.document.document import OrderDocument
from app.orders.intake.facts import new_row
from app.orders.intake.identity import Key, key_in, key_of
from app.orders.intake.news import tell_new
from app.orders.intake.rows import contact_rows, line_rows
from app.orders.intake.upsert import TakenOrder, as_taken
from app.orders.models import Order, OrderContact, OrderLine
from app.orders.pictures.pictures import want


def put_new_orders(session: Session, documents: Sequence[OrderDocument], *, now: datetime) -> dict[int, TakenOrder]:
    """Make the orders that nobody held, and tell of them; gives each by the position of its document.

    A document of an order that is held, that comes a second time, or whose brand is not known is left to
    ``put_order``. Rows are made in the order of their keys, so that two batches never wait for each other crosswise.
    """
    unheld = _unsourced_before(session, documents, _first_of_each(session, documents))
    if not unheld:
        return {}
    rows = [new_row(documents[at], brand, now=now) for _, (at, brand) in sorted(unheld.items())]
    statement = insert(Order).on_conflict_do_nothing()
    created = {key_of(order): order for order in session.scalars(statement.returning(Order), rows)}
    fresh = {unheld[key][0]: order for key, order in created.items()}
    _fill(session, [(order, documents[at], unheld[key_of(order)][1]) for at, order in fresh.items()], now=now)
    tell_new(session, fresh.values(), now=now)
    return {at: as_taken(order, unheld[key_of(order)][1].time_zone) for at, order in fresh.items()}


def _first_of_each(session: Session, documents: Sequence[OrderDocument]) -> dict[Key, tuple[int, BrandRecord]]:
    # All at once: brands are few, documents are hundreds.
    brands = {brand.key: brand for brand in session.scalars(select(BrandRecord).order_by(BrandRecord.key.desc()))}
    default = next((brand for brand in reversed(brands.values()) if brand.is_default), None)
    firsts: dict[Key, tuple[int, BrandRecord]] = {}
    for at, document in enumerate(documents):
        brand = default if document.brand is None else brands.get(document.brand)
        if brand is not None:
            firsts.setdefault(key_in(document, brand), (at, brand))
    return firsts


def _unsourced_before(
    session: Session, documents: Sequence[OrderDocument], firsts: dict[Key, tuple[int, BrandRecord]]
) -> dict[Key, tuple[int, BrandRecord]]:
    """Those of the documents that no order from before its source was told may be meant by."""
    numbers = {documents[at].number for at, _ in firsts.values() if documents[at].source is not None}
    if not numbers:
        return firsts
    unsourced = select(Order.brand_key, Order.number).where(Order.number.in_(numbers), Order.source_id.is_(None))
    before = {(brand, number) for brand, number in session.execute(unsourced)}
    return {
        key: (at, brand)
        for key, (at, brand) in firsts.items()
        if documents[at].source is None or (brand.key, documents[at].number) not in before
    }


def _fill(session: Session, orders: Iterable[tuple[Order, OrderDocument, BrandRecord]], *, now: datetime) -> None:
    lines, people = [], []
    for order, document, brand in orders:
        lines += line_rows(order.id, document.lines)
        people += contact_rows(order.id, document, brand)
    if people:
        session.execute(plain_insert(OrderContact), people)
    if lines:
        session.execute(plain_insert(OrderLine), lines)
        want(session, (line["image_url"] for line in lines), now=now)

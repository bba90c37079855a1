"""Documents that say what is held already: recognised many at a time, in one statement, before any row is locked."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.orders.document.document import OrderDocument
from app.orders.document.notes import note_of
from app.orders.intake.facts import fingerprint
from app.orders.intake.identity import Key, key_in, key_of
from app.orders.intake.upsert import TakenOrder
from app.orders.models import Order

_COLUMNS = (
    Order.id,
    Order.ref,
    Order.number,
    Order.brand_key,
    Order.source_system,
    Order.source_id,
    Order.updated_at,
    Order.read_at,
    Order.document_hash,
    Order.notes,
    Order.completed_at,
)


def repeated_orders(session: Session, documents: Sequence[OrderDocument]) -> dict[int, TakenOrder]:
    """The orders of which these documents repeat what is held, by the position of the document.

    What comes twice among them, or may be older or newer, is left to ``put_order``.
    """
    brands = {brand.key: brand for brand in session.scalars(select(BrandRecord))}
    default = next((brand for _, brand in sorted(brands.items()) if brand.is_default), None)
    of_brands = [default if document.brand is None else brands.get(document.brand) for document in documents]
    keys = [key_in(document, brand) if brand else None for document, brand in zip(documents, of_brands, strict=True)]
    times = Counter(keys)
    rows = _rows(session, {key for key in keys if key is not None and times[key] == 1})
    repeated: dict[int, TakenOrder] = {}
    for at, (document, brand, key) in enumerate(zip(documents, of_brands, keys, strict=True)):
        row = rows.get(key) if key is not None else None
        if row is not None and brand is not None and _repeats(document, brand, row):
            notes = tuple(note_of(note) for note in row.notes)
            zone = brands[row.brand_key].time_zone
            repeated[at] = TakenOrder(row.id, row.ref, row.number, zone, notes, row.completed_at)
    return repeated


def _rows(session: Session, keys: set[Key]) -> dict[Key, Any]:
    if not keys:
        return {}
    sources = [(first, second) for kind, first, second in keys if kind == "source"]
    numbers = [(first, second) for kind, first, second in keys if kind == "brand"]
    of_source = tuple_(Order.source_system, Order.source_id).in_(sources)
    of_brand = tuple_(Order.brand_key, Order.number).in_(numbers) & Order.source_id.is_(None)
    return {key_of(row): row for row in session.execute(select(*_COLUMNS).where(or_(of_source, of_brand)))}


def _repeats(document: OrderDocument, brand: BrandRecord, row: Any) -> bool:
    if document.updated_at != row.updated_at:
        return False
    # One that was read later has to be noted, so that what was read in between is kept out.
    is_read_later = document.read_at is not None and (row.read_at is None or document.read_at > row.read_at)
    return not is_read_later and row.document_hash == fingerprint(document, brand)

"""Which orders documents are of: by their source's own id, else by brand and number; locked, or nobody's yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.brands.queries import aliases
from app.brands.records import BrandRecord
from app.core.errors import Fault, Invalid
from app.orders.document.document import OrderDocument
from app.orders.models import Order

NO_BRAND = "There is no such brand. An admin can add it under Settings, Brands, or with: paradero brand add KEY"
RETIRED = "This brand is retired. An admin can take it up again under Settings, Brands"
Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class BrandDocument:
    """A document with the shop front that it is of."""

    document: OrderDocument
    brand: BrandRecord

    @property
    def key(self) -> Key:
        """What makes its order one: its source's system and id, or its brand and the shop's number."""
        source = self.document.source
        return ("source", source.system, source.id) if source else self.by_number

    @property
    def by_number(self) -> Key:
        """What an order is known by that came without a source."""
        return "brand", self.brand.key, self.document.number


def with_brands(session: Session, documents: Sequence[OrderDocument]) -> list[BrandDocument]:
    """Each document with its brand, or the default one. Raises Invalid when there is no such brand."""
    # All at once: brands are few, documents are hundreds.
    brands = {brand.key: brand for brand in session.scalars(select(BrandRecord).order_by(BrandRecord.key.desc()))}
    default = next((brand for brand in reversed(brands.values()) if brand.is_default), None)
    # Most documents name a brand as it is called now.
    former = aliases(session) if any(each.brand and each.brand not in brands for each in documents) else {}
    of_brands = []
    for document in documents:
        brand = default if document.brand is None else brands.get(former.get(document.brand, document.brand))
        if brand is None:
            raise Invalid([Fault("/brand", NO_BRAND)])
        if brand.retired_at is not None and not document.historic:
            raise Invalid([Fault("/brand", RETIRED)])
        of_brands.append(BrandDocument(document, brand))
    return of_brands


def apart(documents: Sequence[BrandDocument]) -> list[int]:
    """The positions of those that can be taken at once: of two that may be of one order, the first."""
    taken: set[Key] = set()
    positions = []
    for at, one in enumerate(documents):
        keys = {one.key, one.by_number}
        if not keys & taken:
            positions.append(at)
        taken |= keys
    return positions


def locked_orders(session: Session, documents: Sequence[BrandDocument]) -> dict[Key, Order]:
    """The rows of the orders that these are of, locked in the order of their ids, by the documents' keys.

    An order that came without a source is the one that a source first speaks of when number and moment are the same.
    Keys stay as they are, so rows that only refer to an order (messages, returns, links) need not wait.
    """
    if not documents:
        return {}
    rows = {_key_of(order): order for order in session.scalars(_LOCK, _wanted(documents))}
    orders: dict[Key, Order] = {}
    for one in documents:
        order = rows.get(one.key) or _adopted(rows.get(one.by_number), one.document)
        if order is not None:
            orders[one.key] = order
    return orders


def _key_of(order: Order) -> Key:
    if order.source_id is not None:
        return "source", str(order.source_system), order.source_id
    return "brand", order.brand_key, order.number


def _adopted(order: Order | None, document: OrderDocument) -> Order | None:
    if order is None or document.source is None or order.placed_at != document.placed_at:
        return None
    order.source_system, order.source_id = document.source.system, document.source.id
    return order


def _wanted(documents: Sequence[BrandDocument]) -> dict[str, Any]:
    sources = [one.document.source for one in documents if one.document.source]
    return {
        "brands": sorted({one.brand.key for one in documents}),
        "numbers": [one.document.number for one in documents],
        "systems": sorted({source.system for source in sources}),
        "sources": [source.id for source in sources],
    }


def _any_of(name: str) -> Any:
    # One parameter for all: a list of its own for each value is read anew by the driver every time.
    return any_(bindparam(name, type_=ARRAY(Text)))


# May hold a few more than are meant, a brand's number that only another's document names: they wait a moment.
_LOCK = (
    select(Order)
    .where(
        or_(
            (Order.brand_key == _any_of("brands")) & (Order.number == _any_of("numbers")) & Order.source_id.is_(None),
            (Order.source_system == _any_of("systems")) & (Order.source_id == _any_of("sources")),
        )
    )
    .order_by(Order.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)

"""Reading orders: one by its number or reference, and a page of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.brands.queries import find_brand
from app.brands.records import BrandRecord
from app.core.errors import Conflict
from app.orders.records import OrderRecord


def by_number(
    session: Session, number: str, *, brand: str | None = None, source: str | None = None
) -> OrderRecord | None:
    """The order with exactly this shop's number, whole; ``brand`` None is the default brand.

    ``source`` is the system that it is from; without it an order without a source comes first. Raises Conflict where
    orders of several systems have the number.
    """
    own = OrderRecord.brand_key == _key_now(session, brand) if brand else OrderRecord.brand.has(is_default=True)
    statement = _whole(gone_lines=True).where(OrderRecord.number == number, own)
    if source is not None:
        statement = statement.where(OrderRecord.source_system == source)
    orders = session.scalars(statement.order_by(OrderRecord.source_id.is_not(None), OrderRecord.id).limit(2)).all()
    if len(orders) > 1 and orders[0].source_id is not None:
        raise Conflict("Several orders have this number: say which by the name of its system, as source.")
    return orders[0] if orders else None


def _key_now(session: Session, key: str) -> str:
    named = find_brand(session, key)
    return named.key if named else key


def by_id(session: Session, order_id: int) -> OrderRecord:
    """The order behind a grant, whole. Raises NoResultFound; callers hold the id from a checked grant."""
    return session.scalars(_whole(gone_lines=True).where(OrderRecord.id == order_id)).unique().one()


def number_of_order(session: Session, order_id: int) -> str:
    """The shop's own number of an order that is on file."""
    return session.scalars(select(OrderRecord.number).where(OrderRecord.id == order_id)).one()


def numbers_of_orders(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """The shop's own numbers of many orders, in one statement; None, of what belongs to no order, has none."""
    rows = session.execute(select(OrderRecord.id, OrderRecord.number).where(OrderRecord.id.in_({*ids})))
    return {order_id: number for order_id, number in rows}


def voice(session: Session, order_id: int) -> tuple[str, BrandRecord]:
    """The language of an order's pages, and the brand in whose name they speak."""
    statement = (
        select(OrderRecord.locale, BrandRecord)
        .join(BrandRecord, BrandRecord.key == OrderRecord.brand_key)
        .where(OrderRecord.id == order_id)
    )
    locale, brand = session.execute(statement).one()
    return locale, brand


def page(
    session: Session,
    *,
    after: tuple[datetime, int] | None = None,
    updated_since: datetime | None = None,
    limit: int = 50,
) -> Sequence[OrderRecord]:
    """Orders in the order in which they last changed; ``after`` is the last one's ``(changed_at, id)``."""
    statement = _whole(gone_lines=True).order_by(OrderRecord.changed_at, OrderRecord.id).limit(limit)
    if updated_since is not None:
        statement = statement.where(OrderRecord.changed_at >= updated_since)
    if after is not None:
        statement = statement.where(tuple_(OrderRecord.changed_at, OrderRecord.id) > after)
    return session.scalars(statement).all()


def _whole(*, gone_lines: bool = False) -> Select[OrderRecord]:
    lines = OrderRecord.all_lines if gone_lines else OrderRecord.lines
    return select(OrderRecord).options(
        selectinload(lines), selectinload(OrderRecord.contacts), joinedload(OrderRecord.brand)
    )

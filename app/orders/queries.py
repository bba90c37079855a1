"""Reading orders: one by its number or reference, a page of them, and what staff type into their search."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, or_, select, tuple_, union
from sqlalchemy.orm import Session, joinedload, selectinload

from app.brands.records import BrandRecord
from app.core.errors import Conflict
from app.orders.contact_points import SERVED, email_key, number_keys, pasted_contact, phone_keys, reference
from app.orders.records import OrderContactRecord, OrderRecord
from app.orders.search_words import CONTACT_COLUMNS, ORDER_COLUMNS, indexed, typed_words


def by_number(
    session: Session, number: str, *, brand: str | None = None, source: str | None = None
) -> OrderRecord | None:
    """The order with exactly this shop's number, whole; ``brand`` None is the default brand.

    ``source`` is the system that it is from; without it an order without a source comes first. Raises Conflict where
    orders of several systems have the number.
    """
    own = OrderRecord.brand_key == brand if brand else OrderRecord.brand.has(is_default=True)
    statement = _whole(gone_lines=True).where(OrderRecord.number == number, own)
    if source is not None:
        statement = statement.where(OrderRecord.source_system == source)
    orders = session.scalars(statement.order_by(OrderRecord.source_id.is_not(None), OrderRecord.id).limit(2)).all()
    if len(orders) > 1 and orders[0].source_id is not None:
        raise Conflict("Several orders have this number: say which by the name of its system, as source.")
    return orders[0] if orders else None


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


def search(session: Session, text: str, *, limit: int = 20) -> Sequence[OrderRecord]:
    """Orders that staff mean by a number, a reference, an e-mail address or a phone number; newest first.

    A phone number without a prefix is looked for in each country in which people write it so.
    """
    contact = pasted_contact(text)
    conditions = [OrderRecord.number_key.in_(number_keys(text)), OrderRecord.ref == reference(text)]
    email, phones = email_key(contact), phone_keys(contact, SERVED)
    if email:
        conditions.append(_contact(OrderContactRecord.email_folded == email))
    if phones:
        conditions.append(_contact(OrderContactRecord.phone_e164.in_(phones)))
    return session.scalars(_whole().where(or_(*conditions)).order_by(OrderRecord.placed_at.desc()).limit(limit)).all()


MOST_MEANT = 500


def search_words(session: Session, text: str, *, limit: int = 20) -> Sequence[OrderRecord]:
    """Orders with these words, or words that begin so, in their numbers or in what names their customer; newest first.

    Capitals and accents make no difference.
    """
    words = typed_words(text)
    if not words:
        return []
    # Each part by its own index: joined by «or» over two tables the planner would read every order. Of a word that
    # half of the shop has only some are looked at.
    of_order = select(OrderRecord.id).where(_in_words(ORDER_COLUMNS, "order", words)).limit(MOST_MEANT)
    of_contact = (
        select(OrderContactRecord.order_id).where(_in_words(CONTACT_COLUMNS, "order_contact", words)).limit(MOST_MEANT)
    )
    statement = _whole().where(OrderRecord.id.in_(union(of_order, of_contact)))
    return session.scalars(statement.order_by(OrderRecord.placed_at.desc()).limit(limit)).all()


def _in_words(columns: tuple[str, ...], table: str, words: str) -> ColumnElement[bool]:
    expression: ColumnElement[bool] = literal_column(indexed(columns, table)).op("@@", is_comparison=True)(
        func.to_tsquery(literal_column("'simple'::regconfig"), words)
    )
    return expression


def _contact(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(OrderContactRecord.order_id == OrderRecord.id, condition)


def _whole(*, gone_lines: bool = False) -> Select[OrderRecord]:
    lines = OrderRecord.all_lines if gone_lines else OrderRecord.lines
    return select(OrderRecord).options(
        selectinload(lines), selectinload(OrderRecord.contacts), joinedload(OrderRecord.brand)
    )

"""Reading orders: one by its number or reference, a page of them, and what staff type into their search."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.brands.records import BrandRecord
from app.orders.contact_points import email_key, number_key, phone_key, reference
from app.orders.models import Order, OrderContact


def by_number(session: Session, number: str, *, brand: str | None = None) -> Order | None:
    """The order with exactly this shop's number, whole; ``brand`` None is the default brand."""
    own = Order.brand_key == brand if brand else Order.brand.has(is_default=True)
    return session.scalar(_whole().where(Order.number == number, own))


def by_id(session: Session, order_id: int) -> Order:
    """The order behind a grant, whole. Raises NoResultFound; callers hold the id from a checked grant."""
    return session.scalars(_whole().where(Order.id == order_id)).unique().one()


def voice(session: Session, order_id: int) -> tuple[str, BrandRecord]:
    """The language of an order's pages, and the brand in whose name they speak."""
    told = (
        select(Order.locale, BrandRecord)
        .join(BrandRecord, BrandRecord.key == Order.brand_key)
        .where(Order.id == order_id)
    )
    locale, brand = session.execute(told).one()
    return locale, brand


def page(
    session: Session,
    *,
    after: tuple[datetime, int] | None = None,
    updated_since: datetime | None = None,
    limit: int = 50,
) -> Sequence[Order]:
    """Orders in the order in which they last changed; ``after`` is the last one's ``(changed_at, id)``."""
    statement = _whole().order_by(Order.changed_at, Order.id).limit(limit)
    if updated_since is not None:
        statement = statement.where(Order.changed_at >= updated_since)
    if after is not None:
        statement = statement.where(tuple_(Order.changed_at, Order.id) > after)
    return session.scalars(statement).all()


def search(session: Session, text: str, *, country: str | None = "ES", limit: int = 20) -> Sequence[Order]:
    """Orders that staff mean by a number, a reference, an e-mail address or a phone number; newest first."""
    conditions = [Order.number_key == number_key(text), Order.ref == reference(text)]
    email, phone = email_key(text), phone_key(text, country=country)
    if email:
        conditions.append(_contact(OrderContact.email_folded == email))
    if phone:
        conditions.append(_contact(OrderContact.phone_e164 == phone))
    return session.scalars(_whole().where(or_(*conditions)).order_by(Order.placed_at.desc()).limit(limit)).all()


def _contact(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(OrderContact.order_id == Order.id, condition)


def _whole() -> Select[Order]:
    return select(Order).options(selectinload(Order.lines), selectinload(Order.contacts), joinedload(Order.brand))

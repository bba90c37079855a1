"""What staff type into their search, as orders: what names one exactly, and what is a part of what a caller says."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal_column, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload, selectinload

from app.orders.contacts.contact_points import (
    SERVED,
    email_key,
    number_ends,
    number_key,
    number_keys,
    pasted_contact,
    phone_keys,
    reference,
)
from app.orders.records import OrderContactRecord, OrderRecord
from app.orders.search_words import (
    CONTACT_COLUMNS,
    NUMBER_END,
    NUMBER_PARTS,
    NUMBER_TURNED,
    ORDER_COLUMNS,
    PHONE_TURNED,
    REFERENCES,
    SHORTEST,
    indexed,
    parts_of,
    phone_end,
    typed_words,
)

# Of a word that half of the shop has only some are looked at, and those of the newest orders.
MOST_MEANT = 500
NEWEST = 1000


def search(session: Session, text: str, *, limit: int = 20) -> Sequence[OrderRecord]:
    """Orders that staff mean by a number, a reference, an e-mail address or a phone number; newest first.

    A phone number without a prefix is looked for in each country in which people write it so.
    """
    contact = pasted_contact(text)
    meant = [select(OrderRecord.id).where(OrderRecord.number_key.in_(number_keys(text)))]
    if ref := reference(text):
        meant.append(select(OrderRecord.id).where(OrderRecord.ref == ref))
    if email := email_key(contact):
        meant.append(select(OrderContactRecord.order_id).where(OrderContactRecord.email_folded == email))
    if phones := phone_keys(contact, SERVED):
        meant.append(select(OrderContactRecord.order_id).where(OrderContactRecord.phone_e164.in_(phones)))
    # Each part uses its own index: joined by «or» the planner would read every order.
    return _newest(session, OrderRecord.id.in_(union(*meant)), limit)


def search_parts(session: Session, text: str, *, limit: int = 20) -> Sequence[OrderRecord]:
    """Orders with these words, or words that begin so, in what names them or their customer; newest first.

    Numbers are found by any part of three signs, with a prefix and without, phones by their end. Capitals and accents
    make no difference.
    """
    meant = [*_by_number(text), *_by_phone(text)]
    words = typed_words(text)
    if words:
        meant += [select(OrderRecord.id).where(_in_words(columns, "order", words)) for columns in _OF_ORDER]
        meant.append(select(OrderContactRecord.order_id).where(_in_words(CONTACT_COLUMNS, "order_contact", words)))
    if not meant:
        return []
    ids = session.scalars(union(*(part.limit(MOST_MEANT) for part in meant))).all()
    # A word that so many orders have is had by some of the newest; those are the ones that a caller means.
    more = session.scalars(union(*_among_newest(words))).all() if words and len(ids) >= MOST_MEANT else []
    return _newest(session, OrderRecord.id.in_({*ids, *more}), limit)


_OF_ORDER = (ORDER_COLUMNS, REFERENCES)


def _among_newest(words: str) -> list[Select[int]]:
    """Those of the newest orders that have these words."""
    by_day = select(OrderRecord.id).order_by(OrderRecord.placed_at.desc()).limit(NEWEST)
    # On its own first: else the planner looks for the word in every order, and then for their days.
    newest = by_day.cte("newest").prefix_with("materialized")
    ids = select(newest.c.id)
    # Of names alone: no reference is shared by so many.
    of_order = OrderRecord.id.in_(ids), _in_words(ORDER_COLUMNS, "order", words)
    contacts = OrderContactRecord.order_id.in_(ids), _in_words(CONTACT_COLUMNS, "order_contact", words)
    return [select(OrderRecord.id).where(*of_order), select(OrderContactRecord.order_id).where(*contacts)]


def _by_number(text: str) -> list[Select[int]]:
    """Orders whose number holds this part, or whose digits are its end where the typed prefix is another."""
    key = number_key(text)
    parts: list[ColumnElement[bool]] = []
    if len(key) >= SHORTEST and any(sign.isdigit() for sign in key):
        parts.append(literal_column(NUMBER_TURNED).like(f"{key[::-1]}%"))
        if key.isalnum():
            has_all = literal_column(NUMBER_PARTS).op("@>", is_comparison=True)(cast(parts_of(key), ARRAY(Text)))
            parts.append(and_(has_all, OrderRecord.number_key.contains(key, autoescape=True)))
    if ends := [end for end in number_ends(text) if end]:
        parts.append(literal_column(NUMBER_END).in_(ends))
    return [select(OrderRecord.id).where(part) for part in parts]


def _by_phone(text: str) -> list[Select[int]]:
    end = phone_end(text)
    turned = literal_column(PHONE_TURNED).like(f"{end[::-1]}%")
    return [select(OrderContactRecord.order_id).where(turned)] if end else []


def _newest(session: Session, meant: ColumnElement[bool], limit: int) -> Sequence[OrderRecord]:
    """The newest of these, whole."""
    whole = (selectinload(OrderRecord.lines), selectinload(OrderRecord.contacts), joinedload(OrderRecord.brand))
    statement = select(OrderRecord).options(*whole).where(meant)
    return session.scalars(statement.order_by(OrderRecord.placed_at.desc(), OrderRecord.id.desc()).limit(limit)).all()


def _in_words(columns: tuple[str, ...], table: str, words: str) -> ColumnElement[bool]:
    expression: ColumnElement[bool] = literal_column(indexed(columns, table)).op("@@", is_comparison=True)(
        func.to_tsquery(literal_column("'simple'::regconfig"), words)
    )
    return expression

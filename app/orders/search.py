"""What staff type into their search, as orders: what names one exactly, and what is a part of what a caller says."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from app.orders.contact_points import (
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
    NUMBER_TURNED,
    ORDER_COLUMNS,
    REFERENCES,
    SHORTEST,
    indexed,
    typed_words,
)

# Of a word that half of the shop has only some are looked at.
MOST_MEANT = 500


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
    return _newest(session, meant, limit)


def search_parts(session: Session, text: str, *, limit: int = 20) -> Sequence[OrderRecord]:
    """Orders with these words, or words that begin so, in what names them or their customer; newest first.

    Numbers are found by their end too, with a prefix and without. Capitals and accents make no difference.
    """
    meant = _by_number(text)
    if words := typed_words(text):
        meant += [
            select(OrderRecord.id).where(_in_words(ORDER_COLUMNS, "order", words)),
            select(OrderRecord.id).where(_in_words(REFERENCES, "order", words)),
            select(OrderContactRecord.order_id).where(_in_words(CONTACT_COLUMNS, "order_contact", words)),
        ]
    return _newest(session, [part.limit(MOST_MEANT) for part in meant], limit) if meant else []


def _by_number(text: str) -> list[Select[int]]:
    """Orders whose number ends like this one, or whose digits do where the typed prefix is another."""
    key = number_key(text)
    parts = []
    if len(key) >= SHORTEST and any(sign.isdigit() for sign in key):
        parts.append(literal_column(NUMBER_TURNED).like(f"{key[::-1]}%"))
    if ends := [end for end in number_ends(text) if end]:
        parts.append(literal_column(NUMBER_END).in_(ends))
    return [select(OrderRecord.id).where(part) for part in parts]


def _newest(session: Session, meant: Sequence[Select[int]], limit: int) -> Sequence[OrderRecord]:
    """The newest of these. Each part uses its own index: joined by «or» the planner would read every order."""
    whole = (selectinload(OrderRecord.lines), selectinload(OrderRecord.contacts), joinedload(OrderRecord.brand))
    statement = select(OrderRecord).options(*whole).where(OrderRecord.id.in_(union(*meant)))
    return session.scalars(statement.order_by(OrderRecord.placed_at.desc()).limit(limit)).all()


def _in_words(columns: tuple[str, ...], table: str, words: str) -> ColumnElement[bool]:
    expression: ColumnElement[bool] = literal_column(indexed(columns, table)).op("@@", is_comparison=True)(
        func.to_tsquery(literal_column("'simple'::regconfig"), words)
    )
    return expression

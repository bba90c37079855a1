"""The worklist of orders with notes that a person should see, the newest first, of all kinds or of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, Text, cast, func, literal_column, select
from sqlalchemy.orm import Session, joinedload

from app.core.i18n.words import short_day
from app.orders.document.notes import FOR_A_PERSON, PATH_FOR_A_PERSON, WORDS, NoteKind, note_of
from app.orders.records import OrderRecord
from app.staff.worklists.aside import NOTED, is_aside
from app.staff.worklists.choice import RowChoice, RowSource
from app.staff.worklists.rows import MOST_ROWS, WITH_CUSTOMER, Row, age_words, customer_of

# Written out as the partial index says it: a parameter in its place would hide that they are the same.
_HAS_NOTES = OrderRecord.notes.op("@?", is_comparison=True)(literal_column(f"'{PATH_FOR_A_PERSON}'"))
# With its notes: an order that was dealt with comes back with others.
_ITEM = func.concat(OrderRecord.id, "-", func.left(func.md5(cast(OrderRecord.notes, Text)), 12))


NOTED_ROWS = RowSource(_ITEM, order_id=OrderRecord.id, day=OrderRecord.changed_at)


def noted() -> Select[Any]:
    """Orders with such notes that nobody has dealt with."""
    return select(OrderRecord.id).where(_HAS_NOTES, ~is_aside(NOTED, _ITEM))


def noted_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """The orders, the newest first: what is in their documents, and where."""
    statement = select(OrderRecord, _ITEM).where(_HAS_NOTES, ~is_aside(NOTED, _ITEM), *choice.where)
    kind = choice.kind if choice.kind in FOR_A_PERSON else ""
    if kind:
        statement = statement.where(OrderRecord.notes.contains([{"kind": kind}]))
    newest = statement.order_by(*choice.order(OrderRecord.changed_at, OrderRecord.id, newest=True)).limit(MOST_ROWS)
    return [
        _row(order, item, kind, now)
        for order, item in session.execute(newest.options(joinedload(OrderRecord.brand), WITH_CUSTOMER))
    ]


def note_choices() -> list[tuple[str, str]]:
    """The kinds that one may ask for."""
    return [(kind.value, _(WORDS[kind])) for kind in FOR_A_PERSON]


def _row(order: OrderRecord, item: str, kind: str, now: datetime) -> Row:
    notes = [note for note in map(note_of, order.notes) if note.kind in _chosen(kind)]
    href = url_for("console.order", ref=order.ref)
    return Row(
        title=order.number,
        href=href,
        about=", ".join(dict.fromkeys(note.pointer or "/" for note in notes)),
        detail=" ".join(dict.fromkeys(_(note.detail) for note in notes)),
        when=short_day(order.changed_at, zone=order.brand.time_zone),
        item=item,
        order_id=order.id,
        customer=customer_of(order),
        age=age_words(order.changed_at, now, order.brand.time_zone),
    )


def _chosen(kind: str) -> Sequence[NoteKind]:
    return [NoteKind(kind)] if kind else FOR_A_PERSON

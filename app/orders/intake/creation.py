"""Making the orders that nobody held: a few statements for all of them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.core.tables.bulk import insert_rows, parameters
from app.orders.document.notes import note_of
from app.orders.intake.facts import new_row
from app.orders.intake.identity import BrandDocument
from app.orders.intake.news import OrderChange, OrderStatus, tell
from app.orders.intake.results import TakenOrder, Witnesses
from app.orders.intake.rows import write_contacts, write_lines
from app.orders.models import Order
from app.orders.pictures.pictures import want


def make_orders(
    session: Session, documents: Mapping[int, BrandDocument], witnesses: Witnesses, *, now: datetime
) -> dict[int, TakenOrder]:
    """Make these orders and tell of them, by the documents' positions; one that another made meanwhile is left out.

    Rows are made in the order of their keys, so that two who make many never wait for each other crosswise.
    """
    if not documents:
        return {}
    places = sorted(documents, key=lambda at: documents[at].key)
    rows = [new_row(documents[at].document, documents[at].brand, witnesses, now=now) for at in places]
    inserted = session.execute(_insert(tuple(rows[0])), parameters(Order, rows))
    of_rows = {ref: order_id for ref, order_id in inserted}
    made = {at: (of_rows[row["ref"]], row) for at, row in zip(places, rows, strict=True) if row["ref"] in of_rows}
    orders = {order_id: documents[at] for at, (order_id, _) in made.items()}
    if orders:
        write_contacts(session, orders, new=True)
        write_lines(session, orders)
        want(session, (line.image_url for one in orders.values() for line in one.document.lines), now=now)
    tell(session, [_change(order_id, row) for order_id, row in made.values()], now=now)
    return {at: _taken(order_id, row, documents[at].brand.time_zone) for at, (order_id, row) in made.items()}


@cache
def _insert(names: tuple[str, ...]) -> ReturningInsert[str, int]:
    # What another makes at the same moment is neither made twice nor an error.
    return insert_rows(Order, names).on_conflict_do_nothing().returning(Order.ref, Order.id)


def _change(order_id: int, row: dict[str, Any]) -> OrderChange:
    after = OrderStatus(row["status"], row["hold"], row["paid"])
    return OrderChange(order_id, row["placed_at"], before=None, after=after, quiet=row["removed"])


def _taken(order_id: int, row: dict[str, Any], zone: str) -> TakenOrder:
    notes = tuple(note_of(note) for note in row["notes"])
    return TakenOrder(order_id, row["ref"], row["number"], zone, notes, row["completed_at"])

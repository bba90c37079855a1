"""Writing an order's lines: the rows keep their identity, for returns and parcels speak of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.orders.document.document import Line
from app.orders.models import OrderLine


def write_lines(session: Session, order_id: int, lines: Sequence[Line]) -> None:
    """Bring the order's lines to what the document says; a line that it no longer names stays with quantity 0."""
    rows = line_rows(order_id, lines)
    statement = insert(OrderLine)
    told = {name: statement.excluded[name] for name in rows[0] if name not in ("order_id", "line_id")}
    session.execute(statement.on_conflict_do_update(index_elements=["order_id", "line_id"], set_=told), rows)
    gone = OrderLine.line_id.not_in([line.id for line in lines])
    session.execute(update(OrderLine).where(OrderLine.order_id == order_id, gone).values(quantity=0))
    cached = select(OrderLine).where(OrderLine.order_id == order_id).execution_options(populate_existing=True)
    session.scalars(cached).all()


def line_rows(order_id: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """A row for each line of a document."""
    return [_row(order_id, position, line) for position, line in enumerate(lines)]


def _row(order_id: int, position: int, line: Line) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_id": line.id,
        "position": position,
        "sku": line.sku or "",
        **line.model_dump(exclude={"id", "sku"}),
    }

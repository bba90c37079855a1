"""What a receipt leaves behind: its rows, the sum of all that stand, where the goods are, and the event."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.events.kinds import Kind
from app.events.log import append
from app.orders.models import Order
from app.returns import models
from app.returns.models import Return
from app.returns.receiving_facts import Oddity, Receipt, Tally, happening, tally
from app.returns.states import Goods, move


def tally_of(order: Order, found: Return, *, without: int | None = None) -> Tally:
    """What was announced, has arrived and is missing, by the shop's line ids.

    Corrected receipts do not count, nor does the one whose id is ``without``.
    """
    lines = _line_ids(order, found)
    booked = [
        (lines.get(item.return_line_id) if item.return_line_id else None, item.quantity, item.disposition)
        for row in _standing(found)
        if row.id != without
        for item in row.lines
    ]
    return tally({lines[line.id]: line.quantity for line in found.lines}, booked)


def rows_of(order: Order, found: Return, receipt: Receipt) -> list[models.ReceiptLine]:
    """The receipt's lines; an item of the order that was not announced is described by its title."""
    ordered = {line.line_id: line for line in order.lines}
    announced = {line.order_line_id: line.id for line in found.lines}
    rows = []
    for item in receipt.items:
        line = ordered.get(item.line) if item.line is not None else None
        rows.append(
            models.ReceiptLine(
                return_line_id=announced.get(line.id) if line else None,
                description=(item.description or "").strip() or (line.title if line else None),
                quantity=item.quantity,
                grade=item.grade,
                disposition=item.disposition,
            )
        )
    return rows


def move_goods(order: Order, found: Return, *, now: datetime) -> Tally:
    """Put the goods where all standing receipts say they are; a correction may move them back."""
    standing = tally_of(order, found)
    befell = happening(standing)
    start = Goods.IN_TRANSIT if found.handed_over_at else Goods.AWAITING
    found.goods = move(start, befell) if befell else start
    times = [row.received_at for row in _standing(found)]
    found.received_at = min(times, default=None)
    found.inspected_at = max(times, default=None) if found.goods == Goods.INSPECTED else None
    found.changed_at = now
    return standing


def tell(
    session: Session,
    order: Order,
    found: Return,
    row: models.Receipt,
    *,
    odd: list[Oddity],
    corrects: int | None,
    now: datetime,
) -> None:
    """One event a receipt; the customer hears of the first part and of the whole, and of no correction."""
    append(
        session,
        Kind.RETURN_RECEIVED,
        order_id=order.id,
        return_id=found.id,
        shipment_id=found.shipment_id,
        payload={
            "ref": found.ref,
            "receipt_id": row.id,
            "corrects": corrects,
            "goods": found.goods,
            "odd": odd,
            "lines": [] if row.voided_at else _told_lines(order, found, row),
            "occurrence": found.goods,
            "quiet": corrects is not None,
        },
        now=now,
    )


def _standing(found: Return) -> Sequence[models.Receipt]:
    return [row for row in found.receipts if row.voided_at is None]


def _told_lines(order: Order, found: Return, row: models.Receipt) -> list[dict[str, str | int | None]]:
    """What came, by the shop's line ids, for whoever keeps the stock."""
    lines = _line_ids(order, found)
    return [
        {
            "line": lines.get(item.return_line_id) if item.return_line_id else None,
            "quantity": item.quantity,
            "grade": item.grade,
            "disposition": item.disposition,
        }
        for item in row.lines
    ]


def _line_ids(order: Order, found: Return) -> dict[int, str]:
    """The shop's line id of each of the return's lines."""
    names = {line.id: line.line_id for line in order.lines}
    return {line.id: names.get(line.order_line_id, "") for line in found.lines}

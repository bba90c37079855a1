"""What a receipt leaves behind: its rows, the sum of all that stand, where the goods are, and the events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.orders.models import Order, OrderLine
from app.returns import models
from app.returns.models import Return, ReturnLine
from app.returns.moves import place, tell
from app.returns.receiving_facts import (
    Disposition,
    ReceiptFacts,
    ReceivedItem,
    Room,
    Share,
    UnitCounts,
    happening,
    shares,
    tally,
)
from app.returns.states import GoodsState


def tally_of(order: Order, found: Return, *, without: int | None = None) -> UnitCounts:
    """What was announced, has arrived and is missing, by the shop's line ids.

    Corrected receipts do not count, nor does the one whose id is ``without``.
    """
    names = line_names(order)
    booked = [
        (names.get(item.order_line_id or 0), item.quantity, item.disposition)
        for row in _standing(found)
        if without is None or row.id != without
        for item in row.lines
    ]
    return tally({names[line.order_line_id]: line.quantity for line in found.lines}, booked)


def line_names(order: Order) -> dict[int, str]:
    """The shop's id of every line that the order ever had."""
    return {line.id: line.line_id for line in order.all_lines}


def rows_of(session: Session, order: Order, found: Return, receipt: ReceiptFacts) -> list[models.ReceiptLine]:
    """The receipt's rows: what was announced apart from what is beyond it, and what is no line of the order's."""
    ordered = {line.line_id: line for line in order.all_lines}
    announced = {line.order_line_id: line for line in found.lines}
    here, booked = tally_of(order, found).arrived, booked_units(session, order.id)
    used: Counter[str] = Counter()
    rows = []
    for item in receipt.items:
        line = ordered.get(item.line) if item.line is not None else None
        own = announced.get(line.id) if line else None
        room = Room(0, 0)
        if line is not None:
            taken = used[line.line_id]
            left = own.quantity - here.get(line.line_id, 0) - taken if own else 0
            room = Room(max(0, left), line.quantity - booked.get(line.id, 0) - taken)
            used[line.line_id] += 0 if item.missing else item.quantity
        rows += [_row(item, share, line, own) for share in shares(item, room)]
    return rows


def _row(item: ReceivedItem, share: Share, line: OrderLine | None, own: ReturnLine | None) -> models.ReceiptLine:
    """One row; what was not announced is described by its title where nobody said more."""
    announced = own if share.announced else None
    return models.ReceiptLine(
        return_line_id=announced.id if announced else None,
        order_line_id=line.id if line else None,
        description=(item.description or "").strip() or (line.title if line and not announced else None),
        quantity=share.quantity,
        grade=item.grade,
        disposition=share.disposition,
    )


def booked_units(session: Session, order_id: int) -> Mapping[int, int]:
    """Units that were booked as here by order line, over all returns of the order."""
    line = models.ReceiptLine
    statement = (
        select(line.order_line_id, func.sum(line.quantity))
        .join(models.Receipt, models.Receipt.id == line.receipt_id)
        .join(Return, Return.id == models.Receipt.return_id)
        .where(Return.order_id == order_id, models.Receipt.voided_at.is_(None), line.order_line_id.is_not(None))
        .where(line.disposition != Disposition.MISSING)
        .group_by(line.order_line_id)
    )
    return {line_id: int(units) for line_id, units in session.execute(statement) if line_id is not None}


def move_goods(order: Order, found: Return, *, now: datetime) -> UnitCounts:
    """Put the goods where all standing receipts say they are; a correction may move them back."""
    standing = tally_of(order, found)
    place(found, happening(standing), now=now)
    times = [row.received_at for row in _standing(found)]
    found.received_at = min(times, default=None)
    found.inspected_at = max(times, default=None) if found.goods == GoodsState.INSPECTED else None
    return standing


def tell_receipt(
    session: Session, order: Order, found: Return, row: models.Receipt, *, corrects: int | None, now: datetime
) -> None:
    """One event a receipt; the customer hears of the first part and of the whole, and of no correction.

    Nor of a box with nothing in it: what is missing is told by an event of its own.
    """
    tell(
        session,
        EventKind.RETURN_RECEIVED,
        found,
        now=now,
        receipt_id=row.id,
        corrects=corrects,
        goods=found.goods,
        odd=row.odd,
        lines=[] if row.voided_at else _told_lines(order, row),
        occurrence=found.goods,
        quiet=corrects is not None or tally_of(order, found).nothing_inside,
    )


def tell_missing(session: Session, order: Order, found: Return, row: models.Receipt, *, now: datetime) -> None:
    """Tell what was announced and is not in the parcel, once a receipt that says so."""
    standing = tally_of(order, found)
    names = {line.id: line.line_id for line in order.all_lines}
    said = Counter[str]()
    for line in row.lines:
        if line.disposition == Disposition.MISSING and line.order_line_id is not None:
            said[names[line.order_line_id]] += line.quantity
    left = {name: standing.announced.get(name, 0) - standing.arrived.get(name, 0) for name in said}
    lines = [{"line": name, "quantity": min(said[name], count)} for name, count in left.items() if count > 0]
    if lines:
        facts = {"receipt_id": row.id, "lines": lines, "empty": standing.nothing_inside}
        tell(session, EventKind.RETURN_MISSING, found, now=now, occurrence=f"r{row.id}", **facts)


def _standing(found: Return) -> Sequence[models.Receipt]:
    return [row for row in found.receipts if row.voided_at is None]


def _told_lines(order: Order, row: models.Receipt) -> list[dict[str, str | int | None]]:
    """What came, by the shop's line ids, for whoever keeps the stock."""
    names = line_names(order)
    return [
        {
            "line": names.get(item.order_line_id or 0),
            "quantity": item.quantity,
            "grade": item.grade,
            "disposition": item.disposition,
        }
        for item in row.lines
    ]

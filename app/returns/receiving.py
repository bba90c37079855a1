"""Booking what the warehouse got: once, under locks, in part or in whole, corrected when it was wrong."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.orders.models import Order
from app.returns import models
from app.returns.amounts import unasked_line
from app.returns.arrivals import arrive, doubt
from app.returns.locking import Locked, lock_return
from app.returns.models import Return
from app.returns.money import Breakdown, breakdown
from app.returns.moves import begin, take
from app.returns.order_facts import load_order, policy_of, returned_units
from app.returns.order_money import order_paid
from app.returns.promises import promise
from app.returns.quoting import line_refund, promise_document, quote_parts
from app.returns.receiving_facts import ReceiptFacts, faults, oddities
from app.returns.receiving_record import line_names, move_goods, rows_of, tally_of, tell_missing, tell_receipt
from app.returns.refunds import Cause, reckon
from app.returns.states import Decision, Deed

__all__ = ["book_receipt", "correct_receipt", "receive_unannounced", "tally_of"]


def book_receipt(
    session: Session, return_id: int, receipt: ReceiptFacts, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt:
    """Book what was found of a return, and make due what follows from it. The same key again changes nothing.

    Partial receipts are normal. What is beyond the announced units is booked and set aside; it, whatever else is odd,
    and parcels of returns that nobody approved are marked and left to a person.
    Raises NotFound, Invalid with pointers into ``/lines``.
    """
    locked = lock_return(session, return_id)
    booked = _booked_before(locked.found, idempotency_key)
    if booked is not None:
        return booked
    return _book(session, locked, receipt, by=by, idempotency_key=idempotency_key, now=now)


def correct_receipt(
    session: Session, receipt_id: int, receipt: ReceiptFacts | None, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt | None:
    """Take a receipt back and book ``receipt`` in its place; None books nothing. The old one is kept and marked.

    Money that became due by it is reckoned anew: what is too much is made void, and told.
    Raises NotFound; Conflict when it was corrected already, or when more is paid or agreed to than would be left;
    Invalid.
    """
    return_id = session.scalar(select(models.Receipt.return_id).where(models.Receipt.id == receipt_id))
    if return_id is None:
        raise NotFound(f"There is no receipt {receipt_id}.")
    locked = lock_return(session, return_id)
    order, found = locked.order, locked.found
    again = _booked_before(found, idempotency_key)
    if again is not None:
        return again
    wrong = next(row for row in found.receipts if row.id == receipt_id)
    if wrong.voided_at is not None:
        raise Conflict("This receipt was corrected already.")
    _check(order, receipt)
    wrong.voided_at = now
    if receipt is not None:
        return _book(session, locked, receipt, by=by, idempotency_key=idempotency_key, now=now, corrects=wrong.id)
    move_goods(order, found, now=now)
    tell_receipt(session, order, found, wrong, corrects=wrong.id, now=now)
    reckon(session, locked, Cause("corrected", by), now=now)
    return None


def receive_unannounced(
    session: Session, order_id: int, receipt: ReceiptFacts, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt:
    """Book a parcel of an order for which no return was asked: a return is made that waits for a person's decision.

    It holds what came of the order's lines, as far as that is in no other return, and is quoted at what it cost.
    Raises NotFound, Invalid.
    """
    # The order's lock makes of a double click one return: whoever comes second finds the first one's receipt.
    order = load_order(session, order_id, lock=True)
    earlier = session.scalar(
        select(models.Receipt)
        .join(Return, Return.id == models.Receipt.return_id)
        .where(Return.order_id == order_id, models.Receipt.idempotency_key == idempotency_key)
    )
    if earlier is not None:
        return earlier
    _check(order, receipt)
    found = _unasked(session, order, receipt, by=by, now=now)
    return _book(session, Locked(order, found), receipt, by=by, idempotency_key=idempotency_key, now=now)


def _unasked(session: Session, order: Order, receipt: ReceiptFacts, *, by: str, now: datetime) -> Return:
    """The return that nobody asked for; its dates are as if it had been handed over today."""
    units = _units(session, order, receipt)
    money = breakdown(order_paid(session, order), units)
    ids = {line.line_id: line.id for line in order.lines}
    found = begin(
        session,
        order,
        origin="unannounced",
        now=now,
        initiated_by=by,
        method="unannounced",
        quote=_quote(order, money, now),
        verdict={"answer": "person", "findings": [{"answer": "person", "code": "unannounced", "params": {}}]},
        lines=[unasked_line(ids[name], count, line_refund(money, name)) for name, count in units.items()],
    )
    take(session, found, Deed.REVIEW, now=now, why="unannounced")
    return found


def _units(session: Session, order: Order, receipt: ReceiptFacts) -> dict[str, int]:
    """What came of each line, as far as it was sold and is in no return."""
    taken = returned_units(session, order.id)
    left = {line.line_id: line.quantity - taken.get(line.id, 0) for line in order.lines}
    units: dict[str, int] = {}
    for item in receipt.items:
        if item.line in left and not item.missing:
            units[item.line] = units.get(item.line, 0) + item.quantity
    counted = {name: min(count, left[name]) for name, count in units.items()}
    return {name: count for name, count in counted.items() if count > 0}


def _quote(order: Order, money: Breakdown, now: datetime) -> dict[str, Any]:
    today, country = now.astimezone(ZoneInfo(order.brand.time_zone)).date(), (order.ship_to or {}).get("country")
    dates = promise(policy_of(order), today=today, country=country, handed_on=today)
    return quote_parts(money) | promise_document(dates)


def _booked_before(found: Return, idempotency_key: str) -> models.Receipt | None:
    return next((row for row in found.receipts if row.idempotency_key == idempotency_key), None)


def _check(order: Order, receipt: ReceiptFacts | None) -> None:
    wrong = faults(receipt, line_names(order).values()) if receipt is not None else []
    if wrong:
        raise Invalid(wrong)


def _book(
    session: Session,
    locked: Locked,
    receipt: ReceiptFacts,
    *,
    by: str,
    idempotency_key: str,
    now: datetime,
    corrects: int | None = None,
) -> models.Receipt:
    order, found = locked.order, locked.found
    _check(order, receipt)
    row = models.Receipt(
        idempotency_key=idempotency_key,
        received_at=receipt.received_at or now,
        received_by=by,
        note=(receipt.note or "").strip() or None,
        lines=rows_of(session, order, found, receipt),
    )
    found.receipts.append(row)
    standing = move_goods(order, found, now=now)
    gone = [line.line_id for line in order.all_lines if not line.quantity]
    row.odd = [*map(str, oddities(standing, receipt, Decision(found.decision), gone=gone))]
    session.flush()
    tell_receipt(session, order, found, row, corrects=corrects, now=now)
    tell_missing(session, order, found, row, now=now)
    if corrects is None:
        arrive(session, locked, now=now)
    if standing.nothing_inside:
        doubt(session, found, why="nothing_inside", now=now)
    # A box with nothing in it is booked even where its money was paid unseen: only corrections are refused.
    cause = Cause("nothing_inside" if standing.nothing_inside and corrects is None else "corrected", by)
    reckon(session, locked, cause, now=now, strict=corrects is not None)
    return row

"""Booking what the warehouse got: once, under locks, in part or in whole, corrected when it was wrong."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.orders.models import Order
from app.returns import models
from app.returns.decisions import lock_return
from app.returns.models import Return
from app.returns.order_facts import load_order, policy_of
from app.returns.promises import promise
from app.returns.receiving_facts import Receipt, faults, oddities
from app.returns.receiving_record import move_goods, rows_of, tally_of, tell
from app.returns.refunds import DUE, settle_due
from app.returns.states import Decision, Goods
from app.tokens import new_ref

__all__ = ["book_receipt", "correct_receipt", "receive_unannounced", "tally_of"]


def book_receipt(
    session: Session, return_id: int, receipt: Receipt, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt:
    """Book what was found of a return, and make due what follows from it. The same key again changes nothing.

    Partial receipts are normal; too many units, items that were not announced and returns that nobody approved are
    booked and marked as odd. Raises NotFound, Invalid with pointers into ``/lines``.
    """
    order, found = _locked(session, return_id)
    booked = _booked_before(found, idempotency_key)
    if booked is not None:
        return booked
    return _book(session, order, found, receipt, by=by, idempotency_key=idempotency_key, now=now)


def correct_receipt(
    session: Session, receipt_id: int, receipt: Receipt | None, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt | None:
    """Take a receipt back and book ``receipt`` in its place; None books nothing. The old one is kept and marked.

    Money that became due by it and is not paid yet is reckoned anew; what was paid stays.
    Raises NotFound, Conflict when it was corrected already, Invalid.
    """
    return_id = session.scalar(select(models.Receipt.return_id).where(models.Receipt.id == receipt_id))
    if return_id is None:
        raise NotFound(f"There is no receipt {receipt_id}.")
    order, found = _locked(session, return_id)
    again = _booked_before(found, idempotency_key)
    if again is not None:
        return again
    wrong = next(row for row in found.receipts if row.id == receipt_id)
    if wrong.voided_at is not None:
        raise Conflict("This receipt was corrected already.")
    wrong.voided_at = now
    found.refunds = [refund for refund in found.refunds if refund.state != DUE]
    session.flush()
    if receipt is not None:
        return _book(session, order, found, receipt, by=by, idempotency_key=idempotency_key, now=now, corrects=wrong.id)
    move_goods(order, found, now=now)
    tell(session, order, found, wrong, odd=[], corrects=wrong.id, now=now)
    _settle(session, order, found, now=now)
    return None


def receive_unannounced(
    session: Session, order_id: int, receipt: Receipt, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt:
    """Book a parcel of an order for which no return was asked: a return is made that waits for a person's decision.

    Raises NotFound, Invalid.
    """
    order = load_order(session, order_id, lock=True)
    earlier = session.scalar(
        select(models.Receipt)
        .join(Return, Return.id == models.Receipt.return_id)
        .where(Return.order_id == order_id, models.Receipt.idempotency_key == idempotency_key)
    )
    if earlier is not None:
        return earlier
    found = Return(
        ref=new_ref(),
        order_id=order.id,
        decision=Decision.NEEDS_REVIEW,
        goods=Goods.AWAITING,
        initiated_by=by,
        method="unannounced",
        currency=order.currency,
        quote=_nothing_promised(order, now),
        verdict={"answer": "person", "findings": []},
        requested_at=now,
        changed_at=now,
    )
    session.add(found)
    session.flush()
    return _book(session, order, found, receipt, by=by, idempotency_key=idempotency_key, now=now)


def _nothing_promised(order: Order, now: datetime) -> dict[str, Any]:
    """The quote of a return that nobody asked for: no money, and the dates as if it had been handed over today."""
    today, country = now.astimezone(ZoneInfo(order.brand.time_zone)).date(), (order.ship_to or {}).get("country")
    dates = promise(policy_of(order), today=today, country=country, handed_on=today)
    return {
        "total": 0,
        "currency": order.currency,
        "parts": [],
        "refund_on": dates.refund_on.isoformat(),
        "handed_on": dates.handed_on.isoformat(),
    }


def _locked(session: Session, return_id: int) -> tuple[Order, Return]:
    """The order first, then the return, as everyone does who touches its money."""
    order_id = session.scalar(select(Return.order_id).where(Return.id == return_id))
    if order_id is None:
        raise NotFound(f"There is no return {return_id}.")
    return load_order(session, order_id, lock=True), lock_return(session, return_id)


def _booked_before(found: Return, idempotency_key: str) -> models.Receipt | None:
    return next((row for row in found.receipts if row.idempotency_key == idempotency_key), None)


def _book(
    session: Session,
    order: Order,
    found: Return,
    receipt: Receipt,
    *,
    by: str,
    idempotency_key: str,
    now: datetime,
    corrects: int | None = None,
) -> models.Receipt:
    wrong = faults(receipt, [line.line_id for line in order.lines])
    if wrong:
        raise Invalid(wrong)
    row = models.Receipt(
        idempotency_key=idempotency_key,
        received_at=receipt.received_at or now,
        received_by=by,
        note=(receipt.note or "").strip() or None,
        lines=rows_of(order, found, receipt),
    )
    found.receipts.append(row)
    session.flush()
    odd = oddities(move_goods(order, found, now=now), receipt, Decision(found.decision))
    tell(session, order, found, row, odd=odd, corrects=corrects, now=now)
    _settle(session, order, found, now=now)
    return row


def _settle(session: Session, order: Order, found: Return, *, now: datetime) -> None:
    """Make due what has arrived, or all of it where the policy pays for the hand-over alone."""
    paid_unseen = policy_of(order).refund_without_receipt and found.handed_over_at is not None
    settle_due(session, found.id, now=now, handed_over=paid_unseen)

"""Money for a return: what falls due when goods arrive, and booking that it was paid; both once, under locks."""

from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.events.kinds import Kind
from app.events.log import append
from app.orders.models import Order, OrderLine
from app.returns.locking import lock_return
from app.returns.models import Receipt, ReceiptLine, Refund, Return
from app.returns.money import Part, PartKind
from app.returns.order_facts import load_order, policy_of
from app.returns.settlement import LineBack, due_parts
from app.returns.states import Decision
from app.returns.withdrawal_period import add_working_days

DUE, PAID = "due", "paid"


def settle_due(session: Session, return_id: int, *, now: datetime, handed_over: bool = False) -> Refund | None:
    """Make due what has arrived and is not settled yet; None when there is nothing new or nobody approved it yet.

    ``handed_over`` counts everything as arrived: for policies that pay when the carrier has the parcel.
    """
    order = _lock_order_of(session, Return, return_id)
    found = lock_return(session, return_id)
    if found.decision not in (Decision.APPROVED, Decision.EXPIRED):
        return None
    settled = sum(refund.amount for refund in found.refunds)
    parts = due_parts(
        _quoted(found),
        _lines_back(session, found, handed_over=handed_over),
        settled=settled,
        most=_left(session, order),
    )
    amount = sum(part.amount for part in parts)
    if amount <= 0:
        return None
    refund = _write(session, order, found, parts, amount=amount, now=now)
    _tell(session, Kind.REFUND_DUE, found, refund, now=now)
    return refund


def pay_refund(session: Session, refund_id: int, *, reference: str, by: str, now: datetime) -> Refund:
    """Book that a refund was paid. Booking it again with the same reference changes nothing.

    Raises NotFound; Conflict when it was paid under another reference, when it is above what the order was paid, or
    when the policy asks for a second person first.
    """
    order = _lock_order_of(session, Refund, refund_id)
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.state == PAID:
        if refund.reference != reference:
            raise Conflict(f"This refund was paid already, with reference {refund.reference}.")
        return refund
    _check_payable(session, order, refund, by=by)
    refund.state, refund.reference, refund.paid_by, refund.paid_at = PAID, reference, by, now
    found = session.get_one(Return, refund.return_id)
    found.changed_at = now
    _tell(session, Kind.REFUND_PAID, found, refund, now=now)
    return refund


def approve_refund(session: Session, refund_id: int, *, by: str, now: datetime) -> Refund:
    """The first of two people says yes to a large refund; another one pays it. Raises NotFound."""
    _lock_order_of(session, Refund, refund_id)
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.state == DUE and refund.approved_by is None:
        refund.approved_by, refund.approved_at = by, now
    return refund


def _check_payable(session: Session, order: Order, refund: Refund, *, by: str) -> None:
    paid = session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id == order.id, Refund.state == PAID))
    if int(paid or 0) + refund.amount > order.totals["paid"]:
        raise Conflict("The order's refunds would be above what was paid for it.")
    limit = policy_of(order).second_person_above
    if limit is not None and refund.amount > limit and refund.approved_by in (None, by):
        raise Conflict("A refund of this size needs the approval of a second person.")


def _lock_order_of(session: Session, model: type[Return] | type[Refund], row_id: int) -> Order:
    """The order first, always: whoever touches its money waits here."""
    order_id = session.scalar(select(model.order_id).where(model.id == row_id))
    if order_id is None:
        raise NotFound(f"There is no {model.__tablename__} {row_id}.")
    return load_order(session, order_id, lock=True)


def _quoted(found: Return) -> list[Part]:
    return [
        Part(PartKind(part["kind"]), part["amount"], part["line"], part["quantity"]) for part in found.quote["parts"]
    ]


def _lines_back(session: Session, found: Return, *, handed_over: bool) -> list[LineBack]:
    arrived = (
        select(ReceiptLine.return_line_id, func.sum(ReceiptLine.quantity))
        .join(Receipt, Receipt.id == ReceiptLine.receipt_id)
        .where(Receipt.return_id == found.id, Receipt.voided_at.is_(None), ReceiptLine.disposition != "missing")
        .group_by(ReceiptLine.return_line_id)
    )
    received = {line_id: int(units) for line_id, units in session.execute(arrived)}
    names = select(OrderLine.id, OrderLine.line_id).where(OrderLine.order_id == found.order_id)
    ids = {row_id: line_id for row_id, line_id in session.execute(names)}
    return [
        LineBack(
            ids[line.order_line_id],
            line.quantity,
            line.refund,
            line.quantity if handed_over else min(received.get(line.id, 0), line.quantity),
        )
        for line in found.lines
    ]


def _left(session: Session, order: Order) -> int:
    """What of the order's money is neither refunded nor due already."""
    taken = session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id == order.id))
    return int(order.totals["paid"]) - int(taken or 0)


def _write(
    session: Session, order: Order, found: Return, parts: tuple[Part, ...], *, amount: int, now: datetime
) -> Refund:
    today = now.astimezone(ZoneInfo(order.brand.time_zone)).date()
    country = (order.ship_to or {}).get("country")
    refund = Refund(
        return_id=found.id,
        order_id=order.id,
        idempotency_key=_next_key(found),
        state=DUE,
        amount=amount,
        currency=found.currency,
        breakdown={"total": amount, "parts": [_plain(part) for part in parts]},
        due_on=add_working_days(today, policy_of(order).inspection_days, country),
        created_at=now,
    )
    found.refunds.append(refund)
    found.changed_at = now
    session.flush()
    return refund


def _next_key(found: Return) -> str:
    """``<ref>-1``, ``<ref>-2``, …: two that reckon the same refund clash instead of paying twice."""
    taken = {refund.idempotency_key for refund in found.refunds}
    return next(key for key in (f"{found.ref}-{number}" for number in count(1)) if key not in taken)


def _plain(part: Part) -> dict[str, Any]:
    return {"kind": part.kind, "amount": part.amount, "line": part.line_id, "quantity": part.quantity}


def _tell(session: Session, kind: Kind, found: Return, refund: Refund, *, now: datetime) -> None:
    append(
        session,
        kind,
        order_id=found.order_id,
        return_id=found.id,
        payload={"ref": found.ref, "refund_id": refund.id, "amount": refund.amount, "currency": refund.currency},
        now=now,
    )

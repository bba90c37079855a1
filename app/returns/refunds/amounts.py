"""What a person says of a return: another amount, another refund, none, or what it holds; with a reason, told, kept."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict, Fault, Invalid
from app.events.kinds import EventKind
from app.returns.elsewhere.ledger import given_back_elsewhere
from app.returns.models import Return, ReturnLine
from app.returns.moves import Locked, lock_refund, lock_return, tell
from app.returns.policy.money import breakdown
from app.returns.policy.order_facts import gone_units
from app.returns.policy.quote import line_refund, order_paid, promised, quote_parts
from app.returns.policy.reasons import ReasonGroup
from app.returns.refunds.pay import DUE, Cause, reckon
from app.returns.refunds.reckoning import (
    by_hand,
    lines_back,
    paid,
    promised_amount,
    quoted,
    settled,
    standing_parts,
    told_amount,
)
from app.returns.states import LIVE, Decision


def change_amount(session: Session, return_id: int, *, amount: int, reason: str, by: str, now: datetime) -> Return:
    """Say what the return pays in all, whatever was reckoned; what is due and not paid is made anew.

    ``amount`` in minor units includes what was paid already; the customer reads the ``reason``.
    Raises NotFound, Conflict for a return that does not stand, Invalid when the amount is below what was paid or
    above what is left of the order's money.
    """
    locked = lock_return(session, return_id)
    _change(session, locked, amount, Cause("changed", by, reason), now=now)
    return locked.return_


def change_refund(session: Session, refund_id: int, *, amount: int, reason: str, by: str, now: datetime) -> Return:
    """Say what a refund that is due pays instead; 0 makes it void. Raises as ``change_amount``, Conflict if not due."""
    locked, refund = lock_refund(session, refund_id)
    if refund.state != DUE:
        raise Conflict(f"This refund is {refund.state}: only what is due can be changed.")
    _change(session, locked, settled(locked.return_) - refund.amount + amount, Cause("changed", by, reason), now=now)
    return locked.return_


def void_refund(session: Session, refund_id: int, *, reason: str, by: str, now: datetime) -> Return:
    """A refund that is due is not owed after all, nor falls due again by itself. Raises as ``change_refund``."""
    return change_refund(session, refund_id, amount=0, reason=reason, by=by, now=now)


def add_lines(
    session: Session, return_id: int, units: Mapping[str, int], *, reason: str, by: str, now: datetime
) -> Return:
    """Say that a return holds so many more ``units`` of each line (by the shop's id), and price them.

    For parcels that nobody announced, and for pieces beyond what was announced; never more than was sold and is in no
    return. Raises NotFound, Conflict for a return that does not stand, Invalid with pointers into ``/lines``.
    """
    locked = lock_return(session, return_id)
    order, return_ = locked.order, locked.return_
    _check_stands(return_)
    _check_units(session, locked, units)
    before = promised_amount(return_)
    money = breakdown(order_paid(session, order), units)
    ids = {line.line_id: line.id for line in order.lines}
    lines_by_id = {line.order_line_id: line for line in return_.lines}
    for name, count in units.items():
        line = lines_by_id.get(ids[name])
        if line is None:
            return_.lines.append(unasked_line(ids[name], count, line_refund(money, name)))
        else:
            line.quantity += count
            line.refund += line_refund(money, name)
    parts = [*return_.quote["parts"], *quote_parts(money)["parts"]]
    # A new document, since a change within one is not noticed; parts are added, none of the promised ones moves.
    return_.quote = return_.quote | {"parts": parts, "total": int(return_.quote["total"]) + money.total}
    return_.cap = None if return_.cap is None else return_.cap + money.total
    session.flush()
    cause = Cause("changed", by, reason)
    _tell_change(session, return_, before, promised_amount(return_), cause, now=now, units=units)
    reckon(session, locked, cause, now=now, agreed=True)
    return return_


def unasked_line(order_line_id: int, quantity: int, refund: int) -> ReturnLine:
    """A line of a return that came without a request: no reason was given."""
    return ReturnLine(
        order_line_id=order_line_id,
        quantity=quantity,
        group=ReasonGroup.NOT_SAID,
        reason="not_said",
        resolution="refund",
        refund=refund,
    )


def _change(session: Session, locked: Locked, amount: int, cause: Cause, *, now: datetime) -> None:
    order, return_ = locked.order, locked.return_
    _check_stands(return_)
    # Under the order's lock: no other return can promise the same money meanwhile.
    promised_to_others = promised(session, order.id, without=return_.id).amount
    left = max(0, order.paid - promised_to_others - given_back_elsewhere(session, order).most)
    if not paid(return_) <= amount <= left:
        raise Invalid([Fault("/amount", f"from {paid(return_)}, which is paid, to {left}, which is left of the order")])
    before = told_amount(return_)
    booked = any(receipt.voided_at is None for receipt in return_.receipts)
    # Before anything is booked the amount is said of the return as announced.
    lines = lines_back(order, return_, everything=not booked)
    reckoned = sum(part.amount for part in standing_parts(quoted(return_), lines, by_hand=by_hand(return_)))
    # The difference is kept as well: what is booked later moves the reckoned part, and this stays on top.
    adjustment = {
        "amount": amount - reckoned,
        "total": amount,
        "reason": cause.reason,
        "by": cause.by,
        "at": now.isoformat(),
    }
    # A new list: a change within a JSON document is not noticed, and would not be written.
    return_.adjustments = [*return_.adjustments, adjustment]
    # What a person sets was held against all that is left.
    return_.changed_at, return_.cap = now, None
    # A refund that became void has told the change already.
    if not reckon(session, locked, cause, now=now, agreed=True):
        _tell_change(session, return_, before, amount, cause, now=now)


def _check_stands(return_: Return) -> None:
    if Decision(return_.decision) not in LIVE:
        raise Conflict(f"A return that is {return_.decision} pays nothing: approve it first.")


def _check_units(session: Session, locked: Locked, units: Mapping[str, int]) -> None:
    """Never more than was sold, is in no return and was not given back elsewhere."""
    taken = gone_units(session, locked.order)
    left = {line.line_id: max(0, line.quantity - taken.get(line.id, 0)) for line in locked.order.lines}
    wrong = [
        Fault(f"/lines/{at}/quantity", f"at most {left[name]}") if name in left else _unknown(at)
        for at, (name, count) in enumerate(units.items())
        if not 1 <= count <= left.get(name, 0)
    ]
    if wrong or not units:
        raise Invalid(wrong or [Fault("/lines", "nothing was named")])


def _unknown(at: int) -> Fault:
    return Fault(f"/lines/{at}/line", "the order has no such line")


def _tell_change(
    session: Session,
    return_: Return,
    before: int,
    amount: int,
    cause: Cause,
    *,
    now: datetime,
    units: Mapping[str, int] | None = None,
) -> None:
    lines = [{"line": name, "quantity": count} for name, count in (units or {}).items()]
    amounts = {"before": before, "amount": amount, "currency": return_.currency}
    tell(session, EventKind.RETURN_CHANGED, return_, now=now, lines=lines, reason=cause.reason, **amounts)

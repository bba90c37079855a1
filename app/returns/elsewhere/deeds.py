"""What a person says of what the shop's system gave back: this refund is ours, it is another one, so many units."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.orders.records import OrderRecord
from app.orders.services import lock_order
from app.returns.elsewhere.counting import elsewhere
from app.returns.elsewhere.ledger import LineElsewhere, given_back_elsewhere
from app.returns.elsewhere.matching import Match, Verdict
from app.returns.elsewhere.models import RefundElsewhere, UnitsElsewhere
from app.returns.elsewhere.noting import keep
from app.returns.models import Refund, Return
from app.returns.moves import lock_returns
from app.returns.refunds.pay import DUE, Cause, book_paid
from app.returns.refunds.promises import reckon_order

SAID = "given_back_elsewhere"


def say_same(session: Session, row_id: int, refund_id: int, *, by: str, now: datetime) -> Refund:
    """A refund of the shop's system is this one of ours: what is due of it is booked as paid, by that id.

    Twice changes nothing. Raises NotFound; Conflict when nothing speaks for it any more, or the amounts differ.
    """
    row = _row(session, row_id)
    # All returns of the order at once: its other returns are reckoned afterwards, and locks have one order.
    standing = lock_returns(session, session.scalars(select(Return.id).where(Return.order_id == row.order_id)).all())
    both = ((locked, refund) for locked in standing for refund in locked.return_.refunds if refund.id == refund_id)
    locked, refund = next(both, (None, None))
    if locked is None or refund is None:
        raise NotFound(f"The order has no refund {refund_id}.")
    row, match = _judged(session, locked.order, row_id)
    if match.verdict is Verdict.OURS and match.refund_id == refund_id and not match.settles:
        return refund
    if refund_id not in match.candidates and not (match.settles and match.refund_id == refund_id):
        raise Conflict("Nothing speaks for it any more: something changed meanwhile.")
    if refund.state == DUE:
        if refund.amount != match.refund.amount:
            raise Conflict("The amounts differ: set the amount of the refund that is due first.")
        book_paid(session, locked.return_, refund, match.refund, by=by, now=now)
    _decide(session, locked.order, row, Verdict.OURS, refund_id, by=by, now=now)
    return refund


def say_another(session: Session, row_id: int, *, by: str, now: datetime) -> None:
    """A refund of the shop's system is none of ours: its money is gone beside ours. Twice changes nothing.

    Raises NotFound; Conflict when it is ours for certain.
    """
    row = _row(session, row_id)
    order = lock_order(session, row.order_id)
    row, match = _judged(session, order, row_id)
    if match.verdict is Verdict.OURS:
        raise Conflict("It is one of ours for certain: something changed meanwhile.")
    if not match.fixed:
        _decide(session, order, row, Verdict.ELSEWHERE, None, by=by, now=now)


def correct_units(
    session: Session, order_id: int, order_line_id: int, units: int, *, reason: str, by: str, now: datetime
) -> None:
    """Say how many units of a line came back elsewhere; what the shop's system tells later is added to it.

    Raises NotFound, Invalid when that is more than was sold.
    """
    order = lock_order(session, order_id)
    line = next((line for line in order.all_lines if line.id == order_line_id), None)
    if line is None:
        raise NotFound("The order has no such line.")
    if not 0 <= units <= line.quantity:
        raise Invalid([Fault("/units", f"from 0 to {line.quantity}")])
    there = given_back_elsewhere(session, order).lines.get(line.id)
    row = session.get(UnitsElsewhere, line.id, with_for_update=True, populate_existing=True)
    if row is None:
        row = UnitsElsewhere(order_line_id=line.id, order_id=order.id, counted=0, elsewhere=0)
        if there is not None:
            row.counted, row.elsewhere = there.count.counted, there.count.elsewhere
        session.add(row)
    row.correction = units - (_uncorrected(there) if there else 0)
    row.corrected_by, row.reason, row.changed_at = by, reason, now
    session.flush()


def _uncorrected(line: LineElsewhere) -> int:
    return elsewhere(line.count, line.returns, exchanged=line.exchanged, own=line.own, correction=0)


def _decide(
    session: Session,
    order: OrderRecord,
    row: RefundElsewhere,
    verdict: Verdict,
    refund_id: int | None,
    *,
    by: str,
    now: datetime,
) -> None:
    row.verdict, row.refund_id, row.decided_by, row.decided_at = verdict, refund_id, by, now
    session.flush()
    # What else is in doubt may be plain by now, and what is due and promised follows.
    keep(session, order, now=now)
    reckon_order(session, order.id, Cause(SAID, by), now=now)


def _row(session: Session, row_id: int) -> RefundElsewhere:
    row = session.get(RefundElsewhere, row_id, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no refund elsewhere {row_id}.")
    return row


def _judged(session: Session, order: OrderRecord, row_id: int) -> tuple[RefundElsewhere, Match]:
    """The refund under its lock, after the order's, and whose it is as things stand."""
    row = session.get_one(RefundElsewhere, row_id, with_for_update=True, populate_existing=True)
    matches = given_back_elsewhere(session, order).refunds
    match = next((match for match in matches if match.refund.external_id == row.external_id), None)
    if match is None:
        raise Conflict("The order is in another currency by now.")
    return row, match

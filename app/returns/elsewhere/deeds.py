"""What a person says of what the shop's system gave back: this refund is ours, it is another one, so many units."""

from collections.abc import Sequence
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
from app.returns.models import Return
from app.returns.moves import lock_returns
from app.returns.refunds.pay import DUE, Cause, book_paid
from app.returns.refunds.promises import reckon_order

SAID = "given_back_elsewhere"


def say_same(session: Session, row_id: int, *refund_ids: int, by: str, now: datetime) -> None:
    """A refund of the shop's system is this one of ours, or these: what is due is booked as paid, by that id.

    Twice changes nothing. Raises NotFound; Conflict when nothing speaks for it any more, or the amounts differ.
    """
    row, ids = _row(session, row_id), set(refund_ids)
    # All returns of the order at once: its other returns are reckoned afterwards, and locks have one order.
    standing = lock_returns(session, session.scalars(select(Return.id).where(Return.order_id == row.order_id)).all())
    ours = [(locked, refund) for locked in standing for refund in locked.return_.refunds if refund.id in ids]
    if not ours or len(ours) != len(ids):
        raise NotFound(f"The order has no refund {', '.join(map(str, refund_ids))}.")
    order = ours[0][0].order
    row, match = _judged(session, order, row_id)
    is_so = match.verdict is Verdict.OURS and set(match.refund_ids) == ids
    if is_so and not match.settles:
        return
    if not is_so and ids not in map(set, match.readings):
        raise Conflict("Nothing speaks for it any more: something changed meanwhile.")
    due = [(locked, refund) for locked, refund in ours if refund.state == DUE]
    if due and sum(refund.amount for _, refund in ours) != match.refund.amount:
        raise Conflict("The amounts differ: set the amount of the refund that is due first.")
    for locked, refund in due:
        book_paid(session, locked.return_, refund, match.refund, by=by, now=now)
    _decide(session, order, row, Verdict.OURS, refund_ids, by=by, now=now)


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
        _decide(session, order, row, Verdict.ELSEWHERE, (), by=by, now=now)


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
    refund_ids: Sequence[int],
    *,
    by: str,
    now: datetime,
) -> None:
    row.refund_id, row.further_ids = next(iter(refund_ids), None), list(refund_ids[1:])
    row.verdict, row.decided_by, row.decided_at = verdict, by, now
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

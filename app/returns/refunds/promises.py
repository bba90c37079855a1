"""All returns of an order reckoned anew: what was paid elsewhere is booked; what is due or promised has to fit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.returns.elsewhere.ledger import given_back_elsewhere
from app.returns.models import Return
from app.returns.moves import Locked, lock_returns, tell
from app.returns.refunds.pay import Cause, book_paid_elsewhere, reckon
from app.returns.refunds.reckoning import settled, spoken_for, told_amount


def reckon_order(session: Session, order_id: int, cause: Cause, *, now: datetime) -> None:
    """Less, or more, is left of the order's money than before: what is due and promised follows, and is told once.

    What was paid stays paid.
    """
    return_ids = session.scalars(select(Return.id).where(Return.order_id == order_id)).all()
    standing = lock_returns(session, return_ids)
    if not standing:
        return
    matches = given_back_elsewhere(session, standing[0].order).refunds
    before = {locked.return_.id: told_amount(locked.return_) for locked in standing}
    announced = set()
    for locked in standing:
        book_paid_elsewhere(session, locked, matches, now=now)
        locked.return_.cap = None
        # Not strict: the money has shrunk already, and a refusal would only hide that more is paid than it is worth.
        if reckon(session, locked, cause, now=now, agreed=True, strict=False):
            announced.add(locked.return_.id)
    _fit(session, standing)
    for locked in standing:
        return_ = locked.return_
        amount = told_amount(return_)
        if amount == before[return_.id]:
            continue
        return_.changed_at = now
        # A refund that became void has told the change already.
        if return_.id not in announced:
            amounts = {"before": before[return_.id], "amount": amount, "currency": return_.currency}
            tell(session, EventKind.RETURN_CHANGED, return_, now=now, lines=[], reason=None, why=cause.why, **amounts)


def _fit(session: Session, standing: Sequence[Locked]) -> None:
    """Hold promises to what is left beside all that is due or paid; what was promised first is kept first."""
    order = standing[0].order
    room = order.paid - given_back_elsewhere(session, order).amount
    room -= sum(settled(locked.return_) for locked in standing if locked.return_.currency == order.currency)
    for locked in standing:
        return_ = locked.return_
        # Amounts of another currency cannot be held against what was paid.
        if return_.currency != order.currency:
            continue
        promised = spoken_for(return_) - settled(return_)
        granted = max(0, min(promised, room))
        room -= granted
        if granted < promised:
            return_.cap = settled(return_) + granted

"""Deciding on a return: approve, leave to a person, reject, cancel, let expire, send back; each told as an event."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.core.errors import Conflict
from app.events import stumbles
from app.events.kinds import EventKind
from app.orders.services import lock_free_orders
from app.returns.labels.making import issue
from app.returns.models import Return
from app.returns.moves import Locked, carry, lock_return, lock_returns, take, tell
from app.returns.parcels import drop_parcel, make_parcel
from app.returns.pickups import ask_for_pickup, call_off
from app.returns.policy.order_facts import gone_units, policy_of
from app.returns.policy.policy import Method
from app.returns.refunds.pay import Cause, reckon, settle
from app.returns.refunds.reckoning import arrived, paid
from app.returns.states import Decision, GoodsState, Happening, ReturnAction, decide
from app.returns.withdrawal.period import add_working_days

LAWFUL_DAYS = 14
"""Days within which goods that a consumer withdrew from are sent back (Directive 2011/83, article 14)."""
EXPIRE, REMIND = "expire_returns", "remind_returns"
REMIND_BEFORE = timedelta(days=3)
"""How long before the last day the customer is reminded (requirement: three days)."""


def approve(session: Session, return_id: int, *, by: str, now: datetime, reason: str | None = None) -> Return:
    """Approve a return: its parcel, label number and last day come with it. Twice changes nothing.

    An expired or rejected return gets a new label; goods that are here already are settled.
    Raises NotFound, Conflict when it cannot be approved any more.
    """
    locked = lock_return(session, return_id)
    order, return_ = locked.order, locked.return_
    before = Decision(return_.decision)
    changes = decide(before, ReturnAction.APPROVE, GoodsState(return_.goods)) not in (None, before)
    # What expired or was rejected had given its units free: they may be in another return by now.
    if changes and not is_free(session, locked):
        raise Conflict("Its items are in another return by now.")
    if not take(session, return_, ReturnAction.APPROVE, by=by, reason=reason, now=now, why="decided"):
        return return_
    if return_.goods != GoodsState.AWAITING:
        settle(session, locked, now=now)
    else:
        policy = policy_of(order)
        country = (order.ship_to or {}).get("country")
        # The law gives whoever withdraws fourteen days, whatever the shop gives others.
        days = max(policy.hand_over_days, LAWFUL_DAYS if return_.initiated_by == "withdrawal" else 0)
        return_.deadline = _deadline(return_, today=_today(order.brand, now), days=days, country=country)
        # A new label has a new last day, of which the customer is reminded anew.
        return_.reminded_at = None
        make_parcel(session, return_, order, carrier=policy.carrier, now=now)
        issue(session, locked, maker=policy.label_maker, now=now)
        ask_for_pickup(session, return_, now=now)
    return return_


def put_to_review(session: Session, return_id: int, *, why: str, now: datetime) -> Return:
    """Leave the decision to a person; ``why`` is a word for the reason."""
    return_ = lock_return(session, return_id).return_
    take(session, return_, ReturnAction.REVIEW, now=now, why=why)
    return return_


def reject(session: Session, return_id: int, *, by: str, reason: str, now: datetime) -> Return:
    """Reject a return, with a reason that the customer reads; what was due of it is not any more.

    Raises NotFound, Conflict once goods of an approved return are under way, or when money of it is paid.
    """
    locked = lock_return(session, return_id)
    return_ = locked.return_
    if return_.decision != Decision.REJECTED and paid(return_):
        raise Conflict("Money of this return is paid already.")
    if take(session, return_, ReturnAction.REJECT, by=by, reason=reason, now=now):
        # What somebody had agreed to pay goes too: nothing of a rejected return is owed.
        reckon(session, locked, Cause("rejected", by, reason), now=now, agreed=True)
        # A parcel under way stays watched after a rejection: the warehouse has to know that it comes.
        if return_.goods == GoodsState.AWAITING:
            drop_parcel(session, return_, now=now)
            call_off(session, locked, why="rejected", now=now)
    return return_


def cancel(session: Session, return_id: int, *, by: str, now: datetime) -> Return:
    """Take a return back; possible until the parcel is handed over. Raises NotFound, Conflict."""
    locked = lock_return(session, return_id)
    return_ = locked.return_
    if take(session, return_, ReturnAction.CANCEL, by=by, now=now):
        return_.cancelled_at = now
        drop_parcel(session, return_, now=now)
        call_off(session, locked, why="cancelled", now=now)
    return return_


def send_back(session: Session, return_id: int, *, by: str, now: datetime) -> Return:
    """The goods of a rejected return go back to the customer: its receipts stand no more, its items are free again.

    Raises NotFound, Conflict when it is not rejected or nothing of it is here.
    """
    locked = lock_return(session, return_id)
    return_ = locked.return_
    names = {line.id: line.line_id for line in locked.order.all_lines}
    lines = [{"line": names[line], "quantity": units} for line, units in arrived(return_).items()]
    if carry(session, return_, Happening.SENT_BACK, now=now, lines=lines, by=by):
        for receipt in return_.receipts:
            receipt.voided_at = receipt.voided_at or now
    return return_


def expire_overdue(session: Session, *, limit: int, now: datetime) -> int:
    """Let approved returns expire that were not handed over in time; gives how many. Their items are free again."""
    # A day of grace: the last day is over everywhere on Earth.
    late = Return.deadline < now.date() - timedelta(days=1)
    overdue = _claimed(session, late, stumbles.ready(EXPIRE, Return.id, now=now), limit=limit)

    def expire(ids: Sequence[int]) -> None:
        for return_ in overdue:
            if return_.id in ids:
                take(session, return_, ReturnAction.EXPIRE, by="clock", now=now, deadline=str(return_.deadline))
                drop_parcel(session, return_, now=now)

    # One that cannot expire is noted and tried later: it must not keep all others from expiring.
    stumbles.each(session, EXPIRE, [return_.id for return_ in overdue], expire, now=now)
    return len(overdue)


def remind_before_expiry(session: Session, *, limit: int, now: datetime) -> int:
    """Tell once of approved returns whose last day comes near; gives how many. Who has it collected need do nothing."""
    near = Return.deadline.between(now.date(), (now + REMIND_BEFORE).date())
    # Whoever was approved within a day has just read the last day in that message.
    approved_lately = Return.decided_at >= now - timedelta(days=1)
    unreminded = (Return.reminded_at.is_(None), Return.method != Method.PICKUP)
    soon = _claimed(
        session, near, ~approved_lately, *unreminded, stumbles.ready(REMIND, Return.id, now=now), limit=limit
    )

    def remind(ids: Sequence[int]) -> None:
        for return_ in soon:
            if return_.id in ids:
                return_.reminded_at = now
                tell(session, EventKind.RETURN_EXPIRES_SOON, return_, now=now, deadline=str(return_.deadline))

    stumbles.each(session, REMIND, [return_.id for return_ in soon], remind, now=now)
    return len(soon)


def is_free(session: Session, locked: Locked) -> bool:
    """Whether nothing else has returned the units of this one, here or elsewhere.

    What the shop has since taken out counts as its own.
    What is paid already holds its units before all others: it cannot be rejected, so whoever else has them gives way.
    """
    if paid(locked.return_):
        return True
    taken = gone_units(session, locked.order, without=locked.return_.id)
    sold = {line.id: line.quantity for line in locked.order.all_lines}
    return all(
        taken.get(line.order_line_id, 0) == 0 or taken[line.order_line_id] + line.quantity <= sold[line.order_line_id]
        for line in locked.return_.lines
    )


def _claimed(session: Session, *conditions: ColumnElement[bool], limit: int) -> list[Return]:
    """Returns that wait for their parcel and fit, locked; those whose order somebody else holds are left for later.

    The orders come first, by id, as everywhere. What fits is asked again under their locks: it may have moved on.
    """
    waits = (Return.decision == Decision.APPROVED, Return.goods == GoodsState.AWAITING, *conditions)
    orders = lock_free_orders(session, select(Return.order_id).where(*waits), limit=limit)
    return_ids = session.scalars(select(Return.id).where(Return.order_id.in_(orders), *waits)).all()
    return [locked.return_ for locked in lock_returns(session, return_ids)]


def _deadline(return_: Return, *, today: date, days: int, country: str | None) -> date:
    """The last day to hand over, a working day; a collection that lies later moves it."""
    # Zero working days move a Sunday or a holiday, when counters are closed, to the next day they open.
    last = add_working_days(today + timedelta(days=days), 0, country)
    return max(last, date.fromisoformat(return_.pickup["on"])) if return_.pickup else last


def _today(brand: BrandRecord, now: datetime) -> date:
    return now.astimezone(ZoneInfo(brand.time_zone)).date()

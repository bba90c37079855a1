"""Deciding on a return: approve, leave to a person, reject, cancel, let expire; each told as an event."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.events.kinds import Kind
from app.events.log import append
from app.orders.models import Brand, Order
from app.returns.locking import lock_return
from app.returns.models import Return
from app.returns.order_facts import load_order, policy_of, returned_units
from app.returns.parcels import drop_parcel, make_parcel
from app.returns.refunds import settle_due
from app.returns.states import Decision, Deed, Goods, decide
from app.returns.withdrawal_period import add_working_days

__all__ = ["approve", "cancel", "expire_overdue", "lock_return", "put_to_review", "reject"]


def approve(session: Session, return_id: int, *, by: str, now: datetime, reason: str | None = None) -> Return:
    """Approve a return: its parcel, label number and last day come with it. Twice changes nothing.

    An expired or rejected return gets a new label; goods that are here already are settled.
    Raises NotFound, Conflict when it cannot be approved any more.
    """
    order = _lock_order(session, return_id)
    found = lock_return(session, return_id)
    again = found.decision in (Decision.EXPIRED, Decision.REJECTED)
    if not _decide(found, Deed.APPROVE, by=by, reason=reason, now=now):
        return found
    if again:
        _check_free(session, order)
    if found.goods != Goods.AWAITING:
        _tell(session, Kind.RETURN_APPROVED, found, now=now)
        settle_due(session, found.id, now=now)
        return found
    policy = policy_of(order)
    country = (order.ship_to or {}).get("country")
    found.deadline = _deadline(found, today=_today(order.brand, now), days=policy.hand_over_days, country=country)
    make_parcel(session, found, carrier=policy.carrier, now=now)
    _tell(session, Kind.RETURN_APPROVED, found, now=now)
    _tell(session, Kind.RETURN_LABEL_READY, found, now=now)
    return found


def put_to_review(session: Session, return_id: int, *, now: datetime) -> Return:
    """Leave the decision to a person."""
    found = lock_return(session, return_id)
    _decide(found, Deed.REVIEW, by=None, reason=None, now=now)
    return found


def reject(session: Session, return_id: int, *, by: str, reason: str, now: datetime) -> Return:
    """Reject a return, with a reason that the customer reads. Raises NotFound, Conflict once goods are under way."""
    found = lock_return(session, return_id)
    if _decide(found, Deed.REJECT, by=by, reason=reason, now=now):
        drop_parcel(session, found, now=now)
        _tell(session, Kind.RETURN_REJECTED, found, now=now)
    return found


def cancel(session: Session, return_id: int, *, by: str, now: datetime) -> Return:
    """Take a return back; possible until the parcel is handed over. Raises NotFound, Conflict."""
    found = lock_return(session, return_id)
    if _decide(found, Deed.CANCEL, by=by, reason=None, now=now):
        found.cancelled_at = now
        drop_parcel(session, found, now=now)
        _tell(session, Kind.RETURN_CANCELLED, found, now=now)
    return found


def expire_overdue(session: Session, *, limit: int, now: datetime) -> int:
    """Let approved returns expire that were not handed over in time; gives how many. Their items are free again."""
    statement = (
        select(Return)
        .where(
            Return.decision == Decision.APPROVED,
            Return.goods == Goods.AWAITING,
            Return.deadline < now.date() - timedelta(days=1),
        )
        .order_by(Return.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    overdue = session.scalars(statement).all()
    for found in overdue:
        _decide(found, Deed.EXPIRE, by="clock", reason=None, now=now)
        drop_parcel(session, found, now=now)
    return len(overdue)


def _lock_order(session: Session, return_id: int) -> Order:
    """The order first, then the return: whoever changes how many units are spoken for waits here."""
    order_id = session.scalar(select(Return.order_id).where(Return.id == return_id))
    if order_id is None:
        raise NotFound(f"There is no return {return_id}.")
    return load_order(session, order_id, lock=True)


def _check_free(session: Session, order: Order) -> None:
    """An expired or rejected return had given its units free: they may be in another return by now."""
    session.flush()
    taken = returned_units(session, order.id)
    if any(taken.get(line.id, 0) > line.quantity for line in order.lines):
        raise Conflict("Its items are in another return by now.")


def _decide(found: Return, deed: Deed, *, by: str | None, reason: str | None, now: datetime) -> bool:
    """Apply a deed; False when it changes nothing. Raises Conflict when the state does not allow it."""
    before = Decision(found.decision)
    after = decide(before, deed, Goods(found.goods))
    if after is None:
        raise Conflict(f"A return that is {before} with goods {found.goods} does not allow to {deed} it.")
    if after is before:
        return False
    found.decision, found.changed_at = after, now
    if by is not None:
        found.decided_at, found.decided_by, found.decision_reason = now, by, reason
    return True


def _deadline(found: Return, *, today: date, days: int, country: str | None) -> date:
    """The last day to hand over, a working day; a collection that lies later moves it."""
    last = add_working_days(today + timedelta(days=days), 0, country)
    return max(last, date.fromisoformat(found.pickup["on"])) if found.pickup else last


def _today(brand: Brand, now: datetime) -> date:
    return now.astimezone(ZoneInfo(brand.time_zone)).date()


def _tell(session: Session, kind: Kind, found: Return, *, now: datetime) -> None:
    append(
        session,
        kind,
        order_id=found.order_id,
        return_id=found.id,
        shipment_id=found.shipment_id,
        payload={"ref": found.ref},
        now=now,
    )

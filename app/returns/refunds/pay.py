"""Money for a return: due when goods arrive, reckoned anew when it turns out otherwise, agreed to, paid; each once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.events.kinds import EventKind
from app.orders.records import OrderRecord
from app.returns.elsewhere.ledger import given_back_elsewhere
from app.returns.elsewhere.matching import Match, RefundThere, Verdict
from app.returns.elsewhere.noting import judge_again
from app.returns.models import Refund, Return
from app.returns.moves import Locked, lock_refund, lock_return, owe, settle_refund, tell_money
from app.returns.policy.money import AmountPart
from app.returns.policy.order_facts import policy_of
from app.returns.refunds.reckoning import by_hand, ceiling, due_parts, lines_back, quoted, settled, standing_refunds
from app.returns.states import Decision, GoodsState, RefundAction, RefundState, pays
from app.returns.withdrawal.period import add_working_days

# A key stands for a system, not for a person: no operation of the interface agrees to a refund.
SECOND = "it is given by staff with the role support or admin, in the console"
MAY_BE_PAID = "The shop's system tells of a refund that may be this one: say first, in the console, whether it is."
IN_DOUBT = "With the refunds in doubt that the shop's system tells of, more would be paid back than was paid."
DUE, PAID, VOID = RefundState.DUE.value, RefundState.PAID.value, RefundState.VOID.value


@dataclass(frozen=True, slots=True)
class Cause:
    """Why money is reckoned anew: a word for what happened, who did it, and a person's own reason."""

    why: str
    by: str
    reason: str | None = None


def settle_due(session: Session, return_id: int, *, now: datetime) -> Refund | None:
    """Make due what has arrived and is not settled yet; None when there is nothing new or it is not approved.

    Raises NotFound.
    """
    return settle(session, lock_return(session, return_id), now=now)


def settle(session: Session, locked: Locked, *, now: datetime, replaces: str | None = None) -> Refund | None:
    """The same for a return whose locks the caller holds; ``replaces`` names a refund that was made void for it."""
    order, return_ = locked.order, locked.return_
    parts = _due(session, locked)
    amount = sum(part.amount for part in parts)
    if amount <= 0:
        return None
    today = now.astimezone(ZoneInfo(order.brand.time_zone)).date()
    refund = Refund(
        return_id=return_.id,
        order_id=order.id,
        idempotency_key=next_key(return_),
        amount=amount,
        currency=return_.currency,
        breakdown={"total": amount, "parts": [_plain(part) for part in parts]},
        due_on=add_working_days(today, policy_of(order).inspection_days, (order.ship_to or {}).get("country")),
        created_at=now,
        replaces=replaces,
    )
    owe(session, return_, refund, now=now)
    # The shop's system may have paid it before it fell due here.
    book_paid_elsewhere(session, locked, given_back_elsewhere(session, order).refunds, now=now)
    return refund


def reckon(
    session: Session, locked: Locked, cause: Cause, *, now: datetime, agreed: bool = False, strict: bool = True
) -> bool:
    """Bring what is due in line with what the return is worth now: more falls due, less makes refunds void.

    Gives whether any became void, which tells itself.

    What someone has agreed to pay stays, unless ``agreed`` says that it may go, too.
    Raises Conflict when more is paid or agreed to than the return is worth, unless not ``strict``.
    """
    return_ = locked.return_
    standing = standing_refunds(return_.refunds)
    loose = [refund for refund in standing if refund.state == DUE and (agreed or refund.approved_by is None)]
    before, firm = settled(return_), sum(refund.amount for refund in standing if refund not in loose)
    worth = sum(part.amount for part in _due(session, locked, anew=True))
    if worth >= before:
        settle(session, locked, now=now)
        return False
    # Refused before anything is voided: a person has to settle first what cannot be taken back.
    if worth < firm and strict:
        raise Conflict("More is paid or agreed to than this would leave.")
    # Named beforehand, because the voided refunds have to say which one takes their place.
    successor = next_key(return_) if worth > firm else None
    for refund in loose:
        void(session, return_, refund, cause, now=now, replaced_by=successor)
    # One refund takes the place of all that became void; it can name but one, the newest.
    replacement = settle(session, locked, now=now, replaces=loose[-1].idempotency_key) if loose else None
    if replacement is not None:
        facts = {"before": before - firm, "replaces": replacement.replaces, "why": cause.why, "reason": cause.reason}
        tell_money(session, EventKind.REFUND_CHANGED, return_, replacement, now=now, **facts)
    if loose:
        judge_again(session, locked.order, now=now)
    return bool(loose)


def void(
    session: Session, return_: Return, refund: Refund, cause: Cause, *, now: datetime, replaced_by: str | None = None
) -> None:
    """A refund is owed no more. The row stays, with who said so and why; its public id is never used again.

    Customers hear of the refund that takes its place instead.
    """
    refund.voided_at, refund.voided_by, refund.void_reason = now, cause.by, cause.reason or cause.why
    facts = {"why": cause.why, "reason": cause.reason, "replaced_by": replaced_by, "quiet": replaced_by is not None}
    settle_refund(session, return_, refund, RefundAction.VOID, now=now, **facts)


def pay_refund(session: Session, refund_id: int, *, reference: str, by: str, now: datetime) -> Refund:
    """Book that a refund was paid. Booking it again with the same reference changes nothing.

    Raises NotFound; Conflict when it is void, was paid under another reference, when it is above what the order was
    paid, when the shop's system tells of a refund that is or may be this one, when the return is looked at again, or
    when the policy asks for a second person first.
    """
    locked, refund = lock_refund(session, refund_id)
    if refund.state == PAID:
        if refund.reference != reference:
            raise Conflict(f"This refund was paid already, with reference {refund.reference}.")
        return refund
    _check_payable(session, locked, refund, reference=reference, by=by)
    refund.reference, refund.paid_by, refund.paid_at = reference, by, now
    settle_refund(session, locked.return_, refund, RefundAction.PAY, now=now, reference=reference)
    return refund


def approve_refund(session: Session, refund_id: int, *, by: str, now: datetime) -> Refund:
    """The first of two people says yes to a large refund; another one pays it. Twice changes nothing.

    Raises NotFound; Conflict when it is void or the return is looked at again.
    """
    locked, refund = lock_refund(session, refund_id)
    if refund.state == PAID or refund.approved_by is not None:
        return refund
    _check_open(locked, refund)
    refund.approved_by, refund.approved_at, locked.return_.changed_at = by, now, now
    tell_money(session, EventKind.REFUND_APPROVED, locked.return_, refund, now=now)
    return refund


def order_left(session: Session, order: OrderRecord) -> int:
    """What of the order's money is neither refunded nor due, here or elsewhere."""
    taken = session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id == order.id, Refund.state != VOID))
    # What may be one of ours is counted as ours: nothing becomes void for a refund that was only paid elsewhere.
    return order.paid - int(taken or 0) - given_back_elsewhere(session, order).amount


def book_paid_elsewhere(session: Session, locked: Locked, matches: Iterable[Match], *, now: datetime) -> None:
    """Book as paid what the shop's system has paid by our own key: it must not be paid again."""
    due = {refund.id: refund for refund in locked.return_.refunds if refund.state == DUE}
    for match in matches:
        for refund_id in match.refund_ids if match.settles else ():
            refund = due.pop(refund_id, None)
            if refund is not None:
                book_paid(session, locked.return_, refund, match.refund, by="oms", now=now)


def book_paid(session: Session, return_: Return, refund: Refund, there: RefundThere, *, by: str, now: datetime) -> None:
    """Book a refund that is due as paid by one of the shop's system, whose id is the reference."""
    refund.reference, refund.paid_by, refund.paid_at = there.external_id, by, there.at or now
    settle_refund(session, return_, refund, RefundAction.PAY, now=now, reference=there.external_id)


def next_key(return_: Return) -> str:
    """``<ref>-1``, ``<ref>-2``, …: rows are never deleted, so that no public id comes twice."""
    return f"{return_.ref}-{len(return_.refunds) + 1}"


def _due(session: Session, locked: Locked, *, anew: bool = False) -> tuple[AmountPart, ...]:
    """What is due beside what stands; ``anew``: in all, as if nothing stood yet."""
    order, return_ = locked.order, locked.return_
    # Where the order has changed its currency since, no amount of the return can be held against what was paid.
    if not pays(Decision(return_.decision), GoodsState(return_.goods)) or order.currency != return_.currency:
        return ()
    before = 0 if anew else settled(return_)
    left = order_left(session, order) + (settled(return_) if anew else 0)
    most = min(left, ceiling(return_) - before)
    return due_parts(quoted(return_), lines_back(order, return_), settled=before, most=most, by_hand=by_hand(return_))


def _check_open(locked: Locked, refund: Refund) -> None:
    if refund.state == VOID:
        raise Conflict("This refund is void: nothing is owed by it.")
    if not pays(Decision(locked.return_.decision), GoodsState(locked.return_.goods)):
        raise Conflict("A person is looking at this return again: decide first.")


def _check_elsewhere(session: Session, order: OrderRecord, refund: Refund, *, reference: str) -> None:
    """Never more than was taken, nor what the shop's own system has perhaps paid already."""
    matches = given_back_elsewhere(session, order).refunds
    # By this reference it is that refund, and is said to be: its money is not counted beside it.
    others = [match for match in matches if match.refund.external_id != reference or match.fixed]
    for match in others:
        if refund.id in match.refund_ids and match.settles:
            raise Conflict(
                f"The shop's system has paid this refund already, with reference {match.refund.external_id}."
            )
        if refund.id in match.candidates:
            raise Conflict(f"{MAY_BE_PAID} It is {match.refund.external_id} there.")
    # Summed under the order's lock: two payments at once must not pass the amount together.
    paid = session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id == order.id, Refund.state == PAID))
    above = int(paid or 0) + refund.amount - order.paid
    if above + sum(match.counts for match in others if match.verdict is not Verdict.UNSURE) > 0:
        raise Conflict("The order's refunds would be above what was paid for it.")
    if above + sum(match.counts for match in others) > 0:
        raise Conflict(f"{IN_DOUBT} Say first of each whether it is one of ours.")


def _check_payable(session: Session, locked: Locked, refund: Refund, *, reference: str, by: str) -> None:
    _check_open(locked, refund)
    _check_elsewhere(session, locked.order, refund, reference=reference)
    # Without a limit the policy trusts one person with any amount.
    limit = policy_of(locked.order).second_person_limit(refund.currency)
    if limit is None or refund.amount <= limit:
        return
    if refund.approved_by is None:
        raise Conflict(f"A refund of this size needs the approval of a second person first: {SECOND}.")
    if refund.approved_by == by:
        raise Conflict("Who agreed to a refund of this size cannot book it as paid too: somebody else does.")


def _plain(part: AmountPart) -> dict[str, Any]:
    return {"kind": part.kind, "amount": part.amount, "line": part.line_id, "quantity": part.quantity}

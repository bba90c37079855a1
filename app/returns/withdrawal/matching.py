"""Finds the order that a statement of withdrawal speaks of, has the receipt sent, and prepares the return."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.events import stumbles
from app.events.kinds import EventKind
from app.events.log import append
from app.orders.lookup.access import Candidate, candidates, match
from app.orders.records import OrderContactRecord, OrderLineRecord, OrderRecord
from app.orders.services import lock_order
from app.returns.decisions import approve, put_to_review
from app.returns.models import ReturnLine, Withdrawal
from app.returns.moves import begin
from app.returns.policy.decision import promise
from app.returns.policy.facts import GOODS
from app.returns.policy.money import Breakdown, breakdown
from app.returns.policy.policy import Method
from app.returns.policy.quote import QuoteBasis, line_refund, promise_document, quote_parts, read_basis, takes_all
from app.returns.policy.reasons import ReasonGroup
from app.returns.withdrawal.statement import give_turns

log = structlog.get_logger()
# Each word is a look-up: a text full of numbers must not become as many statements.
MOST_WORDS = 8
RECEIVE = "receive_withdrawals"


def receive(session: Session, *, limit: int, key: str, now: datetime) -> int:
    """Match statements that wait, and tell of each once, matched or not; gives how many."""
    statement = (
        select(Withdrawal)
        .where(Withdrawal.matched_at.is_(None), stumbles.ready(RECEIVE, Withdrawal.id, now=now))
        .order_by(Withdrawal.id)
        .limit(limit)
        # What another worker has in hand is matched there: nobody waits for it, and no receipt leaves twice.
        .with_for_update(skip_locked=True)
    )
    waiting = session.scalars(statement).all()

    def one_by_one(ids: Sequence[int]) -> None:
        for withdrawal in waiting:
            if withdrawal.id in ids:
                _receive_one(session, withdrawal, key=key, now=now)

    stumbles.each(session, RECEIVE, [withdrawal.id for withdrawal in waiting], one_by_one, now=now)
    return len(waiting)


def _receive_one(session: Session, withdrawal: Withdrawal, *, key: str, now: datetime) -> None:
    """The receipt goes out whatever becomes of the matching; and in its turn."""
    withdrawal.matched_at = now
    undelivered = False
    try:
        # A savepoint, and any fault caught: the law's receipt is owed even where the matching fails.
        with session.begin_nested():
            undelivered = _match(session, withdrawal, now=now)
    except Exception:
        log.exception("withdrawal could not be matched", ref=withdrawal.ref)
        withdrawal.review = True
    give_turns(session, withdrawal, on_file=_on_file(session, withdrawal.order_id), key=key, now=now)
    append(
        session,
        EventKind.WITHDRAWAL_RECEIVED,
        order_id=withdrawal.order_id,
        payload={
            "withdrawal_id": withdrawal.id,
            "ref": withdrawal.ref,
            "stated_at": withdrawal.stated_at.isoformat(),
            "needs_person": withdrawal.review,
            **({"undelivered": True} if undelivered else {}),
        },
        now=now,
    )


def _match(session: Session, withdrawal: Withdrawal, *, now: datetime) -> bool:
    """An order whose number is named; the return is prepared only when the address is the order's own.

    Gives whether something of it has still to be stopped: that is a person's work, here and in the shop's system.
    """
    people, person = _meant(session, withdrawal)
    orders = {person.order_id} if person else {candidate.order_id for candidate in people}
    if len(orders) != 1:
        withdrawal.review = True
        return False
    withdrawal.order_id, withdrawal.own = orders.pop(), person is not None
    order = lock_order(session, withdrawal.order_id)
    units = _ticked(withdrawal, order)
    # Which items are meant stands in free words, so that a person reads them.
    in_words = withdrawal.items_text is not None and not units
    basis = read_basis(session, order, now=now)
    undelivered = _is_undelivered(basis, units)
    if person is None or in_words or undelivered:
        withdrawal.review = True
    if person is not None:
        _prepare_return(session, basis, withdrawal, units, now=now)
    return undelivered


def _meant(session: Session, withdrawal: Withdrawal) -> tuple[list[Candidate], Candidate | None]:
    """The people of the orders that may be meant, and whoever of them stated it.

    A number typed without its prefix is believed only of the order's own customer: it ends many a stranger's too.
    """
    people = _named(session, withdrawal.order_text)
    person = match(people, withdrawal.receipt_to)
    if person is None:
        alike = candidates(session, withdrawal.order_text, any_prefix=True)
        person = match(alike, withdrawal.receipt_to)
    return people, person


def _is_undelivered(basis: QuoteBasis, units: Mapping[str, int]) -> bool:
    """Whether something that is meant has not arrived: all goods of the order, or the lines that were ticked."""
    meant = [line for line in basis.facts.lines if line.kind == GOODS and (not units or line.line_id in units)]
    return not basis.facts.cancelled and any(max(line.delivered, line.returned) < line.quantity for line in meant)


def _ticked(withdrawal: Withdrawal, order: OrderRecord) -> Mapping[str, int]:
    """The units that were ticked on the page of this very order; empty where none were."""
    shown = withdrawal.shown
    return shown.get("units", {}) if shown.get("order") == order.ref else {}


def _on_file(session: Session, order_id: int | None) -> str | None:
    """The e-mail address of the order's customer, or else their phone."""
    statement = select(func.coalesce(OrderContactRecord.email_folded, OrderContactRecord.phone_e164)).order_by(
        OrderContactRecord.position
    )
    return session.scalar(statement.where(OrderContactRecord.order_id == order_id).limit(1)) if order_id else None


def _named(session: Session, text: str) -> list[Candidate]:
    """The people of the orders that the text names: as a whole, else by any of its words that holds a digit."""
    words = [text, *(word.strip("#.,:;()") for word in text.split() if any(sign.isdigit() for sign in word))]
    for word in dict.fromkeys(words[:MOST_WORDS]):
        people = candidates(session, word)
        if people:
            return people
    return []


def withdrawable(session: Session, order: OrderRecord, *, now: datetime) -> list[tuple[OrderLineRecord, int]]:
    """The lines that can be withdrawn from, each with the units that are left."""
    return _withdrawable(read_basis(session, order, now=now))


def _withdrawable(basis: QuoteBasis) -> list[tuple[OrderLineRecord, int]]:
    # What was made to measure, downloaded or done cannot be withdrawn from (Directive 2011/83, article 16).
    left = {line.line_id: line.left for line in basis.facts.lines if line.kind == GOODS and not line.personalised}
    return [(line, left[line.line_id]) for line in basis.order.all_lines if left.get(line.line_id)]


def _prepare_return(
    session: Session, basis: QuoteBasis, withdrawal: Withdrawal, units: Mapping[str, int], *, now: datetime
) -> None:
    """A return of what is meant and left. A right needs nobody's leave: only what is in doubt is for a person."""
    left = {line.line_id: count for line, count in _withdrawable(basis)}
    chosen = {line: min(count, left[line]) for line, count in units.items() if line in left} if units else left
    if not chosen:
        return
    # With the whole order the standard delivery comes back too (Directive 2011/83, article 13).
    money = breakdown(basis.paid, chosen, with_shipping=not basis.shipping_gone and takes_all(basis, chosen))
    finding = {"answer": "person", "code": "withdrawal_statement", "params": {}}
    return_ = begin(
        session,
        basis.order,
        origin="withdrawal",
        now=now,
        initiated_by="withdrawal",
        method=Method.DROPOFF,
        quote=_quote(basis, money),
        verdict={"answer": "person", "findings": [finding], "withdrawal": str(withdrawal.id)},
        lines=_lines(basis.order, chosen, money),
    )
    if withdrawal.review or not _in_time(basis, chosen):
        put_to_review(session, return_.id, why="withdrawal", now=now)
    else:
        approve(session, return_.id, by="withdrawal", now=now)


def _in_time(basis: QuoteBasis, chosen: Mapping[str, int]) -> bool:
    """Whether all of it has arrived, within the law's own days."""
    answers = [basis.eligibility.line(line_id) for line_id in chosen]
    today = basis.facts.day(basis.now)
    return all(answer is not None and answer.legal_until and today <= answer.legal_until for answer in answers)


def _quote(basis: QuoteBasis, money: Breakdown) -> dict[str, Any]:
    dates = promise(basis.policy, today=basis.facts.day(basis.now), country=basis.facts.country)
    return quote_parts(money) | promise_document(dates)


def _lines(order: OrderRecord, chosen: Mapping[str, int], money: Breakdown) -> list[ReturnLine]:
    return [
        ReturnLine(
            order_line_id=line.id,
            quantity=chosen[line.line_id],
            group=ReasonGroup.WITHDRAWAL,
            reason="withdrawal",
            resolution="refund",
            refund=line_refund(money, line.line_id),
        )
        for line in order.lines
        if line.line_id in chosen
    ]


def settle_withdrawal(session: Session, withdrawal_id: int) -> bool:
    """A person has brought a statement to its order, or answered it; False when nobody was waited for any more."""
    # One statement tells who of two people was first.
    waiting = update(Withdrawal).where(Withdrawal.id == withdrawal_id, Withdrawal.review)
    return session.scalar(waiting.values(review=False).returning(Withdrawal.id)) is not None

"""No state of a return or a refund moves silently: each change leaves its event, and each leads on to an end."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns import moves
from app.returns.models import Refund, Return
from app.returns.states import (
    HERE,
    LIVE,
    WITH_CUSTOMER,
    Decision,
    GoodsState,
    Happening,
    NextStep,
    RefundAction,
    RefundState,
    ReturnAction,
    decide,
    holds_units,
    move,
    next_step,
    pays,
    settle_by,
)
from tests.returns.announced import an_order

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PAIRS = [(decision, goods) for decision in Decision for goods in GoodsState]


@pytest.fixture
def order(session: Session) -> Order:
    return an_order(session, NOW)


def begun(session: Session, order: Order, decision: Decision, goods: GoodsState) -> Return:
    """A return brought to a pair of states without a word."""
    quote: dict[str, Any] = {"total": 0, "currency": "EUR", "parts": []}
    facts: dict[str, Any] = {"initiated_by": "ana", "method": "dropoff", "verdict": {}, "quote": quote}
    made = moves.begin(session, order, origin="staff", now=NOW, **facts)
    made.decision, made.goods = decision, goods
    session.flush()
    return made


def last_kind(session: Session, return_: Return) -> str:
    mine = select(DomainEvent.kind).where(DomainEvent.return_id == return_.id).order_by(DomainEvent.id.desc())
    return session.scalars(mine.limit(1)).one()


def count(session: Session, return_: Return) -> int:
    return len(session.scalars(select(DomainEvent.id).where(DomainEvent.return_id == return_.id)).all())


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_leaves_its_event(session: Session, order: Order, decision: Decision) -> None:
    for goods in GoodsState:
        for action in ReturnAction:
            return_ = begun(session, order, decision, goods)
            before, after = count(session, return_), decide(decision, action, goods)
            if after is None:
                with pytest.raises(Conflict):
                    moves.take(session, return_, action, now=NOW)
            else:
                assert moves.take(session, return_, action, now=NOW) is (after is not decision)
            moved = after is not None and after is not decision
            assert (return_.decision, count(session, return_) - before) == (after or decision, int(moved))
            assert not moved or last_kind(session, return_) == f"return.{after}"


@pytest.mark.parametrize("goods", GoodsState)
def test_everything_that_befalls_goods_leaves_its_event(session: Session, order: Order, goods: GoodsState) -> None:
    for decision in Decision:
        for happening in Happening:
            return_ = begun(session, order, decision, goods)
            before, after = count(session, return_), move(goods, happening, decision)
            if after is None:
                with pytest.raises(Conflict):
                    moves.carry(session, return_, happening, now=NOW)
            else:
                assert moves.carry(session, return_, happening, now=NOW) is (after is not goods)
            moved = after is not None and after is not goods
            assert (return_.goods, count(session, return_) - before) == (after or goods, int(moved))
            assert not moved or last_kind(session, return_) == moves.GOODS_EVENTS[GoodsState(return_.goods)]


def test_every_state_of_a_refund_leaves_its_event(session: Session, order: Order) -> None:
    for state in RefundState:
        for action in RefundAction:
            return_ = begun(session, order, Decision.APPROVED, GoodsState.INSPECTED)
            refund = Refund(
                return_id=return_.id, order_id=order.id, idempotency_key=f"{return_.ref}-1", amount=1, currency="EUR",
                breakdown={}, due_on=NOW.date(), created_at=NOW, reference="TR", paid_at=NOW, voided_at=NOW,
                void_reason="x",
            )  # fmt: skip
            moves.owe(session, return_, refund, now=NOW)
            assert last_kind(session, return_) == "refund.due"
            refund.state = state
            before, after = count(session, return_), settle_by(state, action)
            if after is None or after is state:
                with pytest.raises(Conflict):
                    moves.settle_refund(session, return_, refund, action, now=NOW)
                assert count(session, return_) == before
            else:
                moves.settle_refund(session, return_, refund, action, now=NOW)
                assert (refund.state, last_kind(session, return_)) == (after, moves.REFUND_EVENTS[after])


def test_a_new_return_tells_that_it_was_asked_for(session: Session, order: Order) -> None:
    assert last_kind(session, begun(session, order, Decision.REQUESTED, GoodsState.AWAITING)) == "return.requested"


def test_every_state_has_its_word_to_systems() -> None:
    assert set(moves.DECISION_EVENTS) == set(Decision)
    assert set(moves.GOODS_EVENTS) == set(GoodsState) - {GoodsState.AWAITING}
    assert set(moves.REFUND_EVENTS) == set(RefundState)


@pytest.mark.parametrize(("decision", "goods"), PAIRS)
def test_units_are_held_while_a_return_stands_or_its_goods_are_not_with_the_customer(
    decision: Decision, goods: GoodsState
) -> None:
    assert holds_units(decision, goods) is (decision in LIVE or goods not in WITH_CUSTOMER)
    assert pays(decision, goods) is (decision is Decision.APPROVED and goods not in WITH_CUSTOMER)
    assert not pays(decision, goods) or holds_units(decision, goods), "nothing is paid for units that are free"


BY_STEP = {
    NextStep.DECIDE: (ReturnAction.APPROVE, ReturnAction.REJECT),
    NextStep.HAND_OVER: (ReturnAction.CANCEL, ReturnAction.EXPIRE),
}


# Only what was rejected is sent back, and whatever comes after that is booked before it is decided.
STANDING = [(decision, goods) for decision, goods in PAIRS if goods is not GoodsState.SENT_BACK or decision not in LIVE]


@pytest.mark.parametrize(("decision", "goods"), STANDING)
def test_from_every_state_the_named_steps_lead_to_an_end(decision: Decision, goods: GoodsState) -> None:
    """Whichever of the actions of a step is chosen, something follows; and no state is all that follows for ever."""
    waiting: list[tuple[Decision, GoodsState]] = [(decision, goods)]
    seen: set[tuple[Decision, GoodsState]] = set()
    ends = False
    while waiting:
        at = waiting.pop()
        if next_step(*at) in (NextStep.NOTHING, NextStep.SETTLE):
            ends = True
        elif at not in seen:
            seen.add(at)
            after = _after(*at)
            assert after, f"{at} leads nowhere"
            waiting += after
    assert ends


def _after(decision: Decision, goods: GoodsState) -> list[tuple[Decision, GoodsState]]:
    step = next_step(decision, goods)
    if step is NextStep.SEND_BACK:
        sent = move(goods, Happening.SENT_BACK, decision)
        return [(decision, sent)] if sent else []
    if step is NextStep.RECEIVE:
        arrived = decide(decision, ReturnAction.ARRIVE, goods)
        return [(arrived, GoodsState.INSPECTED)] if arrived else []
    decided = [decide(decision, action, goods) for action in BY_STEP[step]]
    return [(after, goods) for after in decided if after is not None and after is not decision]


def test_goods_are_either_with_the_customer_on_their_way_or_here() -> None:
    assert {*HERE, *WITH_CUSTOMER, GoodsState.IN_TRANSIT} == set(GoodsState)
    assert not HERE & WITH_CUSTOMER

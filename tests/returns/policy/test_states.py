"""The two axes of a return."""

import pytest

from app.returns.states import Decision, GoodsState, Happening, ReturnAction, decide, may_cancel, move, next_step


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (Decision.REQUESTED, ReturnAction.APPROVE, Decision.APPROVED),
        (Decision.REQUESTED, ReturnAction.REVIEW, Decision.NEEDS_REVIEW),
        (Decision.NEEDS_REVIEW, ReturnAction.REJECT, Decision.REJECTED),
        (Decision.APPROVED, ReturnAction.APPROVE, Decision.APPROVED),
        (Decision.APPROVED, ReturnAction.REVIEW, None),
        (Decision.APPROVED, ReturnAction.CANCEL, Decision.CANCELLED),
        (Decision.REJECTED, ReturnAction.APPROVE, Decision.APPROVED),
        (Decision.REJECTED, ReturnAction.CANCEL, None),
        (Decision.CANCELLED, ReturnAction.CANCEL, Decision.CANCELLED),
        (Decision.CANCELLED, ReturnAction.APPROVE, None),
        (Decision.EXPIRED, ReturnAction.APPROVE, Decision.APPROVED),
    ],
)
def test_a_decision_follows_the_table(before: Decision, action: ReturnAction, after: Decision | None) -> None:
    assert decide(before, action) is after


@pytest.mark.parametrize("before", list(Decision))
@pytest.mark.parametrize("action", list(ReturnAction))
def test_every_pair_is_named(before: Decision, action: ReturnAction) -> None:
    decide(before, action)


@pytest.mark.parametrize("goods", [goods for goods in GoodsState if goods is not GoodsState.AWAITING])
def test_nobody_cancels_what_is_on_its_way(goods: GoodsState) -> None:
    assert decide(Decision.APPROVED, ReturnAction.CANCEL, goods) is None
    assert decide(Decision.APPROVED, ReturnAction.EXPIRE, goods) is None
    assert not may_cancel(Decision.APPROVED, goods)


@pytest.mark.parametrize("goods", list(GoodsState))
@pytest.mark.parametrize("happening", list(Happening))
def test_goods_never_move_backwards(goods: GoodsState, happening: Happening) -> None:
    after, order = move(goods, happening), list(GoodsState)
    again = goods is GoodsState.SENT_BACK and happening in (
        Happening.PART_RECEIVED,
        Happening.ALL_RECEIVED,
        Happening.INSPECTED,
    )
    assert after is None or again or order.index(after) >= order.index(goods)


@pytest.mark.parametrize(
    ("decision", "steps"),
    [
        #                        awaiting  in transit  partly here  here  checked  sent back
        (Decision.REQUESTED, "decide decide decide decide decide decide"),
        (Decision.NEEDS_REVIEW, "decide decide decide decide decide decide"),
        (Decision.APPROVED, "hand_over receive receive settle settle hand_over"),
        (Decision.REJECTED, "nothing receive send_back send_back send_back nothing"),
        (Decision.CANCELLED, "nothing receive send_back send_back send_back nothing"),
        (Decision.EXPIRED, "nothing receive send_back send_back send_back nothing"),
    ],
)
def test_whose_turn_it_is_follows_from_the_pair(decision: Decision, steps: str) -> None:
    assert [next_step(decision, goods) for goods in GoodsState] == steps.split()


@pytest.mark.parametrize("goods", GoodsState)
def test_only_what_has_not_left_is_cancelled(goods: GoodsState) -> None:
    assert [decision for decision in Decision if may_cancel(decision, goods)] == (
        [Decision.REQUESTED, Decision.NEEDS_REVIEW, Decision.APPROVED] if goods is GoodsState.AWAITING else []
    )

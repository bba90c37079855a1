"""The two axes of a return."""

import pytest

from app.returns.states import Decision, Deed, Goods, Happening, decide, may_cancel, move


@pytest.mark.parametrize(
    ("before", "deed", "after"),
    [
        (Decision.REQUESTED, Deed.APPROVE, Decision.APPROVED),
        (Decision.REQUESTED, Deed.REVIEW, Decision.NEEDS_REVIEW),
        (Decision.NEEDS_REVIEW, Deed.REJECT, Decision.REJECTED),
        (Decision.APPROVED, Deed.APPROVE, Decision.APPROVED),
        (Decision.APPROVED, Deed.REVIEW, None),
        (Decision.APPROVED, Deed.CANCEL, Decision.CANCELLED),
        (Decision.REJECTED, Deed.APPROVE, Decision.APPROVED),
        (Decision.REJECTED, Deed.CANCEL, None),
        (Decision.CANCELLED, Deed.CANCEL, Decision.CANCELLED),
        (Decision.CANCELLED, Deed.APPROVE, None),
        (Decision.EXPIRED, Deed.APPROVE, Decision.APPROVED),
    ],
)
def test_a_decision_follows_the_table(before: Decision, deed: Deed, after: Decision | None) -> None:
    assert decide(before, deed) is after


@pytest.mark.parametrize("before", list(Decision))
@pytest.mark.parametrize("deed", list(Deed))
def test_every_pair_is_named(before: Decision, deed: Deed) -> None:
    decide(before, deed)


@pytest.mark.parametrize("goods", [goods for goods in Goods if goods is not Goods.AWAITING])
def test_nobody_cancels_what_is_on_its_way(goods: Goods) -> None:
    assert decide(Decision.APPROVED, Deed.CANCEL, goods) is None
    assert decide(Decision.APPROVED, Deed.EXPIRE, goods) is None
    assert not may_cancel(Decision.APPROVED, goods)


@pytest.mark.parametrize("goods", list(Goods))
@pytest.mark.parametrize("happening", list(Happening))
def test_goods_never_move_backwards(goods: Goods, happening: Happening) -> None:
    after, order = move(goods, happening), list(Goods)
    again = goods is Goods.SENT_BACK and happening in (
        Happening.PART_RECEIVED,
        Happening.ALL_RECEIVED,
        Happening.INSPECTED,
    )
    assert after is None or again or order.index(after) >= order.index(goods)

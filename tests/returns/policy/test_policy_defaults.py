"""What a shop's policy says where the shop says nothing: the law's numbers, and those that customers are told."""

import pytest
from pydantic import ValidationError

from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonGroup

POLICY = Policy()


def test_days_are_as_told_to_customers() -> None:
    assert (POLICY.window_days, POLICY.grace_days) == (30, 3)
    assert (POLICY.hand_over_days, POLICY.transit_days, POLICY.inspection_days) == (14, 4, 2)
    assert (POLICY.assume_delivered_days, POLICY.draft_days) == (21, 7)


def test_faulty_goods_have_the_laws_two_years_and_three_in_spain() -> None:
    days = {country: POLICY.window_for(ReasonGroup.DAMAGED, None, country) for country in ("FR", "ES", None)}
    assert days == {"FR": 730, "ES": 1095, None: 730}


def test_a_category_may_have_a_window_of_its_own() -> None:
    shop = Policy(category_windows={"shoes": 60})
    windows = [shop.window_for(ReasonGroup.CHANGED_MIND, category, "ES") for category in ("shoes", "shirts", None)]
    assert windows == [60, 30, 30]
    assert shop.window_for(ReasonGroup.DAMAGED, "shoes", "ES") == 1095


@pytest.mark.parametrize(
    ("name", "most"),
    [("window_days", 3650), ("grace_days", 365), ("hand_over_days", 90), ("transit_days", 60), ("draft_days", 30)],
)
def test_days_have_a_limit(name: str, most: int) -> None:
    assert getattr(Policy(**{name: most}), name) == most
    with pytest.raises(ValidationError):
        Policy(**{name: most + 1})
    with pytest.raises(ValidationError):
        Policy(**{name: -1})

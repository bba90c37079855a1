"""Which lines may come back, through which group, and what each refusal says."""

from datetime import date, timedelta

import pytest

from app.returns.policy.eligibility import GroupAnswer, evaluate
from app.returns.policy.facts import LineFacts, PolicyOrder
from app.returns.policy.policy import Method, Policy
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.rules import RuleAnswer
from tests.returns.builders import NOW, a_line, an_order

YES, NO, PERSON = RuleAnswer.YES, RuleAnswer.NO, RuleAnswer.PERSON


def ask(order: PolicyOrder, group: ReasonGroup = ReasonGroup.CHANGED_MIND, policy: Policy | None = None) -> GroupAnswer:
    return evaluate(order, policy or Policy(), now=NOW).lines[0].groups[group]


@pytest.mark.parametrize(
    ("line", "changed_mind", "damaged", "code"),
    [
        (a_line(), YES, YES, None),
        (a_line(days_ago=30), YES, YES, None),
        (a_line(days_ago=31), PERSON, YES, "window_grace"),
        (a_line(days_ago=33), PERSON, YES, "window_grace"),
        (a_line(days_ago=34), NO, YES, "window_over"),
        (a_line(days_ago=1095), NO, YES, "window_over"),
        (a_line(days_ago=1099), NO, NO, "window_over"),
        (a_line(final_sale=True), NO, YES, "final_sale"),
        (a_line(personalised=True), NO, YES, "personalised"),
        (a_line(category="hygiene"), NO, YES, "category"),
        (a_line(category="apparel"), YES, YES, None),
        (a_line(returned=2), NO, NO, "already_returned"),
        (a_line(returned=1), YES, YES, None),
        (a_line(days_ago=None), NO, NO, "not_shipped"),
        (a_line(days_ago=None, shipped_at=NOW - timedelta(days=3)), NO, NO, "not_delivered"),
        (a_line(days_ago=None, shipped_at=NOW - timedelta(days=22)), PERSON, PERSON, "delivery_unknown"),
    ],
)
def test_each_line_is_answered_per_group(
    line: LineFacts, changed_mind: RuleAnswer, damaged: RuleAnswer, code: str | None
) -> None:
    order = an_order(line)
    answer = ask(order)
    assert answer.answer is changed_mind
    assert ask(order, ReasonGroup.DAMAGED).answer is damaged
    assert [finding.code for finding in answer.obstacles] == ([code] if code else [])


def test_all_obstacles_are_named_and_not_only_the_first() -> None:
    answer = ask(an_order(a_line(days_ago=50, final_sale=True, personalised=True)))
    assert [finding.code for finding in answer.obstacles] == ["window_over", "final_sale", "personalised"]
    assert answer.obstacles[0].params == {"until": date(2026, 10, 31)}


def test_a_country_that_is_not_served_is_refused_and_a_fault_there_is_for_a_person() -> None:
    policy = Policy(countries=("ES", "PT"))
    order = an_order(country="MX")
    assert ask(order, policy=policy).answer is NO
    assert ask(order, ReasonGroup.WRONG_ITEM, policy).answer is PERSON


def test_a_cancelled_order_says_so() -> None:
    answer = ask(an_order(a_line(days_ago=None), cancelled=True))
    assert [finding.code for finding in answer.obstacles] == ["order_cancelled"]


def test_a_shop_cannot_be_stricter_than_the_law() -> None:
    policy = Policy(window_days=3, grace_days=0)
    answer = ask(an_order(a_line(days_ago=13)), policy=policy)
    assert answer.answer is YES
    assert answer.until == date(2026, 11, 23), "14 days end on Saturday 21, so on Monday 23"


def test_the_law_protects_consumers_and_not_companies_or_made_to_measure_items() -> None:
    policy = Policy(window_days=3, grace_days=0, personalised="yes")
    assert ask(an_order(a_line(days_ago=13), consumer=False), policy=policy).answer is NO
    assert ask(an_order(a_line(days_ago=13, personalised=True)), policy=policy).answer is NO


def test_the_legal_period_starts_when_the_last_parcel_has_arrived() -> None:
    policy = Policy(window_days=3, grace_days=0)
    order = an_order(a_line("1", days_ago=20), a_line("2", days_ago=2))
    assert ask(order, policy=policy).answer is YES
    waiting = an_order(a_line("1", days_ago=20), a_line("2", days_ago=None, shipped_at=NOW))
    assert evaluate(waiting, policy, now=NOW).lines[0].legal_until is None


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize(
    ("group", "free"), [(ReasonGroup.DAMAGED, True), (ReasonGroup.WRONG_ITEM, True), (ReasonGroup.CHANGED_MIND, False)]
)
def test_postage_is_never_charged_when_the_shop_is_at_fault(method: Method, group: ReasonGroup, free: bool) -> None:
    policy = Policy(fees={Method.DROPOFF: 300, Method.PICKUP: 500})
    fee = ask(an_order(), group, policy).fees[method]
    assert (fee == 0) is free


def test_quantities_left_and_reviews_are_told_per_line() -> None:
    policy = Policy(conformity_days_by_country={}, conformity_days=30)
    first, second = evaluate(
        an_order(a_line("1", quantity=3, returned=1), a_line("2", category="hygiene")), policy, now=NOW
    ).lines
    assert (first.left, first.allowed, first.needs_review) == (2, True, False)
    assert (second.allowed, second.open_groups) == (True, (ReasonGroup.DAMAGED, ReasonGroup.WRONG_ITEM))
    assert evaluate(an_order(a_line(days_ago=31)), policy, now=NOW).lines[0].needs_review


def test_a_policy_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="windw_days"):
        Policy.model_validate({"windw_days": 3})

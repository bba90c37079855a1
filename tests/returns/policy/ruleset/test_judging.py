"""What a shop's rules do together: who is refused, how long, at what cost, and where the law stands in the way."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.returns.policy.decision import LineRequest, ReturnRequest, evaluate_request, offered_methods, return_fee
from app.returns.policy.eligibility import evaluate
from app.returns.policy.policy import Method, Policy
from app.returns.policy.rules import RuleAnswer
from tests.returns.builders import NOW
from tests.returns.policy.ruleset.rules import answer_of, policy_of, the_line, the_order

YES, NO, PERSON = RuleAnswer.YES, RuleAnswer.NO, RuleAnswer.PERSON
REFUSE, REVIEW, ALLOW, KEEP = {"do": "refuse"}, {"do": "review"}, {"do": "allow"}, {"do": "keep"}
SHIRTS = {"on": "category", "one_of": ["apparel"]}
SHOES = {"on": "category", "one_of": ["shoes"]}
SMALL = {"on": "reason", "one_of": ["too_small"]}
FAULT = {"on": "reason_group", "one_of": ["damaged", "wrong_item"]}
LARGE = {"on": "return_value", "at_least": {"EUR": 3000}}


def rule(effect: dict[str, Any], when: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"when": when, "then": effect}


ANSWERS = [
    ([], YES, YES), ([rule(REFUSE, SHIRTS)], NO, PERSON), ([rule(REFUSE, SHOES)], YES, YES),
    ([rule(REVIEW, SHIRTS)], PERSON, PERSON), ([rule(KEEP, SHIRTS)], PERSON, PERSON), ([rule(ALLOW)], YES, YES),
    ([rule(ALLOW), rule(REFUSE)], YES, YES), ([rule(REFUSE), rule(ALLOW)], NO, PERSON),
    ([rule(REVIEW), rule(REFUSE)], NO, PERSON), ([rule(REFUSE), rule(REVIEW)], NO, PERSON),
    ([rule(REFUSE, SHOES), rule(ALLOW), rule(REVIEW)], YES, YES), ([rule(REFUSE, SMALL)], NO, YES),
    ([rule(REFUSE, {"not": SMALL})], YES, PERSON), ([rule(REFUSE, FAULT)], YES, PERSON),
    ([rule(ALLOW, SMALL), rule(REFUSE)], YES, PERSON),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "small", "broken"), ANSWERS)
def test_rules_are_read_from_the_top(rules: list[dict[str, Any]], small: RuleAnswer, broken: RuleAnswer) -> None:
    policy = policy_of(*rules)
    assert answer_of(policy).answer is small
    assert answer_of(policy, reason="defective", group="damaged").answer is broken


def test_every_refusal_is_told_and_not_only_the_first() -> None:
    policy = policy_of(rule(REFUSE, SHIRTS), rule(REVIEW), rule(REFUSE, SMALL))
    answer = answer_of(policy, the_order(the_line(final_sale=True)))
    assert [finding.code for finding in answer.obstacles] == [
        "rule_refuses",
        "rule_review",
        "rule_refuses",
        "final_sale",
    ]
    assert answer.obstacles[0].params["rule"] == {"name": "rule_1", "when": SHIRTS, "then": REFUSE}


@pytest.mark.parametrize(
    "facts", [{"final_sale": True}, {"personalised": True}, {"category": "hygiene"}, {"kind": "gift_card"}]
)
def test_a_rule_may_allow_what_a_field_refuses(facts: dict[str, Any]) -> None:
    order = the_order(the_line(**facts))
    assert answer_of(Policy(), order).answer is NO
    allowed = answer_of(policy_of(rule(ALLOW)), order)
    assert allowed.answer is YES
    assert {finding.code for finding in allowed.findings} >= {"rule_allows"}


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"days_ago": 99}, "window_over"), ({"returned": 2}, "already_returned"), ({"days_ago": None}, "not_shipped")],
)
def test_no_rule_allows_what_is_not_so(facts: dict[str, Any], code: str) -> None:
    answer = answer_of(policy_of(rule(ALLOW)), the_order(the_line(**facts)))
    assert (answer.answer, answer.obstacles[0].code) == (NO, code)


@pytest.mark.parametrize(("reason", "group"), [("too_small", "not_as_expected"), ("defective", "damaged")])
def test_no_rule_takes_back_here_what_is_returned_where_it_was_bought(reason: str, group: str) -> None:
    bought = the_order(channel="amazon", returned_here=False)
    answer = answer_of(policy_of(rule(ALLOW, {"on": "channel", "one_of": ["amazon"]})), bought, reason, group)
    assert (answer.answer, answer.obstacles[0].code) == (NO, "channel_elsewhere")


def test_while_the_law_s_period_runs_a_refusal_becomes_a_person_s_look() -> None:
    fresh = the_order(the_line(days_ago=5))
    assert answer_of(policy_of(rule(REFUSE)), fresh).answer is PERSON
    assert answer_of(policy_of(rule(REFUSE)), the_order(the_line(days_ago=5), consumer=False)).answer is NO
    sealed = policy_of(rule(REFUSE | {"even_in_withdrawal": True}, SHIRTS))
    assert answer_of(sealed, fresh).answer is NO, "what the law itself excludes"
    assert answer_of(sealed, fresh, "defective", "damaged").answer is PERSON


WINDOWS = [
    ([rule({"do": "window", "days": 60})], 60, 1095), ([rule({"do": "window", "days": 60}, SHOES)], 30, 1095),
    ([rule({"do": "window", "days": 60}, SHIRTS), rule({"do": "window", "days": 90})], 60, 1095),
    ([rule({"do": "window", "days": 2000})], 2000, 2000), ([rule({"do": "window", "days": 60}, SMALL)], 60, 1095),
    ([rule({"do": "window", "days": 90}, {"on": "ordered", "since": "10-01", "until": "12-24"})], 90, 1095),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "small", "broken"), WINDOWS)
def test_the_first_window_that_holds_counts_and_a_fault_never_gets_less(
    rules: list[dict[str, Any]], small: int, broken: int
) -> None:
    arrived = the_order().day(the_line().delivered_at or NOW)
    policy = policy_of(*rules)
    for reason, group, days in (("too_small", "not_as_expected", small), ("defective", "damaged", broken)):
        until = answer_of(policy, reason=reason, group=group).until
        assert until is not None
        assert (until - arrived).days == days


def test_no_rule_makes_the_window_shorter_than_the_law() -> None:
    policy = policy_of(rule({"do": "window", "days": 0}), grace_days=0)
    assert answer_of(policy, the_order(the_line(days_ago=13))).answer is YES
    assert answer_of(policy, the_order(the_line(days_ago=25))).answer is NO


def request_of(*reasons: str, method: Method = Method.PICKUP) -> ReturnRequest:
    return ReturnRequest(tuple(LineRequest(str(at), 1, reason) for at, reason in enumerate(reasons, 1)), method)


def fee_of(policy: Policy, *reasons: str, worth: int = 1990, **facts: Any) -> int:
    lines = [the_line(line_id=str(at)) for at, _ in enumerate(reasons, 1)]
    order = the_order(*(facts.pop("lines", None) or lines), **facts)
    return return_fee(request_of(*reasons), evaluate(order, policy, now=NOW), worth=worth)


TEN, FIVE, TENTH = (
    {"do": "fee", "amount": {"EUR": 1000}},
    {"do": "fee", "amount": {"EUR": 500}},
    {"do": "fee", "percent": 10},
)
WAIVE = {"do": "waive"}
FEES = [
    ([], 395), ([rule(TEN)], 1000), ([rule(TEN, SHOES)], 395), ([rule(TEN), rule(FIVE)], 1000),
    ([rule(FIVE), rule(TEN)], 500), ([rule(TEN), rule(WAIVE)], 0), ([rule(WAIVE, SHOES)], 395),
    ([rule(TENTH)], 199), ([rule(TENTH, LARGE)], 395), ([rule(WAIVE, {"on": "method", "one_of": ["pickup"]})], 0),
    ([rule(WAIVE, {"on": "method", "one_of": ["dropoff"]})], 395), ([rule({"do": "fee", "amount": {"USD": 9}})], 395),
    ([rule(TEN, SMALL)], 1000), ([rule(TEN, {"not": SMALL})], 395),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "fee"), FEES)
def test_the_first_fee_that_holds_counts_and_any_waiver_frees(rules: list[dict[str, Any]], fee: int) -> None:
    assert fee_of(policy_of(*rules), "too_small") == fee


def test_a_parcel_costs_as_little_as_one_of_its_lines() -> None:
    policy = policy_of(rule(TEN, {"on": "reason", "one_of": ["better_price"]}))
    assert fee_of(policy, "better_price", "too_small", worth=3980) == 395
    assert fee_of(policy_of(rule(TEN)), "better_price", "defective") == 0


def test_a_share_of_the_goods_is_kept_only_after_the_law_s_period() -> None:
    fresh = {"lines": [the_line(line_id="1", days_ago=5)]}
    assert fee_of(policy_of(rule(TENTH)), "too_small", **fresh) == 395
    assert fee_of(policy_of(rule(TENTH)), "too_small", **fresh, consumer=False) == 199


@pytest.mark.parametrize(
    ("effect", "worth", "code", "answer"),
    [
        (REFUSE, 3000, "rule_refuses", NO), (REFUSE, 2999, None, YES),
        (REVIEW, 3000, "rule_review", PERSON), (KEEP, 3000, "rule_keep", PERSON),
    ],
)  # fmt: skip
def test_what_hangs_on_the_goods_chosen_is_asked_when_they_are(
    effect: dict[str, Any], worth: int, code: str | None, answer: RuleAnswer
) -> None:
    policy = policy_of(rule(effect, LARGE))
    assert answer_of(policy).answer is YES, "before anything is chosen"
    eligibility = evaluate(the_order(), policy, now=NOW)
    request = request_of("too_small", method=Method.DROPOFF)
    evaluation = evaluate_request(request, eligibility, total=worth, worth=worth)
    codes = [one.code for one in (*evaluation.faults, *evaluation.doubts)]
    assert (evaluation.answer, codes) == (answer, [code] if code else [])


def test_ways_back_are_those_of_the_first_rule_that_holds() -> None:
    dropoff = {"do": "methods", "methods": ["dropoff"]}
    policy = policy_of(rule(dropoff, SHIRTS))
    eligibility = evaluate(the_order(), policy, now=NOW)
    lines = request_of("too_small").lines
    assert offered_methods(lines, eligibility) == (Method.DROPOFF,)
    refused = evaluate_request(request_of("too_small"), eligibility, total=1990)
    assert ("/method", "method_not_offered") in [(fault.pointer, fault.code) for fault in refused.faults]


def test_items_that_share_no_way_back_may_go_any_way() -> None:
    rules = [rule({"do": "methods", "methods": [way]}, {"on": "sku", "one_of": [sku]})
             for way, sku in (("dropoff", "A"), ("pickup", "B"))]  # fmt: skip
    order = the_order(the_line(line_id="1", sku="A"), the_line(line_id="2", sku="B"))
    eligibility = evaluate(order, policy_of(*rules), now=NOW)
    assert offered_methods(request_of("too_small", "too_small").lines, eligibility) == tuple(Method)


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ({"rules": [{"name": "a", "then": ALLOW}, {"name": "a", "then": REFUSE}]}, "two rules have the name a"),
        ({"rules": [{"name": "usual_x", "then": ALLOW}]}, "kept for the policy's own fields"),
        (
            {"methods": ["dropoff"], "rules": [{"name": "a", "then": {"do": "methods", "methods": ["pickup"]}}]},
            "no method",
        ),
        ({"rules": [{"name": "A b", "then": ALLOW}]}, "pattern"),
    ],
)  # fmt: skip
def test_a_policy_whose_rules_do_not_fit_is_refused(policy: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Policy.model_validate(policy)


def test_under_two_policies_the_kinder_answer_counts() -> None:
    def judged(bought: Policy, today: Policy) -> RuleAnswer:
        line = evaluate(the_order(), today, now=NOW, earlier=bought).lines[0]
        return next(iter(line.groups.values())).answer

    strict, kind = policy_of(rule(REFUSE)), Policy()
    assert judged(strict, kind) is YES
    assert judged(kind, strict) is YES
    assert judged(strict, strict) is NO

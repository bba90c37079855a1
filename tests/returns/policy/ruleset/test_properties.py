"""What holds of any rules: a refusal never allows, a waiver never costs, order matters only where it should."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.returns.policy.decision import LineRequest, ReturnRequest, evaluate_request, return_fee
from app.returns.policy.eligibility import Eligibility, evaluate
from app.returns.policy.facts import PolicyOrder
from app.returns.policy.policy import Method, Policy
from app.returns.policy.reasons import CONFORMITY_GROUPS, REASONS, is_conformity
from app.returns.policy.rules import RuleAnswer
from app.returns.policy.ruleset.whole import as_rules
from tests.returns.builders import NOW
from tests.returns.policy.ruleset.rules import HISTORY, policy_of, the_line, the_order

# Each example judges fifteen reasons twice; rules are few, so that fewer examples meet all pairs.
FEWER = settings(max_examples=50)
SEVERITY = list(RuleAnswer)
OFFERED = [reason for reason in REASONS if reason.group not in ("withdrawal", "not_said")]
LEAVES = st.sampled_from([
    {"on": "country", "one_of": ["ES"]}, {"on": "country", "one_of": ["MX", "FR"]},
    {"on": "category", "one_of": ["apparel"]}, {"on": "reason", "one_of": ["too_small", "defective"]},
    {"on": "reason_group", "one_of": ["changed_mind"]}, {"on": "final_sale"}, {"on": "first_order"},
    {"on": "order_value", "at_least": {"EUR": 2000}}, {"on": "returns", "at_least": 2, "days": 90},
    {"on": "days_since_delivery", "at_most": 20}, {"on": "customer", "one_of": ["b2b"]},
])  # fmt: skip
CONDITIONS = st.none() | st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=2))
        | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=2))
        | st.builds(lambda part: {"not": part}, inner)
    ),
    max_leaves=3,
)
REFUSALS = st.builds(lambda strict: {"do": "refuse", "even_in_withdrawal": strict}, st.booleans())
EFFECTS = REFUSALS | st.sampled_from([
    {"do": "allow"}, {"do": "review"}, {"do": "keep"}, {"do": "window", "days": 5}, {"do": "window", "days": 90},
    {"do": "fee", "amount": {"EUR": 700}}, {"do": "fee", "amount": {"MXN": 700}}, {"do": "fee", "percent": 15},
    {"do": "waive"}, {"do": "methods", "methods": ["dropoff"]}, {"do": "methods", "methods": ["pickup"]},
])  # fmt: skip


def rules_of(effects: st.SearchStrategy[dict[str, Any]] = EFFECTS) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda when, then: {"when": when, "then": then}, CONDITIONS, effects)


ORDERS = st.builds(
    lambda days, flags, category, facts: the_order(the_line(days_ago=days, category=category, **flags), **facts),
    st.integers(0, 1200),
    st.fixed_dictionaries({"final_sale": st.booleans(), "personalised": st.booleans()}),
    st.sampled_from(["apparel", "hygiene", None]),
    st.fixed_dictionaries({
        "country": st.sampled_from(["ES", "MX", "US", None]), "consumer": st.booleans(),
        "currency": st.sampled_from(["EUR", "MXN"]), "history": st.sampled_from([None, HISTORY]),
    }),
)  # fmt: skip
RULES = st.lists(rules_of(), max_size=5)


def answers(eligibility: Eligibility) -> dict[str, tuple[int, Any, Any]]:
    line = eligibility.lines[0]
    by_reason = {reason.handle: line.answer_to(reason.handle, reason.group) for reason in OFFERED}
    return {
        handle: (SEVERITY.index(answer.answer), answer.until, answer.methods)
        for handle, answer in by_reason.items()
        if answer is not None
    }


def fees(policy: Policy, order: PolicyOrder, worth: int) -> list[int]:
    eligibility = evaluate(order, policy, now=NOW)
    requests = [
        ReturnRequest((LineRequest("1", 1, one.handle),), method) for one in OFFERED for method in policy.methods
    ]
    return [return_fee(request, eligibility, worth=worth) for request in requests]


@FEWER
@given(RULES, rules_of(REFUSALS), st.data(), ORDERS)
def test_one_more_refusal_never_allows_more(
    rules: list[dict[str, Any]], refusal: dict[str, Any], data: st.DataObject, order: PolicyOrder
) -> None:
    at = data.draw(st.integers(0, len(rules)))
    before = answers(evaluate(order, policy_of(*rules), now=NOW))
    after = answers(evaluate(order, policy_of(*rules[:at], refusal, *rules[at:]), now=NOW))
    assert all(after[handle][0] >= before[handle][0] for handle in before)


@FEWER
@given(RULES, rules_of(st.just({"do": "waive"})), st.data(), ORDERS, st.integers(0, 100_000))
def test_one_more_waiver_never_costs_more(
    rules: list[dict[str, Any]], waiver: dict[str, Any], data: st.DataObject, order: PolicyOrder, worth: int
) -> None:
    at = data.draw(st.integers(0, len(rules)))
    before, after = (
        fees(policy, order, worth) for policy in (policy_of(*rules), policy_of(*rules[:at], waiver, *rules[at:]))
    )
    assert all(new <= old for new, old in zip(after, before, strict=True))


@FEWER
@given(RULES, st.data(), ORDERS)
def test_the_order_of_rules_of_other_effects_does_not_matter(
    rules: list[dict[str, Any]], data: st.DataObject, order: PolicyOrder
) -> None:
    kinds = ("window", "fee", "methods")
    at = data.draw(st.integers(0, max(0, len(rules) - 2)))
    assume(len(rules) > 1)
    first, second = rules[at], rules[at + 1]
    effects = {first["then"]["do"], second["then"]["do"]}
    assume("allow" not in effects and (len(effects) == 2 or not effects & set(kinds)))
    swapped = [*rules[:at], second, first, *rules[at + 2 :]]
    assert answers(evaluate(order, policy_of(*rules), now=NOW)) == answers(
        evaluate(order, policy_of(*swapped), now=NOW)
    )
    assert fees(policy_of(*rules), order, 1990) == fees(policy_of(*swapped), order, 1990)


@FEWER
@given(RULES, ORDERS)
def test_no_rules_refuse_a_fault_within_its_years_or_charge_for_one(
    rules: list[dict[str, Any]], order: PolicyOrder
) -> None:
    line = evaluate(order, policy_of(*rules, countries=None), now=NOW).lines[0]
    for group in CONFORMITY_GROUPS:
        answer = line.best(group)
        assert answer.until is not None
        if order.day(NOW) <= answer.until:
            assert answer.answer is not RuleAnswer.NO
        assert (answer.until - order.day(order.lines[0].delivered_at or NOW)).days >= 730
    faulty = [reason.handle for reason in OFFERED if is_conformity(reason.group)]
    eligibility = evaluate(order, policy_of(*rules), now=NOW)
    for handle in faulty:
        assert return_fee(ReturnRequest((LineRequest("1", 1, handle),), Method.PICKUP), eligibility, worth=1990) == 0


LEAVE = st.sampled_from(["yes", "review", "no"])
POLICIES = st.builds(
    Policy.model_validate,
    st.fixed_dictionaries({
        "window_days": st.integers(0, 60), "category_windows": st.sampled_from([{}, {"apparel": 7}]),
        "final_sale": LEAVE, "personalised": LEAVE,
        "categories": st.dictionaries(st.sampled_from(["apparel", "hygiene"]), LEAVE),
        "kinds": st.dictionaries(st.sampled_from(["digital", "gift_card"]), LEAVE),
        "countries": st.sampled_from([None, ("ES",), ("MX", "ES")]),
        "methods": st.sampled_from([("dropoff",), ("dropoff", "pickup")]),
        "fees": st.dictionaries(st.sampled_from(["dropoff", "pickup"]), st.sampled_from([100, {"MXN": 900}])),
        "free_above": st.sampled_from([None, 1500, {"EUR": 1500, "MXN": 10}]),
    }),
)  # fmt: skip


@FEWER
@given(POLICIES, ORDERS, st.sampled_from(["goods", "digital", "gift_card", "service"]), st.integers(0, 3000))
def test_a_policy_s_fields_say_the_same_as_the_rules_made_from_them(
    policy: Policy, order: PolicyOrder, kind: str, worth: int
) -> None:
    line = the_line(days_ago=25, kind=kind, category=order.lines[0].category)
    order = the_order(line, order.lines[0], country=order.country, currency=order.currency, consumer=order.consumer)
    rules = [rule.model_copy(update={"name": f"own_{at}"}) for at, rule in enumerate(as_rules(policy))]
    bare = Policy(
        rules=tuple(rules), kinds=dict.fromkeys(("digital", "gift_card", "service"), "yes"), final_sale="yes",
        personalised="yes", categories={}, conformity_days=0, conformity_days_by_country={}, fees={},
        methods=policy.methods, review_above=None,
    )  # fmt: skip
    assert answers(evaluate(order, policy, now=NOW)) == answers(evaluate(order, bare, now=NOW))
    assert fees(policy, order, worth) == fees(bare, order, worth)
    request = ReturnRequest((LineRequest("1", 1, "colour"),), policy.methods[0])
    for total in (0, 50_000, 50_001):
        verdicts = [
            evaluate_request(request, evaluate(order, one, now=NOW), total=total, worth=0).answer
            for one in (policy, bare)
            if order.currency == "EUR"
        ]
        assert len(set(verdicts)) < 2

"""A whole policy as ordered rules: its fields too, so that page, public page and explanation have one thing to read."""

from collections.abc import Iterator

from app.returns.policy.policy import Kind, Leave, Money, Policy
from app.returns.policy.reasons import CONFORMITY_GROUPS, CUSTOMER_GROUPS
from app.returns.policy.ruleset.conditions import AllOf, AnyCondition, Condition, FlagIs, NameIs, NotSo, WorthIs
from app.returns.policy.ruleset.rule import (
    USUAL,
    ChargeFee,
    Effect,
    OfferMethods,
    PolicyRule,
    RefuseReturn,
    ReviewReturn,
    SetWindow,
    WaiveFee,
)
from app.returns.policy.ruleset.terms import Amounts

KINDS: tuple[Kind, ...] = ("digital", "gift_card", "service")
PROMISED = tuple(str(group) for group in CUSTOMER_GROUPS if group not in CONFORMITY_GROUPS)
"""What is the shop's promise and not its duty."""
_BY_PROMISE = NameIs(on="reason_group", one_of=PROMISED)
_BY_DUTY = NameIs(on="reason_group", one_of=tuple(sorted(CONFORMITY_GROUPS)))


def as_rules(policy: Policy) -> list[PolicyRule]:
    """The policy from its first rule to its last: what guards money, the shop's own, then what its fields say."""
    return [*_guards(policy), *policy.rules, *_refusals(policy), *_windows(policy), *_fees(policy), *_methods(policy)]


def amounts_of(money: Money | None, currency: str) -> Amounts:
    """A policy's amount by currency; empty where it names none."""
    if isinstance(money, int):
        return {currency: money}
    return dict(money or {})


def _guards(policy: Policy) -> Iterator[PolicyRule]:
    limits = amounts_of(policy.review_above, policy.currency)
    if limits:
        above = {currency: limit + 1 for currency, limit in limits.items()}
        yield _usual("large_refund", ReviewReturn(do="review"), WorthIs(on="refund_value", at_least=above))


def _refusals(policy: Policy) -> Iterator[PolicyRule]:
    for kind in KINDS:
        of_kind = NameIs(on="item_kind", one_of=(kind,))
        yield from _left(f"kind_{kind}", policy.kinds.get(kind, "no"), of_kind)
        yield _usual(f"kind_{kind}_faulty", ReviewReturn(do="review"), AllOf(all=(of_kind, _BY_DUTY)))
    yield from _left("final_sale", policy.final_sale, FlagIs(on="final_sale"))
    yield from _left("personalised", policy.personalised, FlagIs(on="personalised"))
    for at, (category, leave) in enumerate(policy.categories.items(), 1):
        yield from _left(f"category_{at}", leave, NameIs(on="category", one_of=(category,)))
    if policy.countries:
        elsewhere = NotSo.model_validate({"not": NameIs(on="country", one_of=policy.countries)})
        yield _usual("country", _refusal(), elsewhere)


def _left(name: str, leave: Leave, condition: Condition) -> Iterator[PolicyRule]:
    if leave != "yes":
        effect = _refusal() if leave == "no" else ReviewReturn(do="review")
        yield _usual(name, effect, AllOf(all=(condition, _BY_PROMISE)))


def _windows(policy: Policy) -> Iterator[PolicyRule]:
    for at, (country, days) in enumerate(policy.conformity_days_by_country.items(), 1):
        there = NameIs(on="country", one_of=(country,))
        yield _usual(f"conformity_{at}", SetWindow(do="window", days=days), AllOf(all=(_BY_DUTY, there)))
    yield _usual("conformity", SetWindow(do="window", days=policy.conformity_days), _BY_DUTY)
    for at, (category, days) in enumerate(policy.category_windows.items(), 1):
        of_category = NameIs(on="category", one_of=(category,))
        yield _usual(f"window_{at}", SetWindow(do="window", days=days), of_category)
    yield _usual("window", SetWindow(do="window", days=policy.window_days))


def _fees(policy: Policy) -> Iterator[PolicyRule]:
    yield _usual("fault", WaiveFee(do="waive"), _BY_DUTY)
    free_from = amounts_of(policy.free_above, policy.currency)
    if free_from:
        yield _usual("free_above", WaiveFee(do="waive"), WorthIs(on="return_value", at_least=free_from))
    for method in policy.methods:
        amounts = amounts_of(policy.fees.get(method), policy.currency)
        if any(amounts.values()):
            by_method = NameIs(on="method", one_of=(str(method),))
            yield _usual(f"fee_{method}", ChargeFee(do="fee", amount=amounts), by_method)


def _methods(policy: Policy) -> Iterator[PolicyRule]:
    yield _usual("methods", OfferMethods(do="methods", methods=policy.methods))


def _refusal() -> RefuseReturn:
    # As the fields always did: the withdrawal page stands beside them, and takes what the law lets come back.
    return RefuseReturn(do="refuse", even_in_withdrawal=True)


def _usual(name: str, effect: Effect, condition: AnyCondition | None = None) -> PolicyRule:
    return PolicyRule(name=f"{USUAL}{name}", when=condition, then=effect)

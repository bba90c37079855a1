"""What the shop's own rules say of one line for one reason: answers, window, fee and methods. Pure.

Read from the top. A rule that allows sets aside the refusals and reviews below it; of what is left one no is a no, as
among all rules. Of windows, of fees and of methods the first that holds counts; any waiver makes the way back free.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.returns.policy.facts import RuleQuestion
from app.returns.policy.reasons import is_conformity
from app.returns.policy.ruleset.holding import NOTHING_CHOSEN, ReturnTerms, holds
from app.returns.policy.ruleset.rule import (
    ANSWERS,
    AllowReturn,
    ChargeFee,
    OfferMethods,
    PolicyRule,
    RefuseReturn,
    SetWindow,
    WaiveFee,
)
from app.returns.policy.ruleset.terms import Method, named


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """The rules that hold and answer, down to the first that allows; ``freed`` where one does."""

    rules: tuple[PolicyRule, ...]
    freed: bool


def own_answers(question: RuleQuestion, terms: ReturnTerms = NOTHING_CHOSEN) -> OwnAnswers:
    """What refuses, reviews or allows. What hangs on the return itself is silent until that is known."""
    standing: list[PolicyRule] = []
    for rule in question.policy.rules:
        if isinstance(rule.then, ANSWERS) and holds(rule.when, question, terms):
            standing.append(rule)
            if isinstance(rule.then, AllowReturn):
                return OwnAnswers(tuple(standing), freed=True)
    return OwnAnswers(tuple(standing), freed=False)


def shop_window(question: RuleQuestion) -> int:
    """Days from delivery as the shop says; for what is faulty never fewer than its policy leaves for that."""
    usual = question.policy.window_for(question.group, question.line.category, question.order.country)
    rule = next(_first(question, SetWindow), None)
    if rule is None or not isinstance(rule.then, SetWindow):
        return usual
    return max(usual, rule.then.days) if is_conformity(question.group) else rule.then.days


def methods_for(question: RuleQuestion) -> tuple[Method, ...]:
    """The ways back that are offered, in the order of the policy."""
    rule = next(_first(question, OfferMethods), None)
    offered = rule.then.methods if rule is not None and isinstance(rule.then, OfferMethods) else ()
    # What the shop offers nowhere no rule can offer; the policy is checked so that one is left.
    return tuple(method for method in question.policy.methods if method in offered) or question.policy.methods


def fee_rule(question: RuleQuestion, terms: ReturnTerms, *, rights_run: bool) -> PolicyRule | None:
    """The rule that waives or charges; None where none does and the policy's own fees count."""
    waiver = next(_first(question, WaiveFee, terms), None)
    if waiver is not None:
        return waiver
    return next((rule for rule in _first(question, ChargeFee, terms) if _is_due(rule, question, rights_run)), None)


def own_fee(question: RuleQuestion, terms: ReturnTerms, *, worth: int, rights_run: bool) -> int:
    """What this way back costs for this line; nothing for a fault of the shop's, or for goods worth ``free_above``.

    ``worth`` is what a share is taken of. ``rights_run``: while the law's period runs a consumer bears the way back
    and no more, so that no share of the goods is kept (Directive 2011/83, article 14).
    """
    if terms.method is None or is_conformity(question.group):
        return 0
    policy, currency = question.policy, question.order.currency
    free_from = policy.free_from(currency)
    if free_from is not None and terms.goods is not None and terms.goods >= free_from:
        return 0
    rule = fee_rule(question, terms, rights_run=rights_run)
    if rule is None:
        return policy.fee_for(question.group, terms.method, currency)
    if not isinstance(rule.then, ChargeFee):
        return 0
    if rule.then.percent is not None:
        return worth * rule.then.percent // 100
    return named(rule.then.amount, currency) or 0


def _is_due(rule: PolicyRule, question: RuleQuestion, rights_run: bool) -> bool:
    """Whether a fee can be charged: in a currency that it names, and as far as the law lets it."""
    fee = rule.then
    if not isinstance(fee, ChargeFee):
        return False
    return not rights_run if fee.percent is not None else named(fee.amount, question.order.currency) is not None


def _first(question: RuleQuestion, effect: type, terms: ReturnTerms = NOTHING_CHOSEN) -> Iterator[PolicyRule]:
    """The rules of this effect that hold, from the top."""
    return (
        rule for rule in question.policy.rules if isinstance(rule.then, effect) and holds(rule.when, question, terms)
    )


def refuses(rule: PolicyRule, question: RuleQuestion, *, rights_run: bool) -> bool:
    """Whether a refusal stands; where a right of the law runs, a person looks instead."""
    if not isinstance(rule.then, RefuseReturn) or is_conformity(question.group):
        return False
    return rule.then.even_in_withdrawal or not rights_run

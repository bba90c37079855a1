"""What of a policy the public reads, part by part, and what it answers to somebody without an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.core.i18n.words import day, money
from app.core.i18n.zones import zone_of
from app.returns.policy.eligibility import GroupAnswer, evaluate
from app.returns.policy.facts import LineFacts, PolicyOrder
from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonList
from app.returns.policy.rules import RuleAnswer
from app.returns.policy.ruleset.conditions import AllOf, AnyCondition, AnyOf, NameIs, NotSo, leaves
from app.returns.policy.ruleset.rule import PolicyRule
from app.returns.policy.ruleset.whole import as_rules
from app.returns.policy.words.clauses import clause
from app.returns.policy.words.names import method_words, reason_words
from app.returns.policy.words.sentences import rule_sentence
from app.returns.words import finding_words

PARTS = {
    "window": "time", "fee": "cost", "waive": "cost", "methods": "ways", "refuse": "never", "review": "person",
    "keep": "person", "allow": "always",
}  # fmt: skip
"""The part of the page that a rule stands in, by what it does."""


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """«Can I send this back?», answered without an order."""

    kind: str
    title: str
    why: list[str]
    fees: list[tuple[str, str]]


def public_parts(policy: Policy, country: str | None, reasons: ReasonList) -> dict[str, list[str]]:
    """The rules that may hold for an order to this country, as sentences by part of the page.

    What asks about one customer is left out, and so is what guards the shop's money once a refund is known.
    """
    parts: dict[str, list[str]] = {}
    for rule in as_rules(policy):
        if rule.of_the_customer or "refund_value" in rule.about or not _is_said_here(rule, country):
            continue
        sentences = parts.setdefault(PARTS[rule.then.do], [])
        sentences.append(rule_sentence(rule, lambda handle: reason_words(handle, reasons)))
    return parts


def channel_words(taken_here: bool, others: tuple[str, ...]) -> list[str]:
    """What is returned where it was bought: a fact of the brand beside its policy, told as a rule is told.

    ``taken_here`` is so of every channel but ``others``.
    """
    if taken_here and not others:
        return []
    where = _("you return it where you bought it")
    if not others:
        return [_("Always: %(effect)s.", effect=where)]
    bought = NameIs(on="channel", one_of=others)
    condition = bought if taken_here else NotSo.model_validate({"not": bought})
    return [_("If %(conditions)s: %(effect)s.", conditions=clause(condition), effect=where)]


def countries_of(policy: Policy) -> tuple[str, ...]:
    """The countries that the policy names: those it serves, else those that a rule or a period speaks of."""
    if policy.countries:
        return policy.countries
    named = [
        name for rule in policy.rules for leaf in leaves(rule.when) if leaf.on == "country" for name in leaf.one_of
    ]
    return tuple(dict.fromkeys([*policy.conformity_days_by_country, *named]))


def categories_of(policy: Policy) -> tuple[str, ...]:
    """The categories that the policy speaks of."""
    rules = [rule for rule in as_rules(policy) if not rule.of_the_customer]
    named = [name for rule in rules for leaf in leaves(rule.when) if leaf.on == "category" for name in leaf.one_of]
    return tuple(dict.fromkeys(named))


def answer_without_order(
    policy: Policy,
    reasons: ReasonList,
    *,
    about: Mapping[str, Any],
    now: datetime,
) -> PublicAnswer:
    """What holds for one item; ``about`` says its category, the country, the day on which it came, and the reason."""
    country, delivered = about["country"], about["day"]
    zone = ZoneInfo(zone_of(country) or about["zone"])
    at = datetime.combine(delivered, time(12), zone)
    line = LineFacts("1", 1, category=about["category"], delivered=1, delivered_at=at, shipped_at=at)
    order = PolicyOrder((line,), country, zone, currency=about["currency"])
    group = reasons.group_of(about["reason"])
    item = evaluate(order, policy, now=now, reasons=reasons).lines[0]
    answer = item.answer_to(about["reason"], group) if group else None
    return _said(answer or next(iter(item.groups.values())), about["currency"])


def _said(answer: GroupAnswer, currency: str) -> PublicAnswer:
    titles = {
        RuleAnswer.YES: ("done", _("Yes, you can send it back.")),
        RuleAnswer.PERSON: ("attention", _("Our team will look at it.")),
        RuleAnswer.NO: ("problem", _("No, you can't send it back.")),
    }
    kind, title = titles[answer.answer]
    why = finding_words(answer.obstacles)
    if answer.answer is RuleAnswer.YES and answer.until:
        why.append(_("Until %(day)s", day=day(answer.until)))
    fees = [(method_words(method), money(fee, currency) if fee else _("Free")) for method, fee in answer.fees.items()]
    return PublicAnswer(kind, title, why, [] if answer.answer is RuleAnswer.NO else fees)


def _is_said_here(rule: PolicyRule, country: str | None) -> bool:
    return country is None or _may_hold(rule.when, country) is not False


def _may_hold(condition: AnyCondition | None, country: str) -> bool | None:
    """Whether a condition can hold for this country; None where that hangs on something else."""
    if isinstance(condition, NameIs) and condition.on == "country":
        return country in condition.one_of
    if isinstance(condition, NotSo):
        inner = _may_hold(condition.opposite, country)
        return None if inner is None else not inner
    if isinstance(condition, AllOf):
        return False if False in [_may_hold(part, country) for part in condition.all] else None
    if isinstance(condition, AnyOf):
        return False if all(_may_hold(part, country) is False for part in condition.any) else None
    return None

"""The rules of eligibility, the policy's and the shop's own: yes, no or «a person decides», with a code and facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from app.returns.policy.facts import GOODS, RuleQuestion
from app.returns.policy.reasons import is_conformity
from app.returns.policy.ruleset.holding import ReturnTerms
from app.returns.policy.ruleset.judging import own_answers, own_fee, refuses, shop_window
from app.returns.policy.ruleset.rule import AllowReturn, PolicyRule
from app.returns.withdrawal.period import last_day


class RuleAnswer(StrEnum):
    """Three answers, in the order of their weight."""

    YES = "yes"
    PERSON = "person"
    NO = "no"


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What a rule found: its answer, a code that has words in every language, and what the words need."""

    answer: RuleAnswer
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def weigh(findings: Iterable[RuleFinding]) -> RuleAnswer:
    """The answer of all rules together: one no is a no; else one doubt is for a person."""
    answers = {finding.answer for finding in findings}
    if RuleAnswer.NO in answers:
        return RuleAnswer.NO
    return RuleAnswer.PERSON if RuleAnswer.PERSON in answers else RuleAnswer.YES


LEAVE = {"yes": RuleAnswer.YES, "review": RuleAnswer.PERSON, "no": RuleAnswer.NO}


def category(question: RuleQuestion) -> RuleFinding:
    """As the policy says of the line's category; a damaged or wrong item may always come back."""
    name = question.line.category
    if name is None or name not in question.policy.categories or is_conformity(question.group):
        return RuleFinding(RuleAnswer.YES, "category_taken_back")
    return RuleFinding(LEAVE[question.policy.categories[name]], "category", {"category": name})


def channel(question: RuleQuestion) -> RuleFinding:
    """Orders of some channels are returned where they were bought."""
    if question.order.returned_here:
        return RuleFinding(RuleAnswer.YES, "channel_taken_back")
    return RuleFinding(RuleAnswer.NO, "channel_elsewhere")


def country(question: RuleQuestion) -> RuleFinding:
    """No outside the countries served; a damaged or wrong item from elsewhere is for a person."""
    served, where = question.policy.countries, question.order.country
    if served is None or where in served:
        return RuleFinding(RuleAnswer.YES, "country_served")
    answer = RuleAnswer.PERSON if is_conformity(question.group) else RuleAnswer.NO
    return RuleFinding(answer, "country_not_served", {"country": where})


def delivery(question: RuleQuestion) -> RuleFinding:
    """No before delivery; when a parcel has been silent for very long, a person decides."""
    line = question.line
    if line.delivered > 0:
        return RuleFinding(RuleAnswer.YES, "delivered")
    if question.order.cancelled:
        return RuleFinding(RuleAnswer.NO, "order_cancelled")
    if line.shipped_at is None:
        return RuleFinding(RuleAnswer.NO, "not_shipped")
    silent = timedelta(days=question.policy.assume_delivered_days)
    if question.now - line.shipped_at >= silent:
        return RuleFinding(RuleAnswer.PERSON, "delivery_unknown", {"since": question.order.day(line.shipped_at)})
    return RuleFinding(RuleAnswer.NO, "not_delivered")


def final_sale(question: RuleQuestion) -> RuleFinding:
    """As the policy says; a damaged or wrong item may come back whatever it cost."""
    if not question.line.final_sale or is_conformity(question.group):
        return RuleFinding(RuleAnswer.YES, "not_final_sale")
    return RuleFinding(LEAVE[question.policy.final_sale], "final_sale")


def kind(question: RuleQuestion) -> RuleFinding:
    """As the policy says of gift cards, services and what is downloaded; one that is faulty is for a person."""
    name = question.line.kind
    if name == GOODS:
        return RuleFinding(RuleAnswer.YES, "goods")
    if is_conformity(question.group):
        return RuleFinding(RuleAnswer.PERSON, f"{name}_faulty")
    leave = next((leave for each, leave in question.policy.kinds.items() if each == name), "no")
    return RuleFinding(LEAVE[leave], f"kind_{name}")


def personalised(question: RuleQuestion) -> RuleFinding:
    """As the policy says; a damaged or wrong item may come back although it was made for one person."""
    if not question.line.personalised or is_conformity(question.group):
        return RuleFinding(RuleAnswer.YES, "not_personalised")
    return RuleFinding(LEAVE[question.policy.personalised], "personalised")


def quantity(question: RuleQuestion) -> RuleFinding:
    """No when every unit that arrived is already in a return, or was given back with the shop itself."""
    line = question.line
    if line.returned and line.left == 0:
        here = line.returned - line.elsewhere
        code = "already_returned" if not line.elsewhere else "returned_in_both" if here else "returned_elsewhere"
        return RuleFinding(RuleAnswer.NO, code, {"quantity": line.returned})
    return RuleFinding(RuleAnswer.YES, "quantity_left", {"quantity": line.left})


def window(question: RuleQuestion) -> RuleFinding:
    """Yes until the last day, a person for the days of grace, then no; each with the date."""
    until = window_end(question)
    if until is None:
        return RuleFinding(RuleAnswer.YES, "window_not_started")
    if question.today <= until:
        return RuleFinding(RuleAnswer.YES, "within_window", {"until": until})
    grace = until + timedelta(days=question.policy.grace_days)
    if question.today <= grace:
        return RuleFinding(RuleAnswer.PERSON, "window_grace", {"until": until})
    return RuleFinding(RuleAnswer.NO, "window_over", {"until": until})


def window_end(question: RuleQuestion) -> date | None:
    """The last day on which this line may come back for a reason of this group; None before it was delivered."""
    line, order = question.line, question.order
    if line.delivered_at is None:
        return None
    shop = order.day(line.delivered_at) + timedelta(days=shop_window(question))
    legal = legal_end(question)
    return shop if legal is None or is_conformity(question.group) else max(shop, legal)


def legal_end(question: RuleQuestion) -> date | None:
    """The law's last day for a consumer, or None: not a consumer, made to measure, no such law, or not all arrived."""
    line, order = question.line, question.order
    if not order.consumer or line.personalised or order.all_received_on is None:
        return None
    return last_day(order.country, order.all_received_on, order.region)


FACTS = (delivery, quantity, channel, window)
"""What is so, whatever a shop would like: no rule of its own sets these aside."""
SHOPS = (kind, final_sale, personalised, category, country)
"""What a policy refuses by its fields; a rule of the shop may allow it all the same."""


def ask_all(question: RuleQuestion) -> tuple[RuleFinding, ...]:
    """Every rule's answer, also after a no: people and systems read every reason at once."""
    own = own_answers(question)
    usual = [rule(question) for rule in SHOPS]
    if own.freed:
        usual = [replace(finding, answer=RuleAnswer.YES) for finding in usual]
    return (
        *(rule(question) for rule in FACTS),
        *(own_finding(rule, question) for rule in own.rules),
        *usual,
    )


def ask_of_the_return(question: RuleQuestion, terms: ReturnTerms) -> tuple[RuleFinding, ...]:
    """What rules say that hang on the way back and on amounts, once these are chosen."""
    return tuple(own_finding(rule, question) for rule in own_answers(question, terms).rules if rule.of_the_return)


def own_finding(rule: PolicyRule, question: RuleQuestion) -> RuleFinding:
    """What a rule of the shop answers; it goes along whole, so that its words can be made from it at any time."""
    params = {"rule": rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
    if isinstance(rule.then, AllowReturn):
        return RuleFinding(RuleAnswer.YES, "rule_allows", params)
    if refuses(rule, question, rights_run=rights_run(question)):
        return RuleFinding(RuleAnswer.NO, "rule_refuses", params)
    return RuleFinding(RuleAnswer.PERSON, "rule_keep" if rule.then.do == "keep" else "rule_review", params)


def rights_run(question: RuleQuestion) -> bool:
    """Whether the law's period for a withdrawal still runs for this line."""
    until = legal_end(question)
    return until is not None and question.today <= until


def fee(question: RuleQuestion, terms: ReturnTerms, *, worth: int) -> int:
    """What a way back costs for this line, in a parcel of goods that are worth so much."""
    return own_fee(question, terms, worth=worth, rights_run=rights_run(question))

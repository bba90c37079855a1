"""Whether a condition holds of what is asked: yes, no, or not known, which applies no rule. Pure."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.returns.policy.facts import CustomerHistory, RuleQuestion
from app.returns.policy.ruleset.conditions import (
    AllOf,
    AnyCondition,
    AnyOf,
    CountIs,
    FlagIs,
    HistoryIs,
    NameIs,
    NotSo,
    SeasonIs,
    TitleHas,
    WorthIs,
)
from app.returns.policy.ruleset.terms import Method, named


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """What is known once items and way back are chosen; ``goods`` is what these are worth, ``refund`` what is paid."""

    method: Method | None = None
    goods: int | None = None
    refund: int | None = None


NOTHING_CHOSEN = ReturnTerms()


def holds(condition: AnyCondition | None, question: RuleQuestion, terms: ReturnTerms = NOTHING_CHOSEN) -> bool | None:
    """Whether it holds; None where something that it hangs on is not known."""
    if condition is None:
        return True
    if isinstance(condition, AllOf):
        return _all([holds(part, question, terms) for part in condition.all])
    if isinstance(condition, AnyOf):
        return _not(_all([_not(holds(part, question, terms)) for part in condition.any]))
    if isinstance(condition, NotSo):
        return _not(holds(condition.opposite, question, terms))
    return _CHECKS[type(condition)](condition, question, terms)


def _all(answers: list[bool | None]) -> bool | None:
    """One no is a no, even where another is not known."""
    return False if False in answers else None if None in answers else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


_NAMES: dict[str, Callable[[RuleQuestion], str | None]] = {
    "country": lambda question: question.order.country,
    "region": lambda question: question.order.region,
    "channel": lambda question: question.order.channel,
    "customer": lambda question: "b2c" if question.order.consumer else "b2b",
    "currency": lambda question: question.order.currency,
    "sku": lambda question: question.line.sku,
    "category": lambda question: question.line.category,
    "item_kind": lambda question: question.line.kind,
    "reason": lambda question: question.reason,
    "reason_group": lambda question: question.group,
}


def _name_is(condition: NameIs, question: RuleQuestion, terms: ReturnTerms) -> bool | None:
    if condition.on == "method":
        return None if terms.method is None else terms.method in condition.one_of
    name = _NAMES[condition.on](question)
    # What the shop never told is none of the names; the same holds of a reason that no rule names.
    if name is None:
        return False
    return any(_same(name, one) for one in condition.one_of)


def _same(name: str, one: str) -> bool:
    name, one = name.casefold(), one.casefold()
    return name.startswith(one[:-1]) if one.endswith("*") else name == one


def _worth_is(condition: WorthIs, question: RuleQuestion, terms: ReturnTerms) -> bool | None:
    amounts = {
        "order_value": question.order.value,
        "unit_price": question.line.unit_price,
        "return_value": terms.goods,
        "refund_value": terms.refund,
    }
    amount, currency = amounts[condition.on], question.order.currency
    if amount is None:
        return None
    bounds = (condition.at_least, condition.below)
    # Half of a band that is named in this currency is no band in it.
    if any(bound is not None and named(bound, currency) is None for bound in bounds):
        return None
    least, below = (named(bound, currency) for bound in bounds)
    return (least is None or amount >= least) and (below is None or amount < below)


def _count_is(condition: CountIs, question: RuleQuestion, _terms: ReturnTerms) -> bool | None:
    count = _counted(condition.on, question)
    if count is None:
        return None
    within = condition.at_most is None or count <= condition.at_most
    return within and (condition.at_least is None or count >= condition.at_least)


def _counted(on: str, question: RuleQuestion) -> int | None:
    if on == "quantity":
        return question.line.quantity
    since = question.line.delivered_at if on == "days_since_delivery" else question.order.placed_at
    return None if since is None else (question.today - question.order.day(since)).days


def _history_is(condition: HistoryIs, question: RuleQuestion, _terms: ReturnTerms) -> bool | None:
    history = question.order.history
    if history is None:
        return None
    since = question.now - timedelta(days=condition.days)
    if condition.on == "returns":
        return sum(moment >= since for moment in history.returns) >= condition.at_least
    bought, back = _units(history, since)
    # Of nothing bought there is no share; in whole numbers, so that a half is never rounded up to a refusal.
    return 100 * back >= condition.at_least * bought if bought else None


def _units(history: CustomerHistory, since: datetime) -> tuple[int, int]:
    """Units bought and units sent back of orders that were placed since then."""
    recent = [order for order in history.orders if order.placed_at >= since]
    return sum(order.units for order in recent), sum(order.sent_back for order in recent)


def _flag_is(condition: FlagIs, question: RuleQuestion, _terms: ReturnTerms) -> bool | None:
    if condition.on == "first_order":
        return None if question.order.history is None else question.order.history.first_order is condition.yes
    flag = question.line.final_sale if condition.on == "final_sale" else question.line.personalised
    return flag is condition.yes


def _season_is(condition: SeasonIs, question: RuleQuestion, _terms: ReturnTerms) -> bool | None:
    placed = question.order.placed_at
    day: date | None = question.today if condition.on == "asked" else placed and question.order.day(placed)
    if day is None:
        return None
    written = day.isoformat()[-len(condition.since) :]
    if condition.since <= condition.until:
        return condition.since <= written <= condition.until
    return written >= condition.since or written <= condition.until


def _title_has(condition: TitleHas, question: RuleQuestion, _terms: ReturnTerms) -> bool:
    title = _bare(question.line.title)
    return any(_begins_a_word(title, _bare(word)) for word in condition.words)


def _begins_a_word(title: str, word: str) -> bool:
    return f" {word}" in f" {title}"


def _bare(text: str) -> str:
    """Small letters without their accents, words by single spaces."""
    split = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign if sign.isalnum() else " " for sign in split if not unicodedata.combining(sign))
    return " ".join(bare.split())


_CHECKS: dict[type, Callable[[Any, RuleQuestion, ReturnTerms], bool | None]] = {
    NameIs: _name_is,
    WorthIs: _worth_is,
    CountIs: _count_is,
    HistoryIs: _history_is,
    FlagIs: _flag_is,
    TitleHas: _title_has,
    SeasonIs: _season_is,
}

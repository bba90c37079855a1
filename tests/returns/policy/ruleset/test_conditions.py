"""Each question that a rule may ask, where it holds, where it does not, and where nobody knows."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.returns.policy.facts import PolicyOrder, RuleQuestion
from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.ruleset.conditions import AnyCondition, Condition
from app.returns.policy.ruleset.holding import ReturnTerms, holds
from app.returns.policy.ruleset.rule import PolicyRule
from app.returns.policy.ruleset.terms import Method
from tests.returns.builders import NOW
from tests.returns.policy.ruleset.rules import the_line, the_order

CONDITION: TypeAdapter[AnyCondition] = TypeAdapter(Condition)
TERMS = ReturnTerms(Method.PICKUP, 1990, 1595)
YES, NO, UNKNOWN = True, False, None


def asks(condition: dict[str, Any], order: PolicyOrder | None = None, terms: ReturnTerms = TERMS) -> bool | None:
    order = order or the_order()
    question = RuleQuestion(order, order.lines[0], ReasonGroup.NOT_AS_EXPECTED, Policy(), NOW, "too_small")
    return holds(CONDITION.validate_python(condition), question, terms)


def one(on: str, *names: str) -> dict[str, Any]:
    return {"on": on, "one_of": names}


def number(on: str, least: int | None = None, most: int | None = None) -> dict[str, Any]:
    return {"on": on} | ({} if least is None else {"at_least": least}) | ({} if most is None else {"at_most": most})


def worth(on: str, least: int | None = None, below: int | None = None, currency: str = "EUR") -> dict[str, Any]:
    bounds = {"at_least": least, "below": below}
    return {"on": on} | {name: {currency: bound} for name, bound in bounds.items() if bound is not None}


def during(on: str, since: str, until: str) -> dict[str, Any]:
    return {"on": on, "since": since, "until": until}


def past(on: str, least: int, days: int) -> dict[str, Any]:
    return {"on": on, "at_least": least, "days": days}


TABLE = [
    (one("country", "ES"), YES), (one("country", "PT", "ES"), YES), (one("country", "FR"), NO),
    (one("region", "ES-MD"), YES), (one("region", "ES-CN"), NO),
    (one("channel", "web"), YES), (one("channel", "Web"), YES), (one("channel", "amazon"), NO),
    (one("customer", "b2c"), YES), (one("customer", "b2b"), NO), (one("customer", "b2b", "b2c"), YES),
    (one("currency", "EUR"), YES), (one("currency", "USD"), NO),
    (one("sku", "TS-RED-M"), YES), (one("sku", "ts-red-m"), YES), (one("sku", "TS-*"), YES),
    (one("sku", "TS-RED"), NO), (one("sku", "JK-*"), NO), (one("sku", "*"), YES),
    (one("category", "apparel"), YES), (one("category", "Apparel"), YES), (one("category", "shoes"), NO),
    (one("item_kind", "goods"), YES), (one("item_kind", "digital", "service"), NO),
    (one("reason", "too_small"), YES), (one("reason", "too_large"), NO),
    (one("reason_group", "not_as_expected"), YES), (one("reason_group", "damaged"), NO),
    (one("method", "pickup"), YES), (one("method", "dropoff"), NO),
    (worth("order_value", 3980), YES), (worth("order_value", 3981), NO), (worth("order_value", below=3980), NO),
    (worth("order_value", below=3981), YES), (worth("order_value", 1000, 4000), YES),
    (worth("order_value", 4000, 5000), NO), (worth("order_value", 1, currency="USD"), UNKNOWN),
    (worth("unit_price", 1990), YES), (worth("unit_price", 1991), NO), (worth("unit_price", below=1990), NO),
    (worth("return_value", 1990), YES), (worth("return_value", 1991), NO),
    (worth("refund_value", 1595), YES), (worth("refund_value", 1596), NO), (worth("refund_value", below=1596), YES),
    (number("quantity", 2), YES), (number("quantity", 3), NO), (number("quantity", most=2), YES),
    (number("quantity", most=1), NO), (number("quantity", 1, 2), YES), (number("quantity", 2, 2), YES),
    (number("days_since_delivery", 25), YES), (number("days_since_delivery", 26), NO),
    (number("days_since_delivery", most=25), YES), (number("days_since_delivery", most=24), NO),
    (number("days_since_order", 28, 28), YES), (number("days_since_order", 29), NO),
    (past("returns", 1, 30), YES), (past("returns", 2, 30), NO), (past("returns", 2, 60), YES),
    (past("returns", 3, 365), YES), (past("returns", 4, 365), NO), (past("returns", 1, 2), NO),
    (past("share_returned", 75, 30), YES), (past("share_returned", 76, 30), NO),
    (past("share_returned", 37, 365), YES), (past("share_returned", 38, 365), NO),
    (past("share_returned", 1, 5), UNKNOWN),
    ({"on": "final_sale"}, NO), ({"on": "final_sale", "yes": False}, YES),
    ({"on": "personalised"}, NO), ({"on": "personalised", "yes": False}, YES),
    ({"on": "first_order"}, NO), ({"on": "first_order", "yes": False}, YES),
    ({"on": "title", "words": ["camisa"]}, YES), ({"on": "title", "words": ["rio"]}, YES),
    ({"on": "title", "words": ["CAMIS"]}, YES), ({"on": "title", "words": ["isa"]}, NO),
    ({"on": "title", "words": ["bolso", "roja"]}, YES), ({"on": "title", "words": ["camisa roja"]}, YES),
    ({"on": "title", "words": ["camisa azul"]}, NO),
    (during("ordered", "2026-10-23", "2026-10-23"), YES), (during("ordered", "2026-10-24", "2026-12-31"), NO),
    (during("ordered", "2026-01-01", "2026-10-22"), NO), (during("ordered", "10-01", "10-31"), YES),
    (during("ordered", "12-01", "10-22"), NO), (during("ordered", "12-01", "10-23"), YES),
    (during("asked", "2026-11-20", "2026-11-20"), YES), (during("asked", "11-21", "11-30"), NO),
    (during("asked", "11-15", "01-06"), YES), (during("asked", "02-29", "03-01"), NO),
    ({"not": one("country", "ES")}, NO), ({"not": one("country", "FR")}, YES),
    ({"not": worth("order_value", 1, currency="USD")}, UNKNOWN), ({"not": {"not": one("country", "ES")}}, YES),
    ({"all": [one("country", "ES"), one("channel", "web")]}, YES),
    ({"all": [one("country", "ES"), one("channel", "shop")]}, NO),
    ({"all": [one("country", "ES"), worth("order_value", 1, currency="USD")]}, UNKNOWN),
    ({"all": [one("country", "FR"), worth("order_value", 1, currency="USD")]}, NO),
    ({"any": [one("country", "FR"), one("channel", "web")]}, YES),
    ({"any": [one("country", "FR"), one("channel", "shop")]}, NO),
    ({"any": [one("country", "FR"), worth("order_value", 1, currency="USD")]}, UNKNOWN),
    ({"any": [one("country", "ES"), worth("order_value", 1, currency="USD")]}, YES),
    ({"all": [{"any": [one("country", "FR"), one("country", "ES")]}, {"not": one("sku", "JK-*")}]}, YES),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "answer"), TABLE)
def test_a_question_is_answered(condition: dict[str, Any], answer: bool | None) -> None:
    assert asks(condition) is answer


NOBODY_KNOWS = [
    (one("region", "ES-MD"), {"region": None}, NO), (one("country", "ES"), {"country": None}, NO),
    (one("channel", "web"), {"channel": None}, NO), (worth("order_value", 1), {"value": None}, UNKNOWN),
    (number("days_since_order", 1), {"placed_at": None}, UNKNOWN), (past("returns", 1, 30), {"history": None}, UNKNOWN),
    (past("share_returned", 1, 30), {"history": None}, UNKNOWN), ({"on": "first_order"}, {"history": None}, UNKNOWN),
    (during("ordered", "01-01", "12-31"), {"placed_at": None}, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "facts", "answer"), NOBODY_KNOWS)
def test_what_nobody_knows_is_neither_yes_nor_no(
    condition: dict[str, Any], facts: dict[str, Any], answer: bool | None
) -> None:
    assert asks(condition, the_order(**facts)) is answer


@pytest.mark.parametrize("condition", [one("method", "pickup"), worth("return_value", 1), worth("refund_value", 1)])
def test_before_anything_is_chosen_nothing_is_known_of_the_return(condition: dict[str, Any]) -> None:
    assert asks(condition, terms=ReturnTerms()) is None


def test_days_count_where_the_customer_lives() -> None:
    late = the_order(placed_at=NOW.replace(hour=23, minute=30) - timedelta(days=2))
    assert asks(number("days_since_order", 1, 1), late) is True, "half past midnight in Madrid is the next day"


def test_a_line_that_has_not_arrived_has_no_days_since() -> None:
    assert asks(number("days_since_delivery", most=99), the_order(the_line(days_ago=None))) is None


FAULTY = [
    ({"on": "dragons"}, "a condition says on"), ({"one_of": ["ES"]}, "a condition says on"),
    (one("country", "Spain"), "2 capital letters"), (one("country", "es"), "2 capital letters"),
    (one("currency", "euro"), "3 capital letters"), (one("customer", "vip"), "b2b, b2c"),
    (one("item_kind", "car"), "digital"), (one("reason_group", "withdrawal"), "changed_mind"),
    (one("method", "drone"), "dropoff"), (one("country"), "at least 1"), (one("sku", " "), "at least 1"),
    ({"on": "order_value"}, "at_least, below or both"), (worth("order_value", -1), "greater than or equal"),
    (worth("order_value", 1, currency="EURO"), "pattern"), ({"on": "quantity"}, "at_least, at_most or both"),
    (number("quantity", 3, 2), "at_least is more"), (past("returns", 0, 30), "greater than or equal"),
    (past("share_returned", 101, 30), "100 percent"), (past("returns", 1, 0), "greater than or equal"),
    (during("asked", "2026-13-01", "2026-12-31"), "2026-12-24"), (during("asked", "02-30", "03-01"), "2026-12-24"),
    (during("asked", "2026-12-24", "01-06"), "both days have a year"),
    (during("asked", "2026-12-24", "2026-12-01"), "later than until"),
    ({"on": "title", "words": []}, "at least 1"), ({"all": []}, "at least 1"), ({"not": {"on": "x"}}, "a condition"),
    ({"on": "country", "one_of": ["ES"], "is": 1}, "Extra inputs"), ("country", "a condition says on"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "fault"), FAULTY)
def test_what_makes_no_sense_is_refused_with_what_would(condition: Any, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        CONDITION.validate_python(condition)


@pytest.mark.parametrize(
    ("when", "effect", "fault"),
    [
        (one("method", "pickup"), {"do": "allow"}, "may refuse, review, charge or waive"),
        (one("method", "pickup"), {"do": "refuse"}, "which methods are offered"),
        (worth("return_value", 1), {"do": "window", "days": 3}, "may refuse, review, charge or waive"),
        (None, {"do": "fee"}, "an amount or a percent"),
        (None, {"do": "fee", "percent": 5, "amount": {"EUR": 1}}, "an amount or a percent"),
        (None, {"do": "fee", "percent": 101}, "less than or equal"),
        (None, {"do": "methods", "methods": []}, "at least 1"),
        (None, {"do": "dance"}, "allow"),
    ],
)
def test_a_rule_that_could_never_be_asked_is_refused(when: Any, effect: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        PolicyRule.model_validate({"name": "one", "when": when, "then": effect})


def test_joints_lie_five_deep_and_no_deeper() -> None:
    deep: dict[str, Any] = one("country", "ES")
    for _ in range(4):
        deep = {"not": deep}
    PolicyRule.model_validate({"name": "one", "when": deep, "then": {"do": "refuse"}})
    with pytest.raises(ValidationError, match="at most 5 deep"):
        PolicyRule.model_validate({"name": "one", "when": {"not": deep}, "then": {"do": "refuse"}})

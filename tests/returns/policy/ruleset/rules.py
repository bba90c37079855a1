"""Makes rules, and asks them, for the tests of this folder."""

from datetime import timedelta
from typing import Any

from app.returns.policy.eligibility import GroupAnswer, evaluate
from app.returns.policy.facts import CustomerHistory, LineFacts, OrderUnits, PolicyOrder
from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonGroup
from tests.returns.builders import NOW, a_line, an_order

HISTORY = CustomerHistory(
    first_order=False,
    returns=tuple(NOW - timedelta(days=days) for days in (3, 40, 200)),
    orders=(OrderUnits(NOW - timedelta(days=10), 4, 3), OrderUnits(NOW - timedelta(days=100), 4, 0)),
)


def the_line(**facts: Any) -> LineFacts:
    """A red shirt of 19.90, bought by the two; delivered far beyond the law's period, well in the shop's."""
    usual = {"days_ago": 25, "sku": "TS-RED-M", "title": "Camisa roja «Río»", "unit_price": 1990, "category": "apparel"}
    return a_line(**usual | facts)


def the_order(*lines: LineFacts, **facts: Any) -> PolicyOrder:
    """An order of it from Madrid, from a customer who has sent things back before."""
    usual = {
        "region": "ES-MD", "channel": "web", "value": 3980, "placed_at": NOW - timedelta(days=28), "history": HISTORY,
    }  # fmt: skip
    return an_order(*(lines or (the_line(),)), **usual | facts)


def policy_of(*rules: dict[str, Any], **fields: Any) -> Policy:
    """A policy with these rules; those without a name are counted."""
    named = [{"name": f"rule_{at}"} | rule for at, rule in enumerate(rules, 1)]
    return Policy.model_validate({"rules": named} | fields)


def answer_of(
    policy: Policy, order: PolicyOrder | None = None, reason: str = "too_small", group: str = "not_as_expected"
) -> GroupAnswer:
    """What the policy answers to the first line for one reason."""
    answer = evaluate(order or the_order(), policy, now=NOW).lines[0].answer_to(reason, ReasonGroup(group))
    assert answer is not None
    return answer

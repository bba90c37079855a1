"""A line can come back once it has arrived."""

from datetime import timedelta

from app.returns.facts import RuleQuestion
from app.returns.rules.finding import RuleAnswer, RuleFinding


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

"""A line can come back once it has arrived."""

from datetime import timedelta

from app.returns.facts import Question
from app.returns.rules.finding import Answer, Finding


def delivery(question: Question) -> Finding:
    """No before delivery; when a parcel has been silent for very long, a person decides."""
    line = question.line
    if line.delivered > 0:
        return Finding(Answer.YES, "delivered")
    if question.order.cancelled:
        return Finding(Answer.NO, "order_cancelled")
    if line.shipped_at is None:
        return Finding(Answer.NO, "not_shipped")
    silent = timedelta(days=question.policy.assume_delivered_days)
    if question.now - line.shipped_at >= silent:
        return Finding(Answer.PERSON, "delivery_unknown", {"since": question.order.day(line.shipped_at)})
    return Finding(Answer.NO, "not_delivered")

"""The window: from the delivery of the line, never shorter than the law's withdrawal period."""

from datetime import date, timedelta

from app.returns.facts import RuleQuestion
from app.returns.reasons import is_conformity
from app.returns.rules.finding import RuleAnswer, RuleFinding
from app.returns.withdrawal_period import last_day


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
    """The last day on which this line may come back through this door; None before it was delivered."""
    line, order = question.line, question.order
    if line.delivered_at is None:
        return None
    days = question.policy.window_for(question.door, line.category, order.country)
    shop = order.day(line.delivered_at) + timedelta(days=days)
    legal = legal_end(question)
    return shop if legal is None or is_conformity(question.door) else max(shop, legal)


def legal_end(question: RuleQuestion) -> date | None:
    """The law's last day for a consumer, or None: not a consumer, made to measure, no such law, or not all arrived."""
    line, order = question.line, question.order
    if not order.consumer or line.personalised or order.all_received_on is None:
        return None
    return last_day(order.country, order.all_received_on, order.region)

"""What has already come back, or is about to, cannot come back twice."""

from app.returns.facts import RuleQuestion
from app.returns.rules.finding import RuleAnswer, RuleFinding


def quantity(question: RuleQuestion) -> RuleFinding:
    """No when every unit that arrived is already in a return."""
    line = question.line
    if line.returned and line.left == 0:
        return RuleFinding(RuleAnswer.NO, "already_returned", {"quantity": line.returned})
    return RuleFinding(RuleAnswer.YES, "quantity_left", {"quantity": line.left})

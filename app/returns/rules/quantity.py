"""What has already come back, or is about to, cannot come back twice."""

from app.returns.facts import Question
from app.returns.rules.finding import Answer, Finding


def quantity(question: Question) -> Finding:
    """No when every unit that arrived is already in a return."""
    line = question.line
    if line.returned and line.left == 0:
        return Finding(Answer.NO, "already_returned", {"quantity": line.returned})
    return Finding(Answer.YES, "quantity_left", {"quantity": line.left})

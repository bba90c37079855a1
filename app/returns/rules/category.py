"""Categories that the shop does not take back, or only after a look."""

from app.returns.facts import RuleQuestion
from app.returns.reasons import is_conformity
from app.returns.rules.finding import LEAVE, RuleAnswer, RuleFinding


def category(question: RuleQuestion) -> RuleFinding:
    """As the policy says of the line's category; a damaged or wrong item may always come back."""
    name = question.line.category
    if name is None or name not in question.policy.categories or is_conformity(question.door):
        return RuleFinding(RuleAnswer.YES, "category_taken_back")
    return RuleFinding(LEAVE[question.policy.categories[name]], "category", {"category": name})

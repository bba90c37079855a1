"""Items made to measure or with a name on them (Consumer Rights Directive, article 16 c)."""

from app.returns.facts import RuleQuestion
from app.returns.reasons import is_conformity
from app.returns.rules.finding import LEAVE, RuleAnswer, RuleFinding


def personalised(question: RuleQuestion) -> RuleFinding:
    """As the policy says; a damaged or wrong item may come back although it was made for one person."""
    if not question.line.personalised or is_conformity(question.door):
        return RuleFinding(RuleAnswer.YES, "not_personalised")
    return RuleFinding(LEAVE[question.policy.personalised], "personalised")

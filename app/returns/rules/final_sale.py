"""Items sold as final sale."""

from app.returns.facts import RuleQuestion
from app.returns.reasons import is_conformity
from app.returns.rules.finding import LEAVE, RuleAnswer, RuleFinding


def final_sale(question: RuleQuestion) -> RuleFinding:
    """As the policy says; a damaged or wrong item may come back whatever it cost."""
    if not question.line.final_sale or is_conformity(question.door):
        return RuleFinding(RuleAnswer.YES, "not_final_sale")
    return RuleFinding(LEAVE[question.policy.final_sale], "final_sale")

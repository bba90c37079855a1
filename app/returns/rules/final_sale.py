"""Items sold as final sale."""

from app.returns.facts import Question
from app.returns.reasons import is_conformity
from app.returns.rules.finding import LEAVE, Answer, Finding


def final_sale(question: Question) -> Finding:
    """As the policy says; a damaged or wrong item may come back whatever it cost."""
    if not question.line.final_sale or is_conformity(question.door):
        return Finding(Answer.YES, "not_final_sale")
    return Finding(LEAVE[question.policy.final_sale], "final_sale")

"""Countries from which the shop can take parcels back."""

from app.returns.facts import Question
from app.returns.reasons import is_conformity
from app.returns.rules.finding import Answer, Finding


def country(question: Question) -> Finding:
    """No outside the countries served; a damaged or wrong item from elsewhere is for a person."""
    served, where = question.policy.countries, question.order.country
    if served is None or where in served:
        return Finding(Answer.YES, "country_served")
    answer = Answer.PERSON if is_conformity(question.door) else Answer.NO
    return Finding(answer, "country_not_served", {"country": where})

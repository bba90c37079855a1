"""Countries from which the shop can take parcels back."""

from app.returns.facts import RuleQuestion
from app.returns.reasons import is_conformity
from app.returns.rules.finding import RuleAnswer, RuleFinding


def country(question: RuleQuestion) -> RuleFinding:
    """No outside the countries served; a damaged or wrong item from elsewhere is for a person."""
    served, where = question.policy.countries, question.order.country
    if served is None or where in served:
        return RuleFinding(RuleAnswer.YES, "country_served")
    answer = RuleAnswer.PERSON if is_conformity(question.door) else RuleAnswer.NO
    return RuleFinding(answer, "country_not_served", {"country": where})

"""Eligibility: one rule a file; each answers yes, no or «a person decides» with a reason code and its parameters."""

from app.returns.rules.category import category
from app.returns.rules.country import country
from app.returns.rules.delivery import delivery
from app.returns.rules.final_sale import final_sale
from app.returns.rules.finding import RuleAnswer, RuleFinding
from app.returns.rules.personalised import personalised
from app.returns.rules.quantity import quantity
from app.returns.rules.window import window

RULES = (delivery, quantity, window, final_sale, personalised, category, country)

__all__ = ["RULES", "RuleAnswer", "RuleFinding"]

"""How much work a day of some rules is, told from the rules alone: so that no text can cost more than it is worth."""

from collections.abc import Sequence

from app.core.hours.rules import Rule, groups, names_holidays

# In steps, each some comparisons. No hours that people keep in mind come near it.
HEAVIEST = 400
# The two ends of a date, each in this year and in the one before.
_DATES = 4


def weight(rules: Sequence[Rule]) -> int:
    """The steps of one day: each rule asked whether it holds, each of its times laid over those that may be there."""
    # Each doubt about holidays is taken as true and as false.
    worlds = (1 + names_holidays(rules, school=True)) * (1 + names_holidays(rules, school=False))
    grouped = [rule for group in groups(rules) for rule in group]
    questions = sum(_selectors(rule) for rule in grouped)
    laid = max(sum(_pieces(rule) for rule in grouped if _may_hold(rule, weekday)) for weekday in range(7))
    return worlds * (questions + laid * (1 + laid // 3))


def _selectors(rule: Rule) -> int:
    dates = _DATES * len(rule.dates)
    return 1 + len(rule.years) + dates + len(rule.weeks) + len(rule.weekdays) + 2 * len(rule.holidays)


def _pieces(rule: Rule) -> int:
    return sum(2 if times.open_end and times.end else 1 for times in rule.times) or 1


def _may_hold(rule: Rule, weekday: int) -> bool:
    """Whether the rule may speak of a day of the week; what is counted from other days may be any."""
    if rule.holidays or not rule.weekdays:
        return True
    return any(days.offset or (weekday - days.first) % 7 <= (days.last - days.first) % 7 for days in rule.weekdays)

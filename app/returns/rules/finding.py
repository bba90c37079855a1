"""The answer of one rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RuleAnswer(StrEnum):
    """Three answers, in the order of their weight."""

    YES = "yes"
    PERSON = "person"
    NO = "no"


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What a rule found: its answer, a code that has words in every language, and what the words need."""

    answer: RuleAnswer
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def weigh(findings: Iterable[RuleFinding]) -> RuleAnswer:
    """The answer of all rules together: one no is a no; else one doubt is for a person."""
    answers = {finding.answer for finding in findings}
    if RuleAnswer.NO in answers:
        return RuleAnswer.NO
    return RuleAnswer.PERSON if RuleAnswer.PERSON in answers else RuleAnswer.YES


LEAVE = {"yes": RuleAnswer.YES, "review": RuleAnswer.PERSON, "no": RuleAnswer.NO}

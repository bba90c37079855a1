"""The answer of one rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Answer(StrEnum):
    """Three answers, in the order of their weight."""

    YES = "yes"
    PERSON = "person"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: its answer, a code that has words in every language, and what the words need."""

    answer: Answer
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def weigh(findings: Iterable[Finding]) -> Answer:
    """The answer of all rules together: one no is a no; else one doubt is for a person."""
    answers = {finding.answer for finding in findings}
    if Answer.NO in answers:
        return Answer.NO
    return Answer.PERSON if Answer.PERSON in answers else Answer.YES


LEAVE = {"yes": Answer.YES, "review": Answer.PERSON, "no": Answer.NO}

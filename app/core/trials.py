"""What came of trying a connection without doing anything by it: a word for the sentence, and its facts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TrialWord(StrEnum):
    """How a trial ended."""

    WORKS = "works"
    WORKS_IN_CLEAR = "works_in_clear"
    ANSWERS = "answers"
    REFUSED = "refused"
    LACKS_RIGHT = "lacks_right"
    SENDER_REFUSED = "sender_refused"
    CLOSED = "closed"
    NOT_REACHED = "not_reached"
    PRIVATE = "private"
    ODD_ANSWER = "odd_answer"
    WRONG_SIGNATURE = "wrong_signature"
    NOT_SET = "not_set"
    MESSAGE_TAKEN = "message_taken"
    MESSAGE_REFUSED = "message_refused"


GOOD = frozenset({TrialWord.WORKS, TrialWord.WORKS_IN_CLEAR, TrialWord.ANSWERS, TrialWord.MESSAGE_TAKEN})
# What is told of the other side's own words: a page shows it to those who set the connection up.
LONGEST_FACT = 200


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """How it ended; ``facts`` fill the sentence: what the other side said, which right is lacking. Never a secret."""

    word: TrialWord
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the connection works."""
        return self.word in GOOD


def outcome(word: TrialWord, **facts: object) -> TrialOutcome:
    """An outcome with its facts, each one short printable line."""
    lines = {name: " ".join(str(fact).split()) for name, fact in facts.items()}
    return TrialOutcome(word, {name: line[:LONGEST_FACT] for name, line in lines.items()})


def of_status(status: int) -> TrialOutcome:
    """What an HTTP status says where 200 was hoped for."""
    return outcome(TrialWord.REFUSED if status in (401, 403) else TrialWord.ODD_ANSWER, answer=f"HTTP {status}")

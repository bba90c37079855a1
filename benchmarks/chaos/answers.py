"""What a provider may do with a call; chosen by a seed, so that a run can be repeated."""

import random
from collections.abc import Mapping
from enum import StrEnum


class Answer(StrEnum):
    """One way to answer. The first four take the message, the others do not."""

    ACCEPT = "accept"
    LOSE = "lose"
    LATE = "late"
    ERROR_TAKEN = "error_taken"
    ERROR = "error"
    DROP = "drop"
    BUSY = "busy"
    OUT = "out"
    REFUSE = "refuse"

    @property
    def takes(self) -> bool:
        """Whether the message is taken, whatever the caller hears."""
        return self in (Answer.ACCEPT, Answer.LOSE, Answer.LATE, Answer.ERROR_TAKEN)


WELL: Mapping[Answer, float] = {Answer.ACCEPT: 1.0}
# In a hundred calls: three answers lost, two late, five errors of which two had taken it, and so on.
LOSSY: Mapping[Answer, float] = {
    Answer.ACCEPT: 0.855,
    Answer.LOSE: 0.03,
    Answer.LATE: 0.01,
    Answer.ERROR_TAKEN: 0.02,
    Answer.ERROR: 0.03,
    Answer.DROP: 0.02,
    Answer.BUSY: 0.01,
    Answer.OUT: 0.01,
    Answer.REFUSE: 0.015,
}
ALL_500: Mapping[Answer, float] = {Answer.ERROR: 1.0}


class Dice:
    """The choice for the n-th call about somebody: the same in every run with this seed, whoever comes first."""

    def __init__(self, seed: int, weights: Mapping[Answer, float], *, slowest: float = 0.5) -> None:
        self.seed, self.weights, self._slowest = seed, weights, slowest

    def answer(self, provider: str, to: str, number: int) -> Answer:
        """How the provider treats this call."""
        chance = random.Random(f"{self.seed}/{provider}/{to}/{number}")
        return chance.choices(list(self.weights), list(self.weights.values()))[0]

    def pause(self, provider: str, to: str, number: int) -> float:
        """How long the provider thinks about it, in seconds."""
        return random.Random(f"{self.seed}/pause/{provider}/{to}/{number}").uniform(0.05, self._slowest)

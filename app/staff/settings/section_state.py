"""How a section of the settings stands: what its room says of it, for the list of sections."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionState:
    """How a section stands, in a few words; ``kind`` is that of a badge: plain, done, attention, problem."""

    kind: str
    words: str


def attention(words: str) -> SectionState:
    """Something in it wants to be looked at."""
    return SectionState("attention", words)

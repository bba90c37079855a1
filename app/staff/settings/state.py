"""How a section of the settings stands, as its line in the list says it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionState:
    """How a section stands, in a few words; ``kind`` is that of a badge: plain, done, attention, problem."""

    kind: str
    words: str

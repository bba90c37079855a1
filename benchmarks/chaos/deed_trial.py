"""One trial of a story: what a child is told to play, and what it leaves for the next one to go on with."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DeedTrial:
    """What one child plays. ``effect``: kill, raise, lose or nothing; ``clean``: nothing is forgiven.

    ``journal`` is a file that holds what the people of the story know and how far they have come.
    """

    story: str
    journal: str
    starts_at: float
    outside: str
    carriers: str
    effect: str = ""
    point: str = ""
    passage: int = 1
    notes: str = ""
    clean: bool = False


@dataclass
class Journal:
    """How many steps are done, what is known by then, the cookies of each browser, and how much time went by.

    It is written after each step: who is cut off in the middle of one knows what they knew before it.
    """

    path: Path
    done: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, list[list[str]]] = field(default_factory=dict)
    waited: float = 0.0

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """As it was left; a new one where there is none."""
        return cls(path, **json.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls(path)

    def keep(self) -> None:
        """Written whole or not at all."""
        fresh = self.path.with_suffix(".new")
        content = {"done": self.done, "facts": self.facts, "cookies": self.cookies, "waited": self.waited}
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(self.path)

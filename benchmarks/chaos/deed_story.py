"""A story: what somebody does with the portal, step by step; each step may be cut off and done again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.chaos.deed_acts import Act

Step = Callable[[Act], None]


def _nobody(_outside: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Story:
    """Its steps in their order; ``sources`` are the carriers that can be asked in it, at the stand-in's address."""

    name: str
    steps: tuple[Step, ...]
    sources: Callable[[str], dict[str, Any]] = _nobody
    world: str = "world"

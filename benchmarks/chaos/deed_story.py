"""A story: what somebody does with the portal, step by step; each step may be cut off and done again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chaos.deed_acts import Act

Step = Callable[[Act], None]


def _nobody(_outside: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Story:
    """Its steps in their order; ``sources`` are the carriers that can be asked in it, at the stand-in's address.

    ``environ`` is what the worker's settings say beside those that all stories have.
    """

    name: str
    steps: tuple[Step, ...]
    sources: Callable[[str], dict[str, Any]] = _nobody
    world: str = "world"
    environ: Mapping[str, str] = field(default_factory=dict)

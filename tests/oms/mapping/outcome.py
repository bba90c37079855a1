"""What comes of a body that another system sent: an order document, a hint to an order, or a reason in plain words."""

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Mapped:
    """An order document that the body held."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hint:
    """The body is of an order without being one: read that order anew.

    ``id`` is the order's at its system, or that of another ``part`` by which the system is asked for its order. One
    that is not ``exact`` was rounded on its way, as JavaScript rounds long numbers: the order is asked for by ``name``.
    """

    id: str
    why: str
    part: str = "order"
    exact: bool = True
    name: str | None = None


@dataclass(frozen=True, slots=True)
class NoOrder:
    """The body is of no order, or tells too little of one; ``reason`` is a sentence for the shop."""

    reason: str


Outcome: TypeAlias = Mapped | Hint | NoOrder


class Unmappable(Exception):
    """An order that tells too little to be taken; its text is a sentence for the shop."""

"""The words that policy and rules share: methods, currencies, amounts in minor units. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
# Exact in a bigint and in JavaScript's numbers, as every amount of the interface.
Amount = Annotated[int, Field(ge=0, le=10**15)]
Amounts = Annotated[dict[Currency, Amount], Field(min_length=1, max_length=50)]
"""Amounts in minor units by currency: one that is not named has none."""


class Method(StrEnum):
    """How the goods go back."""

    DROPOFF = "dropoff"
    PICKUP = "pickup"


class RulePart(BaseModel):
    """A part of a rule: a misspelt word is refused, and nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def named(amounts: Mapping[str, int] | None, currency: str) -> int | None:
    """The amount in this currency; None where none is named."""
    return None if amounts is None else amounts.get(currency)

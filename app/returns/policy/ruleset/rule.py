"""One rule of a shop: when it holds and what it does then. Pure."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from app.returns.policy.ruleset.conditions import DEEPEST, MOST, OF_THE_CUSTOMER, OF_THE_RETURN, Condition, about
from app.returns.policy.ruleset.conditions import depth as depth_of
from app.returns.policy.ruleset.conditions import leaves as leaves_of
from app.returns.policy.ruleset.terms import Amounts, Method, RulePart

Handle = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_-]{0,59}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Language = Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]


class AllowReturn(RulePart):
    """Sets aside what refuses or wants a person's look below it; never a fact.

    Facts are the delivery, the window, a unit that is gone, a channel whose orders go back where they were bought.
    """

    do: Literal["allow"]


class RefuseReturn(RulePart):
    """Refuses. While a right of the law runs, a person looks instead, unless the law itself excludes such items.

    ``even_in_withdrawal`` says that it does; the law's own page takes a withdrawal all the same.
    """

    do: Literal["refuse"]
    even_in_withdrawal: bool = False


class ReviewReturn(RulePart):
    """Sends to a person: to decide, or (``keep``) with the hint that the customer may keep the item."""

    do: Literal["review", "keep"]


class SetWindow(RulePart):
    """Days from delivery within which it may come back; the law's own days lie under it."""

    do: Literal["window"]
    days: int = Field(ge=0, le=3650)


class ChargeFee(RulePart):
    """What the way back costs: an amount by currency, or a share in percent of what the goods are worth."""

    do: Literal["fee"]
    amount: Amounts | None = None
    percent: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("a fee is an amount or a percent")
        return self


class WaiveFee(RulePart):
    """The way back costs nothing, whatever any rule charges."""

    do: Literal["waive"]


class OfferMethods(RulePart):
    """How it may go back."""

    do: Literal["methods"]
    methods: Annotated[tuple[Method, ...], Field(min_length=1)]


Effect = Annotated[
    AllowReturn | RefuseReturn | ReviewReturn | SetWindow | ChargeFee | WaiveFee | OfferMethods,
    Field(discriminator="do"),
]
USUAL = "usual_"
"""How the names of rules begin that are made from a policy's fields."""
ANSWERS = (AllowReturn, RefuseReturn, ReviewReturn)


class PolicyRule(RulePart):
    """``name`` is its handle in answers and figures; ``words`` are the shop's own sentence for it, by language."""

    name: Handle
    when: Condition | None = Field(default=None, description="None: always.")
    then: Effect
    words: dict[Language, Sentence] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.when is not None and (depth_of(self.when) > DEEPEST or len(leaves_of(self.when)) > MOST):
            raise ValueError(f"conditions lie at most {DEEPEST} deep, and a rule has at most {MOST}")
        if self.of_the_return and not isinstance(self.then, RefuseReturn | ReviewReturn | ChargeFee | WaiveFee):
            raise ValueError("what hangs on the way back or on the amount may refuse, review, charge or waive")
        if "method" in self.about and isinstance(self.then, RefuseReturn):
            raise ValueError("say which methods are offered instead of refusing one")
        return self

    @property
    def is_usual(self) -> bool:
        """Whether it is a field of the policy, read as a rule."""
        return self.name.startswith(USUAL)

    @property
    def about(self) -> frozenset[str]:
        """Everything that it asks about."""
        return about(self.when)

    @property
    def of_the_return(self) -> bool:
        """Whether it can only be answered once way back and items are chosen."""
        return not OF_THE_RETURN.isdisjoint(self.about)

    @property
    def of_the_customer(self) -> bool:
        """Whether it speaks of one customer's history, which no public page tells."""
        return not OF_THE_CUSTOMER.isdisjoint(self.about)


def named_reasons(rules: Sequence[PolicyRule]) -> tuple[str, ...]:
    """Every reason that a rule names."""
    handles = (name for rule in rules for leaf in leaves_of(rule.when) if leaf.on == "reason" for name in leaf.one_of)
    return tuple(dict.fromkeys(handles))

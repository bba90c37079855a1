"""What a rule may ask of an order, its customer, a line, a reason, the time and the return itself; typed, pure.

Each kind of question names what it is about in ``on``; ``all``, ``any`` and ``not`` join them, up to five deep.
"""

import calendar
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from app.returns.policy.reasons import CUSTOMER_GROUPS
from app.returns.policy.ruleset.terms import Amounts, Method, RulePart

NAMES = ("country", "region", "channel", "customer", "currency", "sku", "category", "item_kind")
NAMED_REASONS = ("reason", "reason_group")
WORTHS = ("order_value", "unit_price", "return_value", "refund_value")
COUNTS = ("quantity", "days_since_delivery", "days_since_order")
HISTORIES = ("returns", "share_returned")
FLAGS = ("final_sale", "personalised", "first_order")
SEASONS = ("ordered", "asked")
# Of the return that is asked for, not of what was bought: no answer before the customer has chosen.
OF_THE_RETURN = frozenset({"return_value", "refund_value", "method"})
# Never told to the public: they speak of the person who reads it.
OF_THE_CUSTOMER = frozenset({"returns", "share_returned", "first_order"})
DEEPEST, MOST = 5, 40

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
FIXED: dict[str, frozenset[str]] = {
    "customer": frozenset({"b2b", "b2c"}),
    "item_kind": frozenset({"goods", "digital", "gift_card", "service"}),
    "reason_group": frozenset(map(str, CUSTOMER_GROUPS)),
    "method": frozenset(map(str, Method)),
}
"""Names of which there are only these."""
LETTERS = {"country": 2, "currency": 3}


def _season_day(text: str) -> str:
    """A day (2026-12-24), or one of every year (12-24)."""
    try:
        if len(text) == len("12-24"):
            month, day = int(text[:2]), int(text[3:])
            # 29 February is a day of a season too.
            if text[2] == "-" and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]:
                return text
        elif date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("a day is written 2026-12-24, or 12-24 for one of every year")


SeasonDay = Annotated[str, AfterValidator(_season_day)]


class NameIs(RulePart):
    """One of some names. A SKU may end in ``*`` for all that begin so; capitals do not matter."""

    on: Literal[
        "country", "region", "channel", "customer", "currency", "sku", "category", "item_kind", "reason",
        "reason_group", "method",
    ]  # fmt: skip
    one_of: Annotated[tuple[Name, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _are_names(self) -> Self:
        choice, letters = FIXED.get(self.on), LETTERS.get(self.on)
        for name in self.one_of:
            if choice is not None and name not in choice:
                raise ValueError(f"{self.on} is one of {', '.join(sorted(choice))}, and not {name}")
            if letters is not None and not (len(name) == letters and name.isascii() and name.isupper()):
                raise ValueError(f"{self.on} has {letters} capital letters, and not {name}")
        return self


class WorthIs(RulePart):
    """An amount, from ``at_least`` on and ``below``; in a currency that is not named it says nothing."""

    on: Literal["order_value", "unit_price", "return_value", "refund_value"]
    at_least: Amounts | None = None
    below: Amounts | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.at_least is None and self.below is None:
            raise ValueError("say at_least, below or both")
        return self


class CountIs(RulePart):
    """A number, both ends included."""

    on: Literal["quantity", "days_since_delivery", "days_since_order"]
    at_least: int | None = Field(default=None, ge=0, le=10**6)
    at_most: int | None = Field(default=None, ge=0, le=10**6)

    @model_validator(mode="after")
    def _has_an_order(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("say at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is more than at_most")
        return self


class HistoryIs(RulePart):
    """What the customer has sent back within so many days: returns, or a share of the units bought, in percent."""

    on: Literal["returns", "share_returned"]
    at_least: int = Field(ge=1, le=10_000)
    days: int = Field(ge=1, le=3650)

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        if self.on == "share_returned" and self.at_least > 100:
            raise ValueError("a share is at most 100 percent")
        return self


class FlagIs(RulePart):
    """Yes or no: the item was sold to stay sold, was made for one person, or it is the customer's first order."""

    on: Literal["final_sale", "personalised", "first_order"]
    yes: bool = True


class TitleHas(RulePart):
    """A word of the item's title, or one that begins so; capitals and accents do not matter."""

    on: Literal["title"]
    words: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]


class SeasonIs(RulePart):
    """From one day to another, both included: when the order was placed, or when the return is asked for."""

    on: Literal["ordered", "asked"]
    since: SeasonDay
    until: SeasonDay

    @model_validator(mode="after")
    def _are_alike(self) -> Self:
        if len(self.since) != len(self.until):
            raise ValueError("both days have a year, or neither has")
        # Of every year a season may go over its end; two whole dates may not.
        if len(self.since) > len("12-24") and self.since > self.until:
            raise ValueError("since is later than until")
        return self


class AllOf(RulePart):
    """Every one of them."""

    all: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=20)]


class AnyOf(RulePart):
    """At least one of them."""

    any: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=20)]


class NotSo(RulePart):
    """The opposite."""

    # The JSON says «not», which Python keeps for itself.
    opposite: "Condition" = Field(alias="not")


Leaf = NameIs | WorthIs | CountIs | HistoryIs | FlagIs | TitleHas | SeasonIs
_SHAPES = {
    "name": (*NAMES, *NAMED_REASONS, "method"), "worth": WORTHS, "count": COUNTS, "history": HISTORIES,
    "flag": FLAGS, "title": ("title",), "season": SEASONS,
}  # fmt: skip
SHAPE_OF = {on: shape for shape, names in _SHAPES.items() for on in names}
"""The shape of each question: what else belongs to it."""
_JOINTS: dict[type, str] = {AllOf: "all", AnyOf: "any", NotSo: "not"}


def _shape(written: Any) -> str | None:
    if isinstance(written, dict):
        joint = next((joint for joint in _JOINTS.values() if joint in written), None)
        return joint or SHAPE_OF.get(str(written.get("on")))
    return _JOINTS.get(type(written)) or SHAPE_OF.get(getattr(written, "on", ""))


Condition = Annotated[
    Annotated[NameIs, Tag("name")]
    | Annotated[WorthIs, Tag("worth")]
    | Annotated[CountIs, Tag("count")]
    | Annotated[HistoryIs, Tag("history")]
    | Annotated[FlagIs, Tag("flag")]
    | Annotated[TitleHas, Tag("title")]
    | Annotated[SeasonIs, Tag("season")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotSo, Tag("not")],
    Discriminator(
        _shape,
        custom_error_type="unknown_condition",
        custom_error_message="a condition says on (one of those documented), or all, any or not",
    ),
]
AnyCondition = Leaf | AllOf | AnyOf | NotSo

for _joint in (AllOf, AnyOf, NotSo):
    _joint.model_rebuild()


def parts_of(condition: AnyCondition) -> tuple[AnyCondition, ...]:
    """What a condition joins; nothing for a plain question."""
    match condition:
        case AllOf():
            return condition.all
        case AnyOf():
            return condition.any
        case NotSo():
            return (condition.opposite,)
    return ()


def leaves(condition: AnyCondition | None) -> list[Leaf]:
    """Every plain question in it, in the order in which they are written."""
    if condition is None:
        return []
    if isinstance(condition, AllOf | AnyOf | NotSo):
        return [leaf for part in parts_of(condition) for leaf in leaves(part)]
    return [condition]


def depth(condition: AnyCondition) -> int:
    """How many joints lie over one another, with the plain question below."""
    return 1 + max((depth(part) for part in parts_of(condition)), default=0)


def about(condition: AnyCondition | None) -> frozenset[str]:
    """Everything that a condition asks about."""
    return frozenset(leaf.on for leaf in leaves(condition))

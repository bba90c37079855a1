"""Why something comes back: the usual reasons and a shop's own, each in one of the groups that the law keeps apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property


class ReasonGroup(StrEnum):
    """Which right or promise a return rests on; it decides who pays the postage."""

    CHANGED_MIND = "changed_mind"
    NOT_AS_EXPECTED = "not_as_expected"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    WITHDRAWAL = "withdrawal"
    NOT_SAID = "not_said"


# Never offered: a withdrawal, which has a page of its own, and «not said», for what nobody asked for.
CUSTOMER_GROUPS = (ReasonGroup.CHANGED_MIND, ReasonGroup.NOT_AS_EXPECTED, ReasonGroup.DAMAGED, ReasonGroup.WRONG_ITEM)
# Where goods are not as agreed the law has the trader pay the way back (Directive 2019/771, article 14).
CONFORMITY_GROUPS = frozenset({ReasonGroup.DAMAGED, ReasonGroup.WRONG_ITEM})


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable handle for figures and rules. Its words and its question are by language; none: those of the portal.

    ``note_required``: the question, or what is wrong, has to be answered. ``photo``: one would help whoever looks at
    it. A ``retired`` one is offered no more and goes on being named; with ``categories`` it is offered for these alone.
    """

    handle: str
    group: ReasonGroup
    note_required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    photo: bool = False
    retired: bool = False
    categories: tuple[str, ...] = ()

    def suits(self, category: str | None) -> bool:
        """Whether it is offered for an item of this category."""
        return not self.retired and (not self.categories or category in self.categories)


# Handles stand in old returns and in figures: one may be added, none renamed or taken out.
REASONS = (
    Reason("no_longer_wanted", ReasonGroup.CHANGED_MIND),
    Reason("ordered_by_mistake", ReasonGroup.CHANGED_MIND),
    Reason("arrived_too_late", ReasonGroup.CHANGED_MIND),
    Reason("better_price", ReasonGroup.CHANGED_MIND),
    Reason("too_small", ReasonGroup.NOT_AS_EXPECTED),
    Reason("too_large", ReasonGroup.NOT_AS_EXPECTED),
    Reason("colour", ReasonGroup.NOT_AS_EXPECTED),
    Reason("quality", ReasonGroup.NOT_AS_EXPECTED),
    Reason("other", ReasonGroup.NOT_AS_EXPECTED, note_required=True),
    Reason("arrived_damaged", ReasonGroup.DAMAGED),
    Reason("defective", ReasonGroup.DAMAGED),
    Reason("missing_parts", ReasonGroup.DAMAGED),
    Reason("different_item", ReasonGroup.WRONG_ITEM),
    Reason("different_variant", ReasonGroup.WRONG_ITEM),
    Reason("not_as_described", ReasonGroup.WRONG_ITEM),
    Reason("withdrawal", ReasonGroup.WITHDRAWAL),
    Reason("not_said", ReasonGroup.NOT_SAID),
)


@dataclass(frozen=True)
class ReasonList:
    """The reasons of a shop, in the order in which they are offered; retired ones among them."""

    reasons: tuple[Reason, ...]

    @cached_property
    def _by_handle(self) -> dict[str, Reason]:
        # What no list names any more, and what nobody is offered, has its words all the same.
        return {reason.handle: reason for reason in (*REASONS, *self.reasons)}

    def find(self, handle: str) -> Reason | None:
        """The reason of this handle, a retired one too, or None."""
        return self._by_handle.get(handle)

    def group_of(self, handle: str) -> ReasonGroup | None:
        """The group of a reason, or None for one that was never on the list."""
        reason = self.find(handle)
        return reason.group if reason else None

    def offered(self, category: str | None, group: ReasonGroup | None = None) -> tuple[Reason, ...]:
        """What a customer may choose from for an item of this category."""
        return tuple(
            reason
            for reason in self.reasons
            if reason.group in CUSTOMER_GROUPS and reason.suits(category) and group in (None, reason.group)
        )

    @property
    def handles(self) -> tuple[str, ...]:
        """Those that are offered for some item."""
        return tuple(reason.handle for reason in self.reasons if reason.group in CUSTOMER_GROUPS and not reason.retired)

    def as_it_was(self) -> "ReasonList":
        """The list with everything that ever stood on it, to judge what was asked for then."""
        return ReasonList(tuple(replace(reason, retired=False, categories=()) for reason in self._by_handle.values()))


USUAL_REASONS = ReasonList(REASONS)


def is_conformity(group: ReasonGroup) -> bool:
    """True where the shop is at fault: such a return never costs the customer postage."""
    return group in CONFORMITY_GROUPS

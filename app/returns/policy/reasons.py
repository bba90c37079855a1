"""Why something comes back: one shop-wide list of reasons, each in one of the groups that the law keeps apart."""

from dataclasses import dataclass
from enum import StrEnum


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
    """A stable handle for figures and rules; its words stand in ``words``."""

    handle: str
    group: ReasonGroup
    note_required: bool = False


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

_BY_HANDLE = {reason.handle: reason for reason in REASONS}


def find_reason(handle: str) -> Reason | None:
    """The reason of this handle, or None."""
    return _BY_HANDLE.get(handle)


def reasons_of(group: ReasonGroup) -> tuple[Reason, ...]:
    """The reasons of one group, in the order in which they are offered."""
    return tuple(reason for reason in REASONS if reason.group is group)


def is_conformity(group: ReasonGroup) -> bool:
    """True where the shop is at fault: such a return never costs the customer postage."""
    return group in CONFORMITY_GROUPS

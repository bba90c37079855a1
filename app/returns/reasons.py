"""Why something comes back: one shop-wide list of reasons, each behind one of the doors the law keeps apart."""

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """Which right or promise a return rests on; it decides who pays the postage."""

    CHANGED_MIND = "changed_mind"
    NOT_AS_EXPECTED = "not_as_expected"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    WITHDRAWAL = "withdrawal"
    NOT_SAID = "not_said"


CUSTOMER_DOORS = (Door.CHANGED_MIND, Door.NOT_AS_EXPECTED, Door.DAMAGED, Door.WRONG_ITEM)
CONFORMITY_DOORS = frozenset({Door.DAMAGED, Door.WRONG_ITEM})


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable handle for figures and rules; its words live in ``wording``."""

    handle: str
    door: Door
    note_required: bool = False


REASONS = (
    Reason("no_longer_wanted", Door.CHANGED_MIND),
    Reason("ordered_by_mistake", Door.CHANGED_MIND),
    Reason("arrived_too_late", Door.CHANGED_MIND),
    Reason("better_price", Door.CHANGED_MIND),
    Reason("too_small", Door.NOT_AS_EXPECTED),
    Reason("too_large", Door.NOT_AS_EXPECTED),
    Reason("colour", Door.NOT_AS_EXPECTED),
    Reason("quality", Door.NOT_AS_EXPECTED),
    Reason("other", Door.NOT_AS_EXPECTED, note_required=True),
    Reason("arrived_damaged", Door.DAMAGED),
    Reason("defective", Door.DAMAGED),
    Reason("missing_parts", Door.DAMAGED),
    Reason("different_item", Door.WRONG_ITEM),
    Reason("different_variant", Door.WRONG_ITEM),
    Reason("not_as_described", Door.WRONG_ITEM),
    Reason("withdrawal", Door.WITHDRAWAL),
    Reason("not_said", Door.NOT_SAID),
)

_BY_HANDLE = {reason.handle: reason for reason in REASONS}


def find_reason(handle: str) -> Reason | None:
    """The reason of this handle, or None."""
    return _BY_HANDLE.get(handle)


def reasons_of(door: Door) -> tuple[Reason, ...]:
    """The reasons behind one door, in the order in which they are offered."""
    return tuple(reason for reason in REASONS if reason.door is door)


def is_conformity(door: Door) -> bool:
    """True where the shop is at fault: such a return never costs the customer postage."""
    return door in CONFORMITY_DOORS

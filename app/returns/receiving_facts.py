"""What the warehouse found, and what that adds up to: grades, dispositions, odd cases; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import Fault
from app.returns.states import Decision, Happening


class Grade(StrEnum):
    """How an item is; ``none`` for what nobody saw because it is missing."""

    AS_NEW = "as_new"
    OPENED = "opened"
    WORN = "worn"
    BROKEN = "broken"
    NONE = "none"


class Disposition(StrEnum):
    """What becomes of an item; ``missing`` was announced and is not in the parcel."""

    RESTOCK = "restock"
    REPAIR = "repair"
    DISCARD = "discard"
    MISSING = "missing"


class Oddity(StrEnum):
    """What a person should look at."""

    MORE_THAN_ANNOUNCED = "more_than_announced"
    NOT_ANNOUNCED = "not_announced"
    MISSING = "missing"
    NOT_APPROVED = "not_approved"


USUAL = {
    Grade.AS_NEW: Disposition.RESTOCK,
    Grade.OPENED: Disposition.RESTOCK,
    Grade.WORN: Disposition.REPAIR,
    Grade.BROKEN: Disposition.DISCARD,
    Grade.NONE: Disposition.MISSING,
}
"""What becomes of an item of this grade unless someone says otherwise."""


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """So many units of one item: ``line`` is the shop's id of the order's line; ``description`` tells what is none."""

    quantity: int
    grade: str
    disposition: str
    line: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was found in one go; ``received_at`` None is now."""

    items: tuple[ReceivedItem, ...]
    note: str | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Units by order line: announced, arrived, said to be missing; and how many came that were not announced."""

    announced: Mapping[str, int]
    arrived: Mapping[str, int]
    missing: Mapping[str, int]
    foreign: int = 0

    @property
    def complete(self) -> bool:
        """Whether every announced unit has arrived or is said to be missing."""
        return all(
            self.arrived.get(line, 0) + self.missing.get(line, 0) >= quantity
            for line, quantity in self.announced.items()
        )


def tally(announced: Mapping[str, int], items: Iterable[tuple[str | None, int, str]]) -> Tally:
    """Add up what was booked: ``items`` are (line, quantity, disposition) of all receipts that stand.

    A ``line`` of None is an item that was not announced.
    """
    arrived: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    foreign = 0
    for line, quantity, disposition in items:
        if line is None:
            foreign += quantity
        else:
            (missing if disposition == Disposition.MISSING else arrived)[line] += quantity
    return Tally(dict(announced), dict(arrived), dict(missing), foreign)


def happening(found: Tally) -> Happening | None:
    """What befell the goods; None when nothing is booked. Items are graded as they are booked, hence inspected."""
    if not found.arrived and not found.missing and not found.foreign:
        return None
    return Happening.INSPECTED if found.complete else Happening.PART_RECEIVED


def oddities(found: Tally, receipt: Receipt, decision: Decision) -> list[Oddity]:
    """What is odd about a receipt, given what is booked with it."""
    lines = {item.line for item in receipt.items}
    odd = {
        Oddity.MORE_THAN_ANNOUNCED: any(
            found.arrived.get(line, 0) > quantity for line, quantity in found.announced.items() if line in lines
        ),
        Oddity.NOT_ANNOUNCED: any(item.line not in found.announced for item in receipt.items),
        Oddity.MISSING: any(item.disposition == Disposition.MISSING for item in receipt.items),
        Oddity.NOT_APPROVED: decision is not Decision.APPROVED,
    }
    return [oddity for oddity, is_so in odd.items() if is_so]


def faults(receipt: Receipt, lines: Iterable[str]) -> list[Fault]:
    """What is wrong with a receipt for an order of these lines; pointers into ``/lines``."""
    known = set(lines)
    wrong = [] if receipt.items else [Fault("/lines", "nothing was received")]
    for number, item in enumerate(receipt.items):
        wrong += [Fault(f"/lines/{number}/{name}", detail) for name, detail in _item_faults(item, known)]
    return wrong


def _item_faults(item: ReceivedItem, known: set[str]) -> Iterable[tuple[str, str]]:
    missing = item.disposition == Disposition.MISSING
    if item.grade not in set(Grade) or (item.grade == Grade.NONE and not missing):
        yield "grade", f"one of {', '.join(grade for grade in Grade if grade is not Grade.NONE)}"
    if item.disposition not in set(Disposition):
        yield "disposition", f"one of {', '.join(Disposition)}"
    if item.quantity < 1:
        yield "quantity", "at least 1"
    if item.line is None and not (item.description or "").strip():
        yield "description", "say what it is when it is no line of the order"
    if item.line is not None and item.line not in known:
        yield "line", "the order has no such line"

"""What the warehouse found, and what that adds up to: grades, dispositions, odd cases; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.errors import Fault
from app.returns.states import Decision, Happening


class Grade(StrEnum):
    """How an item is; ``none`` for what nobody saw because it is missing."""

    AS_NEW = "as_new"
    OPENED = "opened"
    WORN = "worn"
    BROKEN = "broken"
    NONE = "none"


class Disposition(StrEnum):
    """What becomes of an item; ``set_aside`` waits for a person, ``missing`` was announced and is not in the parcel."""

    RESTOCK = "restock"
    REPAIR = "repair"
    DISCARD = "discard"
    SET_ASIDE = "set_aside"
    MISSING = "missing"


class Oddity(StrEnum):
    """What a person should look at."""

    MORE_THAN_ANNOUNCED = "more_than_announced"
    NOT_ANNOUNCED = "not_announced"
    MISSING = "missing"
    NOTHING_INSIDE = "nothing_inside"
    NOT_APPROVED = "not_approved"
    LINE_GONE = "line_gone"


USUAL = {
    Grade.AS_NEW: Disposition.RESTOCK,
    Grade.OPENED: Disposition.RESTOCK,
    Grade.WORN: Disposition.REPAIR,
    Grade.BROKEN: Disposition.DISCARD,
    Grade.NONE: Disposition.MISSING,
}
"""What becomes of an announced item of this grade unless someone says otherwise; any other is set aside."""


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """So many units of one item: ``line`` is the shop's id of the order's line; ``description`` tells what is none.

    Without a ``disposition`` becomes of it what is usual.
    """

    quantity: int
    grade: str
    disposition: str | None = None
    line: str | None = None
    description: str | None = None

    @property
    def missing(self) -> bool:
        """Whether this says that something did not come."""
        return (self.disposition or USUAL.get(Grade(self.grade))) == Disposition.MISSING


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What was found in one go; ``received_at`` None is now."""

    items: tuple[ReceivedItem, ...]
    note: str | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many units of a line may still be taken as its own: of what was announced, of what was sold."""

    announced: int
    sold: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a received item: ``announced`` or beyond, and what becomes of it."""

    quantity: int
    announced: bool
    disposition: str


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """Units by order line: announced, arrived (of any line), said to be missing; ``foreign`` are of no line."""

    announced: Mapping[str, int]
    arrived: Mapping[str, int]
    missing: Mapping[str, int]
    foreign: int = 0

    @property
    def nothing_inside(self) -> bool:
        """Whether all that was announced is said to be missing: an empty box, or other things in it."""
        return self.complete and bool(self.announced) and not any(self.arrived.get(line) for line in self.announced)

    @property
    def complete(self) -> bool:
        """Whether every announced unit has arrived or is said to be missing."""
        return all(
            self.arrived.get(line, 0) + self.missing.get(line, 0) >= quantity
            for line, quantity in self.announced.items()
        )


def count_units(announced: Mapping[str, int], items: Iterable[tuple[str | None, int, str]]) -> UnitCounts:
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
    return UnitCounts(dict(announced), dict(arrived), dict(missing), foreign)


def shares(item: ReceivedItem, room: Room) -> list[Share]:
    """Cut an item into what was announced and what is beyond, so that a slip of the keys neither fills the stock.

    What is beyond goes back to stock only when someone says so, and never more of a line than was sold.
    """
    if item.missing:
        return [Share(item.quantity, True, Disposition.MISSING)]
    inside = max(0, min(item.quantity, room.announced))
    beyond = item.quantity - inside
    # What is no line of the order has no number sold to compare with: whoever books it decides.
    stocked = max(0, min(beyond, room.sold - inside)) if item.line is not None else beyond
    stocked = stocked if item.disposition == Disposition.RESTOCK else 0
    aside = Disposition.SET_ASIDE if item.disposition in (None, Disposition.RESTOCK) else Disposition(item.disposition)
    cut = [
        Share(inside, True, item.disposition or USUAL[Grade(item.grade)]),
        Share(stocked, False, Disposition.RESTOCK),
        Share(beyond - stocked, False, aside),
    ]
    return [share for share in cut if share.quantity]


def happening(counts: UnitCounts) -> Happening | None:
    """What befell the goods; None when nothing is booked. Items are graded as they are booked, hence inspected."""
    if not counts.arrived and not counts.missing and not counts.foreign:
        return None
    return Happening.INSPECTED if counts.complete else Happening.PART_RECEIVED


def oddities(
    counts: UnitCounts, receipt: ReceiptFacts, decision: Decision, *, gone: Collection[str] = ()
) -> list[Oddity]:
    """What is odd about a receipt, given what is booked with it; ``gone`` are lines that the shop has taken out."""
    lines = {item.line for item in receipt.items}
    odd = {
        Oddity.MORE_THAN_ANNOUNCED: any(
            counts.arrived.get(line, 0) > quantity for line, quantity in counts.announced.items() if line in lines
        ),
        Oddity.NOT_ANNOUNCED: any(item.line not in counts.announced for item in receipt.items),
        Oddity.MISSING: any(item.missing for item in receipt.items),
        Oddity.NOTHING_INSIDE: counts.nothing_inside,
        Oddity.NOT_APPROVED: decision is not Decision.APPROVED,
        Oddity.LINE_GONE: any(line in gone for line in lines),
    }
    return [oddity for oddity, is_so in odd.items() if is_so]


def faults(receipt: ReceiptFacts, lines: Iterable[str]) -> list[Fault]:
    """What is wrong with a receipt for an order that ever had these lines; pointers into ``/lines``."""
    line_ids = set(lines)
    problems = [] if receipt.items else [Fault("/lines", "nothing was received")]
    for number, item in enumerate(receipt.items):
        problems += [Fault(f"/lines/{number}/{name}", detail) for name, detail in _item_faults(item, line_ids)]
    return problems


def _item_faults(item: ReceivedItem, line_ids: set[str]) -> Iterable[tuple[str, str]]:
    # «None» goes only with what is missing: an item that is here has a grade.
    if item.grade not in set(Grade) or (item.grade == Grade.NONE and not item.missing):
        yield "grade", f"one of {', '.join(grade for grade in Grade if grade is not Grade.NONE)}"
    if item.disposition is not None and item.disposition not in set(Disposition):
        yield "disposition", f"one of {', '.join(Disposition)}"
    if item.quantity < 1:
        yield "quantity", "at least 1"
    if item.line is None and not (item.description or "").strip():
        yield "description", "say what it is when it is no line of the order"
    if item.line is not None and item.line not in line_ids:
        yield "line", "the order has no such line"

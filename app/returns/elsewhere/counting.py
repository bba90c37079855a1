"""How many units of a line came back in the shop's own system, beside those that came back here. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What is asked for holds its units as ours do; what was rejected or cancelled there is still the customer's.
SPEAKING = frozenset({"asked", "approved", "part_received", "received"})


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A line's count of returned units as the shop told it last, and how many of them never were ours."""

    counted: int = 0
    elsewhere: int = 0

    @property
    def echoed(self) -> int:
        """Units that came back here, which the shop's count holds by now."""
        return self.counted - self.elsewhere


@dataclass(frozen=True, slots=True)
class UnitsOfReturns:
    """What the shop's own returns say of a line: units in all, those not booked as here yet, and those of ours."""

    spoken_for: int = 0
    to_come: int = 0
    ours_received: int = 0


@dataclass(frozen=True, slots=True)
class OwnUnits:
    """Units of a line in our returns: held by those that stand, and booked as received."""

    reserved: int = 0
    received: int = 0


def follow(before: UnitCount, counted: int, *, own_received: int) -> UnitCount:
    """The count after the shop has told another one.

    A rise is an echo of what was received here and is not in the count yet; what is beyond that came back there, and
    stays so. A fall takes echoes first: a unit that came back there is not offered again while the count has room.
    """
    rise = counted - before.counted
    if rise < 0:
        return UnitCount(counted, min(before.elsewhere, counted))
    echo = min(rise, max(0, own_received - before.echoed))
    return UnitCount(counted, before.elsewhere + rise - echo)


def units_of_returns(returns: Sequence[Mapping[str, Any]], line_id: str, ours: Mapping[str, int]) -> UnitsOfReturns:
    """What the returns of the shop's system say of a line; ``ours`` are units that our returns hold, by reference."""
    spoken_for = to_come = own = 0
    for entry, quantity, received in _entries(returns, line_id):
        # One of ours speaks for our own units; what the shop put beside them is its own.
        beyond = max(0, quantity - ours.get(entry.get("key") or "", 0))
        spoken_for += beyond
        to_come += min(beyond, max(0, quantity - received))
        own += min(received, quantity - beyond)
    return UnitsOfReturns(spoken_for, to_come, own)


def elsewhere(count: UnitCount, of_returns: UnitsOfReturns, *, exchanged: int, own: OwnUnits, correction: int) -> int:
    """Units that came back, or are to come back, elsewhere; ``exchanged`` were replaced by an exchange.

    Where the count and the returns may speak of the same units the larger says more. ``correction`` is a person's.
    """
    most = max(of_returns.spoken_for, count.elsewhere + of_returns.to_come, exchanged - own.reserved)
    return max(0, most + correction)


def _entries(returns: Sequence[Mapping[str, Any]], line_id: str) -> Iterable[tuple[Mapping[str, Any], int, int]]:
    for entry in returns:
        if entry["status"] not in SPEAKING:
            continue
        for line in entry["lines"]:
            if line["line"] == line_id:
                quantity = max(line["quantity"], line["received"])
                # A system that says «received» and no number means all of it.
                whole = entry["status"] == "received" and not line["received"]
                yield entry, quantity, quantity if whole else line["received"]

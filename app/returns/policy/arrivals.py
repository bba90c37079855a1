"""When what was ordered had arrived, from which the window counts: once, whatever is told again, or sent after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PackedUnits:
    """Units of one line in one parcel, and when it was delivered."""

    units: int
    delivered_at: datetime | None


def arrived_at(parcels: Iterable[PackedUnits], ordered: int) -> datetime | None:
    """When so many units of a line had come as were ordered, else when the last of those that came did.

    What comes after that takes the place of what came before it, and begins nothing anew.
    """
    arrived, at = 0, None
    moments = [(parcel.delivered_at, parcel.units) for parcel in parcels if parcel.delivered_at is not None]
    for moment, units in sorted(moments):
        if at is not None and arrived >= ordered:
            break
        arrived, at = arrived + units, moment
    return at


def brought_at(delivered_at: datetime | None, completed_at: datetime | None, *, numbered: bool) -> datetime | None:
    """When a parcel was delivered. Of one without a number the shop alone knows, and its first word of it stands."""
    if numbered or delivered_at is None or completed_at is None:
        return delivered_at
    return min(delivered_at, completed_at)

"""The stops of a return, pure: handed over, on its way, received, checked, refunded, as far as they were reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.tracking.states import ShipmentState as S

# Whatever the carrier says of a parcel that it has moved: a failed delivery, too, was tried on the road.
MOVING = frozenset(
    {S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERY_FAILED, S.READY_FOR_PICKUP, S.DELAYED, S.ON_HOLD, S.DELIVERED}
)
STOPS = ("handed_over", "on_its_way", "received", "checked", "refunded")


@dataclass(frozen=True, slots=True)
class Journey:
    """The moments of a return that are known."""

    handed_over_at: datetime | None = None
    parcel_state: str | None = None
    parcel_since: datetime | None = None
    parcel_delivered_at: datetime | None = None
    received_at: datetime | None = None
    inspected_at: datetime | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnStop:
    """One stop: its key, done, now or next, and when."""

    key: str
    state: str
    at: datetime | None


def stops(journey: Journey) -> tuple[ReturnStop, ...]:
    """The five stops. A stop without a scan of its own counts as passed once a later one is reached."""
    reached = _reached(journey)
    last = max((index for index, (is_reached, _) in enumerate(reached) if is_reached), default=-1)
    return tuple(
        ReturnStop(key, _state(index, last, len(STOPS)), at)
        for index, (key, (_, at)) in enumerate(zip(STOPS, reached, strict=True))
    )


def _reached(journey: Journey) -> Sequence[tuple[bool, datetime | None]]:
    moving = journey.parcel_state in MOVING
    # A later state has a moment of its own, which is not when the parcel set out.
    since = journey.parcel_since if journey.parcel_state == S.IN_TRANSIT else None
    arrived = journey.received_at or journey.parcel_delivered_at
    return (
        (journey.handed_over_at is not None, journey.handed_over_at),
        (moving, since),
        (arrived is not None, arrived),
        (journey.inspected_at is not None, journey.inspected_at),
        (journey.refunded_at is not None, journey.refunded_at),
    )


def _state(index: int, last: int, count: int) -> str:
    if index > last:
        return "next"
    return "done" if index < last or last == count - 1 else "now"

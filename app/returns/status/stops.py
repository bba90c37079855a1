"""The stages of a return, pure: requested, handed over, on its way, received, refunded, as far as they were reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.tracking.states import ShipmentState as S

# Whatever the carrier says of a parcel that it has moved: a failed delivery, too, was tried on the road.
MOVING = frozenset(
    {S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERY_FAILED, S.READY_FOR_PICKUP, S.DELAYED, S.ON_HOLD, S.DELIVERED}
)


class ReturnStage(StrEnum):
    """How far a return has come."""

    REQUESTED = "requested"
    HANDED_OVER = "handed_over"
    ON_ITS_WAY = "on_its_way"
    RECEIVED = "received"
    REFUNDED = "refunded"


CONTEXT = "stage of a return"
"""Under which translators find the names: an order's stages are other words in most languages."""


def pgettext(_context: str, text: str) -> str:
    """Mark a name for translation."""
    return text


_NAMES = {
    ReturnStage.REQUESTED: pgettext("stage of a return", "Requested"),
    ReturnStage.HANDED_OVER: pgettext("stage of a return", "Dropped off"),
    ReturnStage.ON_ITS_WAY: pgettext("stage of a return", "On its way"),
    ReturnStage.RECEIVED: pgettext("stage of a return", "Received"),
    ReturnStage.REFUNDED: pgettext("stage of a return", "Refunded"),
}
_COLLECTED = pgettext("stage of a return", "Collected")


def stage_name(stage: ReturnStage, *, collected: bool) -> str:
    """The name of a stage, to be translated: the same on pages, in mails and in the console."""
    return _COLLECTED if collected and stage is ReturnStage.HANDED_OVER else _NAMES[stage]


@dataclass(frozen=True, slots=True)
class Journey:
    """The moments of a return that are known; nobody requested what has no ``requested_at``."""

    requested_at: datetime | None = None
    handed_over_at: datetime | None = None
    parcel_state: str | None = None
    parcel_since: datetime | None = None
    parcel_delivered_at: datetime | None = None
    received_at: datetime | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnStop:
    """One stage: which, done, now or next, and when."""

    stage: ReturnStage
    state: str
    at: datetime | None


def stops(journey: Journey) -> tuple[ReturnStop, ...]:
    """The stages in their order.

    One without a scan of its own counts as passed once a later one is reached, unless it is the arrival: some shops
    pay before.
    """
    reached = _reached(journey)
    last = _last(reached)
    return tuple(
        ReturnStop(stage, _state(index, last, is_reached or stage is not ReturnStage.RECEIVED), at)
        for index, (stage, is_reached, at) in enumerate(reached)
        if stage is not ReturnStage.REQUESTED or is_reached
    )


def stage_of(journey: Journey) -> ReturnStage:
    """The last stage that was reached."""
    reached = _reached(journey)
    return reached[max(0, _last(reached))][0]


def _last(reached: Sequence[tuple[ReturnStage, bool, datetime | None]]) -> int:
    return max((index for index, (_stage, is_reached, _at) in enumerate(reached) if is_reached), default=-1)


def _reached(journey: Journey) -> Sequence[tuple[ReturnStage, bool, datetime | None]]:
    moving = journey.parcel_state in MOVING
    # A later state has a moment of its own, which is not when the parcel set out.
    since = journey.parcel_since if journey.parcel_state == S.IN_TRANSIT else None
    arrived = journey.received_at or journey.parcel_delivered_at
    return (
        (ReturnStage.REQUESTED, journey.requested_at is not None, journey.requested_at),
        (ReturnStage.HANDED_OVER, journey.handed_over_at is not None, journey.handed_over_at),
        (ReturnStage.ON_ITS_WAY, moving, since),
        (ReturnStage.RECEIVED, arrived is not None, arrived),
        (ReturnStage.REFUNDED, journey.refunded_at is not None, journey.refunded_at),
    )


def _state(index: int, last: int, passes: bool) -> str:
    if index > last or (index < last and not passes):
        return "next"
    return "done" if index < last or index == len(ReturnStage) - 1 else "now"

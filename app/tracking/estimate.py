"""When a parcel comes and why we say so, and when it is late. Pure; the promise is never overwritten."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.tracking.states import ShipmentState

# by then the day's rounds are over, and the customer has noticed.
EVENING = time(20, 0)
# E-12's usual figures; across a border days without a scan are nothing strange.
SILENCE_AT_HOME = timedelta(days=3)
SILENCE_ABROAD = timedelta(days=7)
# E-12. A scan wakes it again; asking on would cost calls without end.
WATCHED = timedelta(days=90)
# The clock polls every five minutes; a turn that is two hours old will not be taken soon.
TURN_MISSED = timedelta(hours=2)

MOVING = frozenset(
    {ShipmentState.PICKED_UP, ShipmentState.IN_TRANSIT, ShipmentState.OUT_FOR_DELIVERY, ShipmentState.DELAYED}
)
UNDERWAY = MOVING | {
    ShipmentState.PENDING,
    ShipmentState.INFO_RECEIVED,
    ShipmentState.DELIVERY_FAILED,
    ShipmentState.ON_HOLD,
    ShipmentState.UNKNOWN,
}


class ArrivalBasis(StrEnum):
    """Whose word an arrival is."""

    CARRIER = "carrier"
    ROUND = "round"
    PROMISE = "promise"
    UNKNOWN = "unknown"


class Late(StrEnum):
    """Why a parcel counts as late."""

    PROMISE_PASSED = "promise_passed"
    CARRIER_LATER = "carrier_later"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day in the destination's zone; kept with its shipment as ``{"from": "12:00", "until": "14:00"}``."""

    begin: time
    until: time

    def document(self) -> dict[str, str]:
        """As it is kept: the one form that ``read_window`` knows."""
        return {"from": f"{self.begin:%H:%M}", "until": f"{self.until:%H:%M}"}


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that is known of when a parcel may come; ``told_*`` is the carrier's estimate, ``zone`` the destination's."""

    state: ShipmentState
    zone: str
    promise_from: date | None = None
    promise_until: date | None = None
    told_from: date | None = None
    told_until: date | None = None
    window: Window | None = None
    state_since: datetime | None = None
    last_event_at: datetime | None = None
    international: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A range of days, whose word it is, and the day that was told before when it moved."""

    begin: date | None
    until: date | None
    basis: ArrivalBasis
    window: Window | None = None
    before: date | None = None


def next_question(next_poll_at: datetime | None, polled_at: datetime | None, now: datetime) -> datetime | None:
    """When the carrier is asked again; None where nobody asks it: it never was, or its turn passed long ago.

    A number gets its first turn with its parcel, whether or not its carrier can be asked; only an answer shows that.
    """
    if polled_at is None or next_poll_at is None or next_poll_at < now - TURN_MISSED:
        return None
    return next_poll_at


def read_window(document: dict[str, Any] | None) -> Window | None:
    """The hours as ``Window.document`` wrote them; what cannot be read is no window, and spoils no page and no mail."""
    try:
        return Window(time.fromisoformat(document["from"]), time.fromisoformat(document["until"])) if document else None
    except (KeyError, TypeError, ValueError):
        return None


def arrival(outlook: Outlook, now: datetime) -> Arrival:
    """When it comes: on today's round, else the carrier's word if it lies ahead, else the promise, else unknown."""
    if outlook.state not in UNDERWAY:
        return Arrival(None, None, ArrivalBasis.UNKNOWN)
    today = now.astimezone(ZoneInfo(outlook.zone)).date()
    before = _before(outlook)
    if is_on_its_round(outlook, today):
        # A day that the carrier named for later is the worse word: the driver has it.
        window = outlook.window if outlook.told_until == today else None
        promise = outlook.promise_until
        late = promise if promise and promise < today else None
        return Arrival(today, today, ArrivalBasis.CARRIER if window else ArrivalBasis.ROUND, window, late)
    if outlook.told_until and outlook.told_until >= today:
        # A range that has begun is told from today on: nothing arrives yesterday.
        begin = max(outlook.told_from or outlook.told_until, today)
        return Arrival(begin, outlook.told_until, ArrivalBasis.CARRIER, outlook.window, before)
    # Once the carrier has named a day the promise is the worse word, even when that day has passed.
    if outlook.told_until is None and outlook.promise_until and not _evening_of(outlook.promise_until, outlook, now):
        return Arrival(
            max(outlook.promise_from or outlook.promise_until, today), outlook.promise_until, ArrivalBasis.PROMISE
        )
    return Arrival(None, None, ArrivalBasis.UNKNOWN, before=outlook.told_until or outlook.promise_until)


def lateness(outlook: Outlook, now: datetime) -> Late | None:
    """Why it is late, if it is: past 20:00 of the promised day, the carrier's day after it, or too long a silence."""
    if outlook.state not in UNDERWAY:
        return None
    promise = outlook.promise_until
    if promise and _evening_of(promise, outlook, now):
        return Late.PROMISE_PASSED
    if promise and outlook.told_until and outlook.told_until > promise:
        return Late.CARRIER_LATER
    return Late.SILENT if _silent(outlook, now) else None


def _before(outlook: Outlook) -> date | None:
    """The promised day, when the carrier's differs and lies after it."""
    promise, estimate = outlook.promise_until, outlook.told_until
    return promise if promise and estimate and estimate > promise else None


def is_on_its_round(outlook: Outlook, today: date) -> bool:
    """Whether a driver has it today."""
    since = outlook.state_since
    if outlook.state is not ShipmentState.OUT_FOR_DELIVERY or since is None:
        return False
    # A round of yesterday that ended without a scan promises nothing for today.
    return since.astimezone(ZoneInfo(outlook.zone)).date() == today


def _evening_of(day: date, outlook: Outlook, now: datetime) -> bool:
    return now >= datetime.combine(day, EVENING, ZoneInfo(outlook.zone))


def _silent(outlook: Outlook, now: datetime) -> bool:
    # Before the carrier has it, and while it waits for its customer, silence is not the carrier's.
    if outlook.state not in MOVING or outlook.last_event_at is None:
        return False
    patience = SILENCE_ABROAD if outlook.international else SILENCE_AT_HOME
    return now - outlook.last_event_at > patience

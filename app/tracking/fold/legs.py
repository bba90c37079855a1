"""The way of a parcel in legs: what each event means after those before it (requirement E-06)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from app.tracking.fold.facts import Flag, Leg, LegKind, Placed
from app.tracking.fold.order import RANK
from app.tracking.states import ShipmentState as S

DAY = timedelta(days=1)
# Within it, a pick-up after the delivery is of the same stop, by another clock; later it is a parcel that goes back.
SAME_HANDOVER = timedelta(minutes=30)
# What happened before and was stamped after: devices send when they find a network.
LATE_STAMP = timedelta(minutes=15)
# What comes later than that takes no delivery back: staff see it as an echo.
CORRECTION_WITHIN = 3 * DAY

MOVES = frozenset({S.INFO_RECEIVED, S.PICKED_UP, S.IN_TRANSIT, S.OUT_FOR_DELIVERY})
ENDS = frozenset({S.DELIVERED, S.RETURNED})
BACK = frozenset({S.RETURN_TO_SENDER, S.RETURNED})
TROUBLE = frozenset({S.DELAYED, S.ON_HOLD, S.LOST, S.DAMAGED, S.CANCELLED, S.EXPIRED})
EVIDENCE = (MOVES | ENDS | BACK) - {S.INFO_RECEIVED}

# How long a stage stands against a weaker scan stamped after it: handhelds send late, and depots scan in batches.
HOLDS = {
    S.OUT_FOR_DELIVERY: timedelta(hours=3),
    S.READY_FOR_PICKUP: DAY,
    S.DELIVERY_FAILED: timedelta(hours=12),
}


class StateEffect(Enum):
    """What an event does to the state."""

    COUNTS = auto()
    NOTED = auto()
    ECHO = auto()
    LATE = auto()
    TURNS = auto()
    CORRECTS = auto()


NOTES = {StateEffect.NOTED: (), StateEffect.ECHO: (Flag.ECHO,), StateEffect.LATE: (Flag.ECHO, Flag.LATE_PICKUP)}
"""How an event is kept that the state does not follow."""


@dataclass(frozen=True, slots=True)
class LegStep:
    """An event in its leg; ``counts`` when the state followed it."""

    placed: Placed
    leg: int
    counts: bool
    state: S


@dataclass(slots=True)
class Walk:
    """The legs and steps walked so far."""

    legs: list[Leg] = field(default_factory=list)
    steps: list[LegStep] = field(default_factory=list)

    def open(self, placed: Placed, kind: LegKind, *, corrected: bool = False) -> None:
        """Begin a leg with this event."""
        state = _state_in(kind, placed.status)
        number = len(self.legs) + 1
        ended = placed.at if state in ENDS else None
        self.legs.append(Leg(number, kind, state, placed.at, placed.at, ended, corrected))
        self.steps.append(LegStep(placed, number, True, state))

    def go_on(self, placed: Placed) -> None:
        """Let the state of the present leg follow this event."""
        leg = self.legs[-1]
        state = _state_in(leg.kind, placed.status)
        if state is not leg.state:
            ended = placed.at if state in ENDS else None
            self.legs[-1] = replace(leg, state=state, since=placed.at, ended_at=ended)
        self.steps.append(LegStep(placed, leg.number, True, state))

    def note(self, placed: Placed, *flags: Flag) -> None:
        """Keep an event that changes nothing."""
        flagged = replace(placed, flags=placed.flags.union(flags))
        number = self.legs[-1].number if self.legs else 1
        state = self.legs[-1].state if self.legs else S.PENDING
        self.steps.append(LegStep(flagged, number, False, state))

    def arrived_unseen(self) -> bool:
        """Delivered without a scan on the way: the pick-up stamped afterwards is this one's, by a wrong clock."""
        leg = self.legs[-1]
        statuses = {step.placed.status for step in self.steps if step.leg == leg.number and step.counts}
        return leg.state is S.DELIVERED and statuses <= {S.INFO_RECEIVED, S.DELIVERED}


def walk(events: Sequence[Placed]) -> Walk:
    """Legs and steps of events that are in order and believed to be of this parcel."""
    way = Walk()
    last_evidence = max((at for at, scan in enumerate(events) if scan.status in EVIDENCE), default=-1)
    for index, placed in enumerate(events):
        if not way.legs:
            _begin(way, placed)
            continue
        leg = way.legs[-1]
        match _meaning_on(way, placed, followed=index < last_evidence):
            case StateEffect.COUNTS:
                way.go_on(placed)
            case StateEffect.TURNS:
                way.open(placed, LegKind.DELIVERY if leg.kind is LegKind.RETURN else LegKind.RETURN)
            case StateEffect.CORRECTS:
                way.open(placed, leg.kind, corrected=True)
            case effect:
                way.note(placed, *NOTES[effect])
    return way


def meaning(leg: Leg, status: S, at: datetime, *, followed: bool) -> StateEffect:
    """What ``status`` at ``at`` means in ``leg``; ``followed`` when more signs of movement come after it."""
    if status in (S.UNKNOWN, S.PENDING):
        return StateEffect.NOTED
    if leg.ended_at is not None:
        return _after_the_end(leg, status, at - leg.ended_at, followed=followed)
    if status in BACK and leg.kind is LegKind.DELIVERY:
        return StateEffect.TURNS
    if leg.kind is LegKind.RETURN or status in TROUBLE or RANK[status] >= RANK[leg.state]:
        return StateEffect.NOTED if _too_late_a_stamp(leg, status, at) else StateEffect.COUNTS
    return StateEffect.NOTED if _stands(leg, status, at) else StateEffect.COUNTS


def _meaning_on(way: Walk, placed: Placed, *, followed: bool) -> StateEffect:
    if placed.status is S.PICKED_UP and not followed and way.arrived_unseen():
        return StateEffect.LATE
    return meaning(way.legs[-1], placed.status, placed.at, followed=followed)


def _begin(way: Walk, placed: Placed) -> None:
    if placed.status in (S.UNKNOWN, S.PENDING):
        way.note(placed)
    else:
        way.open(placed, LegKind.RETURN if placed.status in BACK else LegKind.DELIVERY)


def _too_late_a_stamp(leg: Leg, status: S, at: datetime) -> bool:
    """A parcel that waits at a point is not late or held because a depot says so afterwards."""
    waits = leg.state is S.READY_FOR_PICKUP and at - leg.since <= HOLDS[leg.state]
    return waits and status in (S.DELAYED, S.ON_HOLD)


def _stands(leg: Leg, status: S, at: datetime) -> bool:
    """Whether a weaker event leaves the state as it is."""
    if status is S.INFO_RECEIVED:
        return True
    # Another round is news at once, unless it is the old one's scan that came late.
    if leg.state is S.DELIVERY_FAILED and status is S.OUT_FOR_DELIVERY:
        return at - leg.since <= LATE_STAMP
    if leg.state in HOLDS:
        return at - leg.since <= HOLDS[leg.state]
    return leg.state in (S.PICKED_UP, S.IN_TRANSIT)


def _after_the_end(leg: Leg, status: S, age: timedelta, *, followed: bool) -> StateEffect:
    if leg.kind is LegKind.DELIVERY:
        if status in BACK:
            return StateEffect.TURNS
        if _takes_back(status, age):
            return StateEffect.CORRECTS
    if status is S.PICKED_UP and age >= SAME_HANDOVER:
        return StateEffect.TURNS
    # One scan a day later may be a depot's tidying up (E-06); a second one means that it moves.
    if status in MOVES and age > DAY and followed:
        return StateEffect.TURNS
    return StateEffect.ECHO


def _takes_back(status: S, age: timedelta) -> bool:
    """Whether an event after a delivery says that there was none, or not in one piece."""
    if status in (S.LOST, S.DAMAGED):
        return True
    if status is S.READY_FOR_PICKUP:
        return LATE_STAMP < age <= CORRECTION_WITHIN
    return status is S.DELIVERY_FAILED and age <= CORRECTION_WITHIN


def _state_in(kind: LegKind, status: S) -> S:
    """Our word for a leg's state: on the way back all movement is «returning», and its delivery «returned»."""
    if kind is LegKind.DELIVERY or status in (S.LOST, S.DAMAGED, S.CANCELLED, S.EXPIRED):
        return status
    return S.RETURNED if status in ENDS else S.RETURN_TO_SENDER

"""The trail: at most five stops, solid where the parcel has been, and never one past a stop that ends the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.tracking.fold.facts import MilestoneName as M
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.page.words import SHOP
from app.tracking.states import ShipmentState as S
from app.tracking.summary.promise import is_overdue
from app.tracking.summary.stages import Stage, is_collected, is_late, is_waiting, stage_of, stage_words

DONE, NOW, NEXT, PROBLEM = "done", "now", "next", "problem"
TROUBLE = frozenset({S.DELIVERY_FAILED, S.ON_HOLD, S.DELAYED})
ENDED = frozenset({S.LOST, S.DAMAGED, S.CANCELLED, S.EXPIRED})


@dataclass(frozen=True, slots=True)
class TrailStop:
    """One stop of the trail."""

    label: str
    when: str | None
    state: str
    stage: Stage


def trail(order: TrackedOrder, parcel: TrackedParcel, now: datetime) -> list[TrailStop]:
    """The stops of one parcel."""
    if is_waiting(order, parcel):
        return trail_of_unsent(order, now, to_collect=is_collected(parcel))
    when = _Whens(parcel, now)
    begin = [_stop(Stage.RECEIVED, words.short_day(order.placed_at, zone=order.zone), DONE)]
    if parcel.state in (S.RETURN_TO_SENDER, S.RETURNED):
        return begin + _way_back(parcel, when)
    if parcel.state in ENDED or parcel.retired:
        return begin + _way_until_the_end(order, parcel, when)
    return begin + _way_there(parcel, when)


def order_trail(order: TrackedOrder, focus: TrackedParcel | None, now: datetime) -> list[TrailStop]:
    """The stops of the parcel that speaks for the order, else of the order itself."""
    return trail(order, focus, now) if focus else trail_of_unsent(order, now)


def trail_of_unsent(order: TrackedOrder, now: datetime, *, to_collect: bool = False) -> list[TrailStop]:
    """The stops of what is in no parcel yet, or in one that is only planned."""
    received = words.short_day(order.placed_at, zone=order.zone)
    if order.status == "cancelled":
        return [_stop(Stage.RECEIVED, received, DONE), _stop(Stage.CANCELLED, None, PROBLEM)]
    end = [Stage.READY_TO_COLLECT, Stage.COLLECTED] if to_collect else [Stage.OUT_FOR_DELIVERY, Stage.DELIVERED]
    ahead = [Stage.ON_ITS_WAY, *end]
    here = PROBLEM if is_overdue(order, now) else NOW
    if order.planned:
        planned = words.short_day(order.hold_until) if order.hold_until else None
        state = _stop(Stage.PLANNED, planned, NOW)
    elif order.status == "on_hold":
        state = _stop(Stage.ON_HOLD, None, PROBLEM)
    elif order.status == "received":
        return [_stop(Stage.RECEIVED, received, here), *_to_come(Stage.PREPARING, *ahead)]
    elif order.status in ("shipped", "partly_shipped") and not order.parcels:
        state, ahead = _stop(Stage.ON_ITS_WAY, None, here), ahead[1:]
    else:
        state = _stop(Stage.PREPARING, None, here)
    return [_stop(Stage.RECEIVED, received, DONE), state, *_to_come(*ahead)]


class _Whens:
    """Short days, and times for today, each by the clock of its scan."""

    def __init__(self, parcel: TrackedParcel, now: datetime) -> None:
        self.parcel, self.now = parcel, now

    def __call__(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        zone = self.parcel.zone_at(at)
        if words.local_day(at, zone) == words.local_day(self.now, zone) and self.parcel.exact(at):
            return _("today, %(time)s", time=words.clock_time(at, zone=zone))
        return words.short_day(at, zone=zone)


# A stage, when it was reached, and whether the parcel is there.
Stops = Sequence[tuple[Stage, datetime | None, bool]]


def _way_there(parcel: TrackedParcel, when: _Whens) -> list[TrailStop]:
    """Prepared, on its way, the last leg, the end; what was not reached is dotted, or left out once it is past."""
    stops = _stops(parcel)
    here = next((at for at, stop in enumerate(stops) if stop[2]), None)
    if parcel.state in TROUBLE:
        return _with_trouble(parcel, stops, when)
    # Late is told at the stop where it is: the way goes on from there.
    now = PROBLEM if is_late(parcel) else NOW
    shown = []
    for at, (stage, instant, is_here) in enumerate(stops):
        # never a stop that nobody saw it at.
        if here is not None and at < here and instant is None:
            continue
        state = (DONE if parcel.state is S.DELIVERED else now) if is_here else (DONE if at < (here or 0) else NEXT)
        shown.append(_stop(stage, when(instant) if state != NEXT else None, state))
    return shown


def _stops(parcel: TrackedParcel) -> Stops:
    state, reached = parcel.state, parcel.reached
    collects = is_collected(parcel)
    last = (Stage.READY_TO_COLLECT, M.READY_FOR_PICKUP) if collects else (Stage.OUT_FOR_DELIVERY, M.OUT_FOR_DELIVERY)
    on_its_way = (Stage.ON_ITS_WAY, reached.get(M.SHIPPED), state in (S.PICKED_UP, S.IN_TRANSIT))
    return [
        (Stage.PREPARING, _prepared_at(parcel), state in (S.PENDING, S.INFO_RECEIVED, S.UNKNOWN)),
        *([on_its_way] if parcel.method != "store_pickup" or on_its_way[2] else []),
        (last[0], reached.get(last[1]), state in (S.OUT_FOR_DELIVERY, S.READY_FOR_PICKUP)),
        (Stage.COLLECTED if collects else Stage.DELIVERED, parcel.delivered_at, state is S.DELIVERED),
    ]


def _with_trouble(parcel: TrackedParcel, stops: Stops, when: _Whens) -> list[TrailStop]:
    """What was reached, then what went wrong, then the end that is still meant."""
    done = [_stop(stage, when(instant), DONE) for stage, instant, _here in stops[:-1] if instant is not None]
    here = _stop(_trouble_of(parcel), when(parcel.state_since), PROBLEM)
    # Five stops are the most, with the first.
    return [*done[-2:], here, _stop(stops[-1][0], None, NEXT)]


def _trouble_of(parcel: TrackedParcel) -> Stage:
    return {S.DELIVERY_FAILED: Stage.NOT_DELIVERED, S.ON_HOLD: Stage.HELD}.get(parcel.state, Stage.LATE)


def _way_until_the_end(order: TrackedOrder, parcel: TrackedParcel, when: _Whens) -> list[TrailStop]:
    done = [_stop(Stage.ON_ITS_WAY, when(parcel.reached[M.SHIPPED]), DONE)] if M.SHIPPED in parcel.reached else []
    return [*done, _stop(stage_of(order, parcel), when(parcel.state_since), PROBLEM)]


def _way_back(parcel: TrackedParcel, when: _Whens) -> list[TrailStop]:
    stops = []
    for stage, name in (
        (Stage.ON_ITS_WAY, M.SHIPPED),
        (Stage.NOT_DELIVERED, M.DELIVERY_FAILED),
        (Stage.COLLECTED if is_collected(parcel) else Stage.DELIVERED, M.DELIVERED),
    ):
        if name in parcel.reached:
            stops.append(_stop(stage, when(parcel.reached[name]), DONE))
    arrived = parcel.state is S.RETURNED
    going = when(parcel.reached.get(M.RETURNING))
    if going or not arrived:
        stops.append(_stop(Stage.GOING_BACK, going, DONE if arrived else PROBLEM))
    back = when(parcel.reached.get(M.RETURNED))
    stops.append(_stop(Stage.BACK_AT_SHOP, back, DONE if arrived else NEXT))
    # Five with the first.
    return stops[-4:]


def _prepared_at(parcel: TrackedParcel) -> datetime | None:
    """When its label was made, else when the shop says that it was packed."""
    packed = (scan.at for scan in parcel.scans if scan.by == SHOP and scan.state is S.INFO_RECEIVED)
    return parcel.label_created_at or next(packed, None)


def _stop(stage: Stage, when: str | None, state: str) -> TrailStop:
    return TrailStop(stage_words(stage), when, state, stage)


def _to_come(*stages: Stage) -> list[TrailStop]:
    return [_stop(stage, None, NEXT) for stage in stages]

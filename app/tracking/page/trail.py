"""The trail: at most five stops, solid where the parcel has been, and never one past a stop that ends the way."""

from dataclasses import dataclass
from datetime import datetime

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import pgettext
from app.tracking.fold.facts import MilestoneName as M
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.page.words import SHOP, short_state
from app.tracking.states import ShipmentState as S

DONE, NOW, NEXT, PROBLEM = "done", "now", "next", "problem"
TROUBLE = frozenset({S.DELIVERY_FAILED, S.ON_HOLD, S.DELAYED, S.LOST, S.DAMAGED, S.CANCELLED, S.EXPIRED})
ENDED = frozenset({S.LOST, S.DAMAGED, S.CANCELLED, S.EXPIRED})


@dataclass(frozen=True, slots=True)
class TrailStop:
    """One stop of the trail."""

    label: str
    when: str | None
    state: str


def trail(order: TrackedOrder, parcel: TrackedParcel, now: datetime) -> list[TrailStop]:
    """The stops of one parcel."""
    when = _Whens(parcel, now)
    begin = [TrailStop(_("Received"), words.short_day(order.placed_at, zone=order.zone), DONE)]
    if parcel.state in (S.RETURN_TO_SENDER, S.RETURNED):
        return begin + _way_back(parcel, when)
    if parcel.state in ENDED:
        return begin + _way_until_the_end(parcel, when)
    return begin + _way_there(parcel, when)


def trail_of_unsent(order: TrackedOrder) -> list[TrailStop]:
    """The stops of what is in no parcel yet."""
    received = words.short_day(order.placed_at, zone=order.zone)
    if order.status == "cancelled":
        return [TrailStop(_("Received"), received, DONE), TrailStop(_("Cancelled"), None, PROBLEM)]
    if order.planned:
        planned = words.short_day(order.hold_until) if order.hold_until else None
        state = TrailStop(_("Planned"), planned, NOW)
    elif order.status == "on_hold":
        state = TrailStop(_("On hold"), None, PROBLEM)
    elif order.status == "received":
        return [TrailStop(_("Received"), received, NOW), *_to_come(_("Prepared"), _("On its way"), _("Delivered"))]
    else:
        state = TrailStop(_("Preparing"), None, NOW)
    return [TrailStop(_("Received"), received, DONE), state, *_to_come(_("On its way"), _("Delivered"))]


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


def _way_there(parcel: TrackedParcel, when: _Whens) -> list[TrailStop]:
    """Prepared, on its way, the last leg, the end; what was not reached is dotted, or left out once it is past."""
    reached = parcel.reached
    at_last = _last_stop(parcel)
    stops = [
        (_prepared_label(parcel), _prepared_at(parcel), parcel.state in (S.PENDING, S.INFO_RECEIVED, S.UNKNOWN)),
        (_("On its way"), reached.get(M.SHIPPED), parcel.state in (S.PICKED_UP, S.IN_TRANSIT)),
        (at_last[0], reached.get(at_last[1]), parcel.state in (S.OUT_FOR_DELIVERY, S.READY_FOR_PICKUP)),
        (_end_label(parcel), parcel.delivered_at, parcel.state is S.DELIVERED),
    ]
    if parcel.method == "store_pickup":
        del stops[1]
    here = next((at for at, stop in enumerate(stops) if stop[2]), None)
    if parcel.state in TROUBLE:
        return _with_trouble(parcel, stops, when)
    shown = []
    for at, (label, instant, is_here) in enumerate(stops):
        # never a stop that nobody saw it at.
        if here is not None and at < here and instant is None:
            continue
        state = (DONE if parcel.state is S.DELIVERED else NOW) if is_here else (DONE if at < (here or 0) else NEXT)
        shown.append(TrailStop(label, when(instant) if state != NEXT else None, state))
    return shown


def _with_trouble(
    parcel: TrackedParcel, stops: list[tuple[str, datetime | None, bool]], when: _Whens
) -> list[TrailStop]:
    """What was reached, then what went wrong, then the end that is still meant."""
    done = [TrailStop(label, when(instant), DONE) for label, instant, _here in stops[:-1] if instant is not None]
    here = TrailStop(short_state(parcel.state), when(parcel.state_since), PROBLEM)
    # Five stops are the most, with the first.
    return [*done[-2:], here, TrailStop(stops[-1][0], None, NEXT)]


def _way_until_the_end(parcel: TrackedParcel, when: _Whens) -> list[TrailStop]:
    done = [TrailStop(_("On its way"), when(parcel.reached[M.SHIPPED]), DONE)] if M.SHIPPED in parcel.reached else []
    return [*done, TrailStop(short_state(parcel.state), when(parcel.state_since), PROBLEM)]


def _way_back(parcel: TrackedParcel, when: _Whens) -> list[TrailStop]:
    stops = []
    for label, name in (
        (_("On its way"), M.SHIPPED),
        (_("Not delivered"), M.DELIVERY_FAILED),
        (_("Delivered"), M.DELIVERED),
    ):
        if name in parcel.reached:
            stops.append(TrailStop(label, when(parcel.reached[name]), DONE))
    arrived = parcel.state is S.RETURNED
    going = when(parcel.reached.get(M.RETURNING))
    if going or not arrived:
        stops.append(TrailStop(_("Going back"), going, DONE if arrived else PROBLEM))
    stops.append(TrailStop(_("Back at the shop"), when(parcel.reached.get(M.RETURNED)), DONE if arrived else NEXT))
    # Five with the first.
    return stops[-4:]


def _last_stop(parcel: TrackedParcel) -> tuple[str, M]:
    collects = parcel.method != "delivery" or M.READY_FOR_PICKUP in parcel.reached
    return (_("Ready to collect"), M.READY_FOR_PICKUP) if collects else (_("Out for delivery"), M.OUT_FOR_DELIVERY)


def _prepared_at(parcel: TrackedParcel) -> datetime | None:
    """When its label was made, else when the shop says that it was packed."""
    packed = (scan.at for scan in parcel.scans if scan.by == SHOP and scan.state is S.INFO_RECEIVED)
    return parcel.label_created_at or next(packed, None)


def _prepared_label(parcel: TrackedParcel) -> str:
    return (
        _("Preparing") if parcel.state in (S.PENDING, S.UNKNOWN) and parcel.label_created_at is None else _("Prepared")
    )


def _end_label(parcel: TrackedParcel) -> str:
    return pgettext("parcel", "Collected") if _last_stop(parcel)[1] is M.READY_FOR_PICKUP else _("Delivered")


def _to_come(*labels: str) -> list[TrailStop]:
    return [TrailStop(label, None, NEXT) for label in labels]

"""What is said of one parcel: its headline, what happens next, and what to know when it is late."""

from datetime import datetime

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.tracking.estimate import UNDERWAY, ArrivalBasis
from app.tracking.page.arrival_words import coming
from app.tracking.page.records import TrackedParcel
from app.tracking.page.words import _l, state_words
from app.tracking.states import ShipmentState as S

CUSTOMS = frozenset({"customs_delay", "duties_unpaid"})
# What happens next, or what the customer does.
NEXT = {
    S.PENDING: _l("We are packing it. We tell you when it leaves."),
    S.INFO_RECEIVED: _l("It is packed. Next, the carrier collects it."),
    S.PICKED_UP: _l("The carrier has it. Next, it travels to your area."),
    S.IN_TRANSIT: _l("It is on its way. Next comes the delivery round."),
    S.OUT_FOR_DELIVERY: _l("The driver has it on board."),
    S.DELIVERED: _l("Is something not right? Send it back, or tell us."),
    S.ON_HOLD: _l("The carrier is holding it. You don't need to do anything for now."),
    S.DELAYED: _l("We are sorry. It moves on as soon as the carrier can."),
    S.RETURN_TO_SENDER: _l("It could not be delivered. Write to us if you want it again, or your money back."),
    S.RETURNED: _l("We have it here again. Write to us if you want it sent once more, or your money back."),
    S.LOST: _l("We are sorry. Write to us: a person answers."),
    S.DAMAGED: _l("We are sorry. Write to us: a person answers."),
    S.CANCELLED: _l("This parcel will not be sent. If you did not expect that, write to us."),
    S.EXPIRED: _l("Nothing was heard of it for a long time. If you do not have it, write to us."),
    S.UNKNOWN: _l("We are waiting for the carrier's first news."),
}
# The headline where no date is known.
UNDATED = {
    S.PENDING: _l("We are preparing it"),
    S.INFO_RECEIVED: _l("It is packed and waiting for the carrier"),
    S.RETURN_TO_SENDER: _l("It is on its way back to us"),
    S.RETURNED: _l("It is back with us"),
    S.LOST: _l("Your parcel is lost"),
    S.DAMAGED: _l("Your parcel was damaged on the way"),
    S.CANCELLED: _l("This parcel was cancelled"),
    S.UNKNOWN: _l("We don't know yet when it comes"),
}


def headline(parcel: TrackedParcel, now: datetime) -> str:
    """The parcel's news in one line, with its date."""
    if parcel.retired:
        return _("We have no more news of this parcel")
    if parcel.state is S.DELIVERED:
        return _delivered(parcel, now)
    if parcel.state is S.READY_FOR_PICKUP:
        point = (parcel.pickup_point or {}).get("name")
        return _("Ready to collect at %(point)s", point=point) if point else _("Ready to collect")
    if parcel.state is S.DELIVERY_FAILED:
        return _failed(parcel, now)
    arrival = coming(parcel, now)
    if arrival:
        return arrival.title
    return _without_a_date(parcel)


def next_step(parcel: TrackedParcel, now: datetime) -> str | None:
    """What happens next, or what the customer does: no state is a dead end."""
    if parcel.retired:
        return _(
            "Nothing was heard of it for ninety days, so we no longer watch it. If you do not have it, write to us."
        )
    if parcel.state is S.DELIVERY_FAILED:
        return _after_a_failed_try(parcel, now)
    if parcel.state is S.READY_FOR_PICKUP:
        return _bring(parcel)
    if parcel.state is S.ON_HOLD and _at_customs(parcel):
        return _("You don't need to do anything for now. If customs need something, they or the carrier write to you.")
    if parcel.state is S.UNKNOWN and not parcel.followed:
        return None
    words = NEXT.get(parcel.state)
    return _(words) if words else None


def late_notice(parcel: TrackedParcel, now: datetime) -> str | None:
    """The apology: said when the promise does not hold, with what can be done."""
    if parcel.late_since is None or parcel.state not in UNDERWAY:
        return None
    arrival = coming(parcel, now)
    if arrival and arrival.before:
        return _("It comes later than we promised. We are sorry. If you cannot wait, write to us: a person answers.")
    if arrival and parcel.askable:
        return _("It has not moved for a while. We are asking the carrier; you don't need to do anything.")
    if arrival:
        return _("It has not moved for a while. We are sorry. If you cannot wait, write to us: a person answers.")
    return _("We are sorry. If you cannot wait, write to us: a person answers.")


def _delivered(parcel: TrackedParcel, now: datetime) -> str:
    at = parcel.delivered_at or parcel.state_since
    if at is None:
        return _("Delivered")
    zone = parcel.zone_at(at)
    near = words.relative_day(at, zone=zone, now=now)
    moment = words.moment(at, zone=zone, now=now) if parcel.exact(at) else near
    when = (moment if near else None) or words.day(at, zone=zone)
    if parcel.method == "store_pickup":
        return _("Collected %(when)s", when=when) if near else _("Collected on %(day)s", day=when)
    return _("Delivered %(when)s", when=when) if near else _("Delivered on %(day)s", day=when)


def _failed(parcel: TrackedParcel, now: datetime) -> str:
    at = parcel.state_since
    if at is None:
        return state_words(parcel.state)
    zone = parcel.zone_at(at)
    near = words.relative_day(at, zone=zone, now=now)
    if near:
        return _("The carrier could not deliver it %(when)s", when=near)
    return _("The carrier could not deliver it on %(day)s", day=words.day(at, zone=zone))


def _after_a_failed_try(parcel: TrackedParcel, now: datetime) -> str:
    arrival = coming(parcel, now)
    # What the shop promised at purchase says nothing of the next try.
    is_dated = arrival is not None and arrival.basis is not ArrivalBasis.PROMISE
    if parcel.page:
        next_try = _(
            "They usually try again on the next working day. On their page you can often choose another day or place."
        )
    else:
        next_try = _("They usually try again on the next working day.")
    return f"{arrival.title}. {next_try}" if arrival and is_dated else next_try


def _bring(parcel: TrackedParcel) -> str:
    if parcel.number:
        return _("Bring your ID and the tracking number.")
    return _("Bring your ID and the order number.")


def _at_customs(parcel: TrackedParcel) -> bool:
    return bool(parcel.scans and parcel.scans[0].incident in CUSTOMS)


def _without_a_date(parcel: TrackedParcel) -> str:
    if parcel.late_since is not None and parcel.state in UNDERWAY:
        return _("It is late, and we don't know yet when it comes")
    if parcel.state is S.ON_HOLD and _at_customs(parcel):
        return _("Waiting at customs")
    words = UNDATED.get(parcel.state)
    return _(words) if words else state_words(parcel.state)

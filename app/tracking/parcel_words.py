"""What is said of one parcel: its headline, what happens next, and what to know when it is late."""

from datetime import datetime

from flask_babel import gettext as _

from app import words
from app.tracking.arrival_words import coming
from app.tracking.carrier_pages import carrier_page
from app.tracking.estimate import UNDERWAY, Basis
from app.tracking.page_facts import Parcel
from app.tracking.states import ShipmentState as S
from app.tracking.wording import state_words

CUSTOMS = frozenset({"customs_delay", "duties_unpaid"})


def headline(parcel: Parcel, now: datetime) -> str:
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
    told = coming(parcel, now)
    if told:
        return told.title
    return _without_a_date(parcel)


def next_step(parcel: Parcel, now: datetime) -> str | None:
    """What happens next, or what the customer does: no state is a dead end."""
    if parcel.retired:
        return _("Nothing was heard of it for ninety days, so we stopped asking. If you do not have it, write to us.")
    if parcel.state is S.DELIVERY_FAILED:
        return _after_a_failed_try(parcel, now)
    if parcel.state is S.ON_HOLD and _at_customs(parcel):
        return _("You don't need to do anything for now. If customs need something, they or the carrier write to you.")
    return {
        S.PENDING: _("We are packing it. We tell you when it leaves."),
        S.INFO_RECEIVED: _("It is packed. Next, the carrier collects it."),
        S.PICKED_UP: _("The carrier has it. Next, it travels to your area."),
        S.IN_TRANSIT: _("It is on its way. Next comes the delivery round."),
        S.OUT_FOR_DELIVERY: _("The driver has it on board."),
        S.READY_FOR_PICKUP: _bring(parcel),
        S.DELIVERED: _("Is something not right? Send it back, or tell us."),
        S.ON_HOLD: _("The carrier is holding it. You don't need to do anything for now."),
        S.DELAYED: _("We are sorry. It moves on as soon as the carrier can."),
        S.RETURN_TO_SENDER: _("It could not be delivered. Tell us whether you want it again or your money back."),
        S.RETURNED: _("We have it here again. Tell us whether you want it sent once more or your money back."),
        S.LOST: _("We are sorry. Write to us: we send it again or give you your money back."),
        S.DAMAGED: _("We are sorry. Write to us: we send it again or give you your money back."),
        S.CANCELLED: _("This parcel will not be sent. If you did not expect that, write to us."),
        S.EXPIRED: _("Nothing was heard of it for a long time. If you do not have it, write to us."),
        S.UNKNOWN: _("We are waiting for the carrier's first news."),
    }.get(parcel.state)


def late_notice(parcel: Parcel, now: datetime) -> str | None:
    """The apology: said when the promise does not hold, with what can be done."""
    if parcel.late_since is None or parcel.state not in UNDERWAY:
        return None
    told = coming(parcel, now)
    if told and told.before:
        return _("It comes later than we promised. We are sorry. If you cannot wait, write to us: we find another way.")
    if told:
        return _("It has not moved for a while. We are asking the carrier; you don't need to do anything.")
    return _("We are sorry. We keep asking the carrier. If you cannot wait, write to us: we find another way.")


def _delivered(parcel: Parcel, now: datetime) -> str:
    at = parcel.delivered_at or parcel.state_since
    if at is None:
        return _("Delivered")
    near = words.relative_day(at, zone=parcel.zone, now=now)
    when = words.moment(at, zone=parcel.zone, now=now) if near else words.day(at, zone=parcel.zone)
    if parcel.method == "store_pickup":
        return _("Collected %(when)s", when=when) if near else _("Collected on %(day)s", day=when)
    return _("Delivered %(when)s", when=when) if near else _("Delivered on %(day)s", day=when)


def _failed(parcel: Parcel, now: datetime) -> str:
    at = parcel.state_since
    if at is None:
        return state_words(parcel.state)
    near = words.relative_day(at, zone=parcel.zone, now=now)
    if near:
        return _("The carrier could not deliver it %(when)s", when=near)
    return _("The carrier could not deliver it on %(day)s", day=words.day(at, zone=parcel.zone))


def _after_a_failed_try(parcel: Parcel, now: datetime) -> str:
    told = coming(parcel, now)
    known = told is not None and told.basis is not Basis.PROMISE
    if carrier_page(parcel.carrier, parcel.number):
        again = _(
            "They usually try again on the next working day. On their page you can often choose another day or place."
        )
    else:
        again = _("They usually try again on the next working day.")
    return f"{told.title}. {again}" if told and known else again


def _bring(parcel: Parcel) -> str:
    if parcel.number:
        return _("Bring your ID and the tracking number.")
    return _("Bring your ID and the order number.")


def _at_customs(parcel: Parcel) -> bool:
    return bool(parcel.scans and parcel.scans[0].incident in CUSTOMS)


def _without_a_date(parcel: Parcel) -> str:
    if parcel.late_since is not None and parcel.state in UNDERWAY:
        return _("It is late, and we don't know yet when it comes")
    if parcel.state is S.ON_HOLD and _at_customs(parcel):
        return _("Waiting at customs")
    return {
        S.PENDING: _("We are preparing it"),
        S.INFO_RECEIVED: _("It is packed and waiting for the carrier"),
        S.RETURN_TO_SENDER: _("It is on its way back to us"),
        S.RETURNED: _("It is back with us"),
        S.LOST: _("Your parcel is lost"),
        S.DAMAGED: _("Your parcel was damaged on the way"),
        S.CANCELLED: _("This parcel was cancelled"),
        S.UNKNOWN: _("We don't know yet when it comes"),
    }.get(parcel.state) or state_words(parcel.state)

"""What is said of one parcel: its headline, what happens next, and what to know when it is late."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.tracking.estimate import UNDERWAY, ArrivalBasis, is_on_its_round
from app.tracking.page.records import TrackedParcel
from app.tracking.page.words import state_words
from app.tracking.states import ShipmentState as S
from app.tracking.summary.arrival_words import coming
from app.tracking.summary.stages import _l, is_collected, stage_of_state, stage_words

# How lockers are called where the order does not say what the point is.
LOCKERS = re.compile(r"\b(locker|packstation|taquilla|casillero|consigna|parcel box|paketbox|inpost)", re.IGNORECASE)
CUSTOMS = frozenset({"customs_delay", "duties_unpaid"})
# What happens next, or what the customer does.
NEXT = {
    S.PENDING: _l("We're packing it. We'll let you know when it leaves."),
    S.INFO_RECEIVED: _l("It's packed and waiting for the carrier to collect it."),
    S.PICKED_UP: _l("The carrier has it and is taking it to your area."),
    S.IN_TRANSIT: _l("It's on its way. Next, it goes out for delivery."),
    S.OUT_FOR_DELIVERY: _l("The driver has it."),
    S.DELIVERED: _l("Is something wrong? Send it back or write to us."),
    S.ON_HOLD: _l("The carrier is holding it. You don't need to do anything for now."),
    S.DELAYED: _l("We're sorry. It will move on as soon as the carrier can."),
    S.RETURN_TO_SENDER: _l("It couldn't be delivered. Write to us: shall we send it again or refund you?"),
    S.RETURNED: _l("Write to us: shall we send it again or refund you?"),
    S.LOST: _l("We're sorry. Write to us and we'll send it again or refund you."),
    S.DAMAGED: _l("We're sorry. Write to us and we'll send it again or refund you."),
    S.CANCELLED: _l("This parcel won't be sent. If you didn't expect that, write to us."),
    S.EXPIRED: _l("We've had no news of it for a long time. If you don't have it, write to us."),
    S.UNKNOWN: _l("We're waiting for the carrier's first update."),
}
# The headline where no date is known.
UNDATED = {
    S.PENDING: _l("We're preparing it"),
    S.INFO_RECEIVED: _l("Waiting for the carrier to collect it"),
    S.RETURN_TO_SENDER: _l("It's on its way back to us"),
    S.RETURNED: _l("It's back with us"),
    S.LOST: _l("Your parcel is lost"),
    S.DAMAGED: _l("Your parcel was damaged on the way"),
    S.CANCELLED: _l("This parcel was cancelled"),
    S.UNKNOWN: _l("We don't know yet when it will arrive"),
}
# The same beside another parcel's news: «Parcel 2 of 2: damaged on the way».
BRIEF = {
    S.RETURN_TO_SENDER: _l("going back to us"),
    S.RETURNED: _l("back with us"),
    S.LOST: _l("lost"),
    S.DAMAGED: _l("damaged on the way"),
    S.CANCELLED: _l("cancelled"),
}


def headline(parcel: TrackedParcel, now: datetime) -> str:
    """The parcel's news in one line, with its date."""
    if parcel.retired:
        return _("There's been no news of this parcel for a while")
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


def brief(parcel: TrackedParcel, now: datetime) -> str:
    """The same after a colon, beside the news of another parcel."""
    if parcel.retired:
        return _("no news for a while")
    short = BRIEF.get(parcel.state)
    text = _(short) if short else headline(parcel, now)
    return text[:1].lower() + text[1:]


def next_step(parcel: TrackedParcel, now: datetime) -> str | None:
    """What happens next, or what the customer does: no state is a dead end."""
    if parcel.retired:
        return _("We've had no news for 90 days and no longer check. If you don't have it, write to us.")
    if parcel.state is S.DELIVERY_FAILED:
        return _after_a_failed_try(parcel, now)
    if parcel.state is S.READY_FOR_PICKUP:
        return _bring(parcel, now)
    if parcel.state is S.ON_HOLD and _at_customs(parcel):
        return _("You don't need to do anything for now. If customs need something, customs or the carrier will write.")
    if parcel.state is S.UNKNOWN and not parcel.followed:
        return None
    words = NEXT.get(parcel.state)
    return _(words) if words else None


def late_notice(parcel: TrackedParcel, now: datetime) -> str | None:
    """The apology: said when the promise does not hold, with what can be done."""
    if parcel.late_since is None or parcel.state not in UNDERWAY:
        return None
    if parcel.state is S.DELIVERY_FAILED:
        return _("We're sorry. %(next)s", next=_after_a_failed_try(parcel, now))
    arrival = coming(parcel, now)
    if arrival and arrival.before:
        return _("It's coming later than we promised. We're sorry. If you can't wait, write to us.")
    if is_on_its_round(parcel.outlook, _today(parcel, now)):
        return _("The driver has it, and it's late today. We're sorry. If it doesn't come today, write to us.")
    return _without_news(parcel) if arrival else _("We're sorry. If you can't wait, write to us.")


def _without_news(parcel: TrackedParcel) -> str:
    if parcel.askable:
        return _("It hasn't moved for a while. We're watching for the carrier's news; you don't need to do anything.")
    return _("It hasn't moved for a while. We're sorry. If you can't wait, write to us.")


def _delivered(parcel: TrackedParcel, now: datetime) -> str:
    at = parcel.delivered_at or parcel.state_since
    if at is None:
        return stage_words(stage_of_state(parcel.state, collected=is_collected(parcel)))
    zone = parcel.zone_at(at)
    near = words.relative_day(at, zone=zone, now=now)
    moment = words.moment(at, zone=zone, now=now) if parcel.exact(at) else near
    when = (moment if near else None) or words.day(at, zone=zone)
    if is_collected(parcel):
        return _("Collected %(when)s", when=when) if near else _("Collected on %(day)s", day=when)
    return _("Delivered %(when)s", when=when) if near else _("Delivered on %(day)s", day=when)


def _failed(parcel: TrackedParcel, now: datetime) -> str:
    at = parcel.state_since
    if at is None:
        return state_words(parcel.state)
    zone = parcel.zone_at(at)
    near = words.relative_day(at, zone=zone, now=now)
    if near:
        return _("The carrier couldn't deliver it %(when)s", when=near)
    return _("The carrier couldn't deliver it on %(day)s", day=words.day(at, zone=zone))


def _after_a_failed_try(parcel: TrackedParcel, now: datetime) -> str:
    arrival = coming(parcel, now)
    # What the shop promised at purchase says nothing of the next try.
    is_dated = arrival is not None and arrival.basis is not ArrivalBasis.PROMISE
    return f"{arrival.title}. {next_try(parcel)}" if arrival and is_dated else next_try(parcel)


def next_try(parcel: TrackedParcel) -> str:
    """What usually follows when nobody could be found, without a day."""
    usually = _("They usually try again the next working day.")
    if not parcel.page:
        return usually
    return usually + " " + _("On the carrier's site you may be able to choose another day or place.")


def _bring(parcel: TrackedParcel, now: datetime) -> str:
    until = keep_until(parcel)
    if until and until < _today(parcel, now):
        return _("The last day to collect it was %(day)s. If it's no longer there, write to us.", day=words.day(until))
    fetch = _("Collect it by %(day)s.", day=words.day(until)) + " " if until else ""
    return fetch + what_to_bring(parcel)


def _today(parcel: TrackedParcel, now: datetime) -> date:
    return now.astimezone(ZoneInfo(parcel.zone)).date()


def what_to_bring(parcel: TrackedParcel) -> str:
    """What is needed where it waits."""
    if is_locker(parcel):
        return _("You need the carrier's code to open it.")
    return _("Bring ID and the tracking number.") if parcel.number else _("Bring ID and the order number.")


def keep_until(parcel: TrackedParcel) -> date | None:
    """The last day on which it can be fetched, where that was told."""
    written = (parcel.pickup_point or {}).get("keep_until")
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def is_locker(parcel: TrackedParcel) -> bool:
    """Whether nobody stands where it waits: by its kind, or by what it is called."""
    point = parcel.pickup_point or {}
    return point.get("kind") == "locker" or bool(LOCKERS.search(point.get("name") or ""))


def _at_customs(parcel: TrackedParcel) -> bool:
    return bool(parcel.scans and parcel.scans[0].incident in CUSTOMS)


def _without_a_date(parcel: TrackedParcel) -> str:
    if parcel.late_since is not None and parcel.state in UNDERWAY:
        return _("It's late. We don't know the new date yet")
    if parcel.state is S.ON_HOLD and _at_customs(parcel):
        return _("Waiting at customs")
    words = UNDATED.get(parcel.state)
    return _(words) if words else state_words(parcel.state)

"""The answer at the top of the order page: the state in plain words, the date, what happens next, and who says so."""

from dataclasses import dataclass
from datetime import date, datetime

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import ngettext
from app.tracking.carrier_pages import carrier_title
from app.tracking.estimate import arrival
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.page.words import hold_words, without_parcels
from app.tracking.states import ShipmentState as S
from app.tracking.summary import parcel_words
from app.tracking.summary.arrival_words import look_again, no_news, planned_arrival, said_before, told_by
from app.tracking.summary.money_words import cancelled_words
from app.tracking.summary.promise import promised, today_of
from app.tracking.summary.stages import is_collected, is_waiting

FAR = date.max
# First what somebody has to do something about, then what comes soonest, last what is over.
WEIGHT = {
    S.READY_FOR_PICKUP: 0,
    S.DELIVERY_FAILED: 0,
    S.OUT_FOR_DELIVERY: 1,
    S.LOST: 2,
    S.DAMAGED: 2,
    S.ON_HOLD: 2,
    S.RETURN_TO_SENDER: 2,
    S.RETURNED: 4,
    S.EXPIRED: 4,
    S.DELIVERED: 5,
    S.CANCELLED: 6,
}


@dataclass(frozen=True, slots=True)
class Headline:
    """What stands above everything else."""

    title: str
    above: str
    why: str | None = None
    source: str | None = None
    was: str | None = None


def answer(order: TrackedOrder, now: datetime) -> Headline:
    """The one thing that this customer wants to know first."""
    above = _above(order)
    if order.status == "cancelled":
        return Headline(_("Your order has been cancelled"), above, cancelled_words(order))
    focus = leading(order, now)
    if focus is None:
        return _before_shipping(order, above, now)
    next_step = parcel_words.late_notice(focus, now) or parcel_words.next_step(focus, now)
    if focus.state is S.DELIVERED and order.all_returned:
        next_step = _("All of it is returned.")
    return Headline(
        title=_title(order, focus, now),
        above=above,
        why=_joined(next_step, others(order, focus, now)),
        source=_joined(
            _sentence(told_by(focus, carrier_title(focus.carrier), now)), look_again(focus, now) or no_news(focus)
        ),
        was=said_before(focus, now),
    )


def leading(order: TrackedOrder, now: datetime) -> TrackedParcel | None:
    """The parcel that speaks for its order; None while the order speaks for itself, as when it is on hold."""
    focus = focus_of(order, now)
    # A parcel that is only planned waits for what holds its order.
    return None if focus is None or order.status == "cancelled" or is_waiting(order, focus) else focus


def focus_of(order: TrackedOrder, now: datetime) -> TrackedParcel | None:
    """The parcel that matters now: one to be fetched, one on its round, the next to come, the last that came."""
    return min(order.parcels, key=lambda parcel: _weight(parcel, now), default=None)


def _weight(parcel: TrackedParcel, now: datetime) -> tuple[int, date, float]:
    last = parcel.delivered_at or parcel.state_since
    return WEIGHT.get(parcel.state, 3), arrival(parcel.outlook, now).until or FAR, -(last.timestamp() if last else 0)


def _title(order: TrackedOrder, focus: TrackedParcel, now: datetime) -> str:
    several = len(order.parcels) > 1 and not order.unsent
    if several and all(parcel.state is S.DELIVERED for parcel in order.parcels):
        return _("Everything has been collected") if all_collected(order) else _("Everything has been delivered")
    return parcel_words.headline(focus, now)


def all_collected(order: TrackedOrder) -> bool:
    """Whether nothing of it was brought to the door."""
    return all(is_collected(parcel) for parcel in order.parcels)


def _above(order: TrackedOrder) -> str:
    """«Pedido 10482 · 3 artículos en 2 envíos · 1 de 2 entregado»."""
    # What was given in exchange or sent in place of something was not bought beside it.
    items = sum(line.quantity for line in order.lines if line.origin in ("order", "edit"))
    parts = [_("Order %(number)s", number=order.number)]
    counted = ngettext("%(num)s item", "%(num)s items", items)
    parcels = len(order.parcels)
    if parcels > 1:
        # A shop that names no items is not said to have sent none.
        counted = _("%(items)s in %(count)s parcels", items=counted, count=parcels) if items else _several(parcels)
    if items or parcels > 1:
        parts.append(counted)
    done = sum(parcel.state is S.DELIVERED for parcel in order.parcels)
    if parcels > 1 and done:
        parts.append(
            ngettext("%(num)s of %(all)s parcels delivered", "%(num)s of %(all)s parcels delivered", done, all=parcels)
        )
    return " · ".join(parts)


def _several(parcels: int) -> str:
    return ngettext("%(num)s parcel", "%(num)s parcels", parcels)


def others(order: TrackedOrder, focus: TrackedParcel, now: datetime) -> str | None:
    """Of several parcels, what the next one does."""
    rest = [parcel for parcel in order.parcels if parcel is not focus and parcel.state is not S.DELIVERED]
    if len(order.parcels) < 2 or not rest:
        return None
    other = min(rest, key=lambda parcel: _weight(parcel, now))
    news = parcel_words.brief(other, now)
    return _("Parcel %(place)s of %(all)s: %(news)s.", place=other.place, all=len(order.parcels), news=news)


def _before_shipping(order: TrackedOrder, above: str, now: datetime) -> Headline:
    since = _("Your order of %(day)s.", day=words.day(order.placed_at, zone=order.zone))
    if order.status == "on_hold":
        title, why = hold_words(order.hold, order.hold_until, only_item(order))
        return Headline(title, above, why, since)
    if not order.lines and order.had_lines:
        gone = _("Nothing of your order is left to be sent")
        return Headline(gone, above, _("All its items were removed. If you didn't expect that, write to us."), since)
    sent, no_parcel = _sent_without_parcels(order)
    if sent:
        return Headline(sent, above, no_parcel, since)
    coming = promised(order, now)
    arrives = planned_arrival(coming, today_of(order, now))
    preparing = order.status != "received"
    state = _("We're preparing it.") if preparing else _("We have it and will start preparing it soon.")
    follow = _("We'll let you know when it leaves.")
    if arrives:
        return Headline(arrives, above, f"{state} {follow}", since)
    title = _("We're preparing your order") if preparing else _("We've received your order")
    if coming.before is None:
        return Headline(title, above, follow, since)
    was = words.day(coming.before)
    late = _("It's taking longer than we promised. We're sorry. We'll let you know when it leaves.")
    return Headline(title, above, late, since, was)


def _sent_without_parcels(order: TrackedOrder) -> tuple[str | None, str]:
    """The title of an order that has left, or needs no parcel, and why none is shown."""
    if order.lines and all(line.kind != "goods" for line in order.lines):
        title = _("Order completed") if order.over else _("We've received your order")
        return title, _("None of it needs a parcel. If anything is missing, write to us.")
    no_parcel = _("We have no tracking for it yet. If anything is missing, write to us.")
    return without_parcels(order.status), no_parcel


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _sentence(text: str | None) -> str | None:
    return f"{text}." if text else None


def only_item(order: TrackedOrder) -> str | None:
    """What the order is all about, where that is one thing: of several nobody says which one is out of stock."""
    goods = [line for line in order.lines if line.kind == "goods"]
    return goods[0].title if len(goods) == 1 else None

"""What a link to pass on shows: stages, days, carriers and trails, in words that name no person, place or item."""

from dataclasses import dataclass
from datetime import datetime

from app.core.i18n.locale import gettext as _
from app.tracking.page.cards import badge_of_unsent
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S
from app.tracking.summary import parcel_words
from app.tracking.summary.arrival_words import planned_arrival
from app.tracking.summary.headline import leading
from app.tracking.summary.order_summary import carrier_of, parcel_summary
from app.tracking.summary.promise import promised, today_of
from app.tracking.summary.stages import is_waiting
from app.tracking.summary.trail import TrailStop, trail, trail_of_unsent

# The order page's own sentence names the point there, or speaks to the customer.
PLAIN = frozenset({S.READY_FOR_PICKUP, S.LOST, S.DAMAGED})


@dataclass(frozen=True, slots=True)
class SharedParcel:
    """One parcel as anybody with the link sees it; ``news`` is its state and day, ``leads`` says that it counts."""

    title: str
    badge: tuple[str, str]
    news: str
    stops: list[TrailStop]
    carrier: str | None = None
    leads: bool = False


def shared_parcels(order: TrackedOrder, now: datetime) -> list[SharedParcel]:
    """All parcels, and what is in none yet: nothing of it names what is inside, whose it is or where it goes."""
    focus = leading(order, now)
    shared = [
        SharedParcel(
            title=_title(order, parcel),
            badge=parcel_summary(order, parcel, now).badge,
            news=_news(order, parcel, now),
            stops=trail(order, parcel, now),
            carrier=carrier_of(parcel),
            leads=parcel is focus,
        )
        for parcel in order.parcels
    ]
    if not shared or (order.unsent and order.status != "completed"):
        shared.append(_unsent(order, now))
    return shared


def _unsent(order: TrackedOrder, now: datetime) -> SharedParcel:
    badge, title = badge_of_unsent(order, now), _("Still to be sent") if order.parcels else _("Parcel")
    return SharedParcel(title, badge, _planned(order, now) or badge[1], trail_of_unsent(order, now))


def _news(order: TrackedOrder, parcel: TrackedParcel, now: datetime) -> str:
    """What the page says of it, where that names no place and nobody."""
    badge = parcel_summary(order, parcel, now).badge[1]
    if is_waiting(order, parcel):
        return _planned(order, now) or badge
    if order.status == "cancelled" or parcel.state in PLAIN:
        return badge
    return parcel_words.headline(parcel, now)


def _planned(order: TrackedOrder, now: datetime) -> str | None:
    return planned_arrival(promised(order, now), today_of(order, now))


def _title(order: TrackedOrder, parcel: TrackedParcel) -> str:
    if len(order.parcels) > 1:
        return _("Parcel %(place)s of %(all)s", place=parcel.place, all=len(order.parcels))
    return _("Parcel")

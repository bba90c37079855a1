"""A parcel as its card shows it: everything in words, so that the template only lays it out."""

from dataclasses import dataclass
from datetime import datetime

from app.core.i18n.locale import gettext as _
from app.tracking import parcel_words, wording
from app.tracking.arrival_words import coming
from app.tracking.carrier_pages import carrier_page, carrier_title, grouped
from app.tracking.contents import ParcelItem, address_of, items_of, point_of
from app.tracking.page_facts import OrderRecord, ParcelRecord
from app.tracking.states import ShipmentState as S
from app.tracking.timeline_words import Day, days_of
from app.tracking.trails import TrailStop, trail, trail_of_unsent


@dataclass(frozen=True, slots=True)
class Card:
    """One parcel, ready to be laid out; ``page`` is the carrier's own, ``place`` 0 what is in no parcel."""

    place: int
    title: str
    sub: str | None
    was: str | None
    badge: tuple[str, str]
    stops: list[TrailStop]
    notice: str | None
    items: list[ParcelItem]
    carrier: str | None
    number: str | None
    shown_number: str | None
    page: str | None
    point: list[str]
    hours: str | None
    address: list[str]
    days: list[Day]
    live: bool
    may_be_missing: bool


def card_of(order: OrderRecord, parcel: ParcelRecord, *, tier: int, origin: str, now: datetime) -> Card:
    """A parcel's card as this tier may see it; ``origin`` is the portal's own, for pictures."""
    told = coming(parcel, now)
    service = f"{carrier_title(parcel.carrier)}, {parcel.service}" if parcel.carrier and parcel.service else None
    return Card(
        place=parcel.place,
        title=_title(order, parcel),
        sub=parcel_words.headline(parcel, now) if _stands_beside_others(order) else None,
        was=told.before if told else None,
        badge=wording.badge(parcel.state, is_late=parcel.late_since is not None),
        stops=trail(order, parcel, now),
        notice=parcel_words.late_notice(parcel, now) if _stands_beside_others(order) else None,
        items=items_of(order, parcel.goods, origin=origin),
        carrier=service or carrier_title(parcel.carrier) or (parcel.service or None),
        number=parcel.number,
        shown_number=grouped(parcel.number) if parcel.number else None,
        page=carrier_page(parcel.carrier, parcel.number),
        point=point_of(parcel),
        hours=(parcel.pickup_point or {}).get("opening_hours"),
        address=[] if parcel.method != "delivery" else address_of(order, tier=tier),
        days=days_of(parcel, order, tier=tier, now=now),
        live=parcel.live and not order.over,
        may_be_missing=parcel.state is S.DELIVERED and parcel.method == "delivery",
    )


def card_of_unsent(order: OrderRecord, *, tier: int, origin: str) -> Card | None:
    """What is in no parcel yet; None when all is sent, or the shop says that it is complete."""
    if not order.unsent or order.status == "completed":
        return None
    return Card(
        place=0,
        title=_("Still to be sent") if order.parcels else _("What you ordered"),
        sub=None,
        was=None,
        badge=_badge_of_unsent(order.status),
        stops=trail_of_unsent(order),
        notice=None,
        items=items_of(order, order.unsent, origin=origin),
        carrier=None,
        number=None,
        shown_number=None,
        page=None,
        point=[],
        hours=None,
        address=[] if order.over else address_of(order, tier=tier),
        days=[],
        live=not order.over,
        may_be_missing=False,
    )


def _badge_of_unsent(status: str) -> tuple[str, str]:
    if status == "on_hold":
        return "attention", _("On hold")
    return ("plain", _("Cancelled")) if status == "cancelled" else ("info", _("Preparing"))


def _stands_beside_others(order: OrderRecord) -> bool:
    """Whether the answer above speaks of more than this parcel, so that the card must say its own news."""
    return len(order.parcels) > 1 or bool(order.unsent)


def _title(order: OrderRecord, parcel: ParcelRecord) -> str:
    if parcel.method == "store_pickup":
        return _("To collect in the shop")
    if len(order.parcels) > 1:
        return _("Parcel %(place)s of %(all)s", place=parcel.place, all=len(order.parcels))
    return _("Your parcel")

"""A parcel as its card shows it: everything in words, so that the template only lays it out."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app import words
from app.tracking import parcel_words, wording
from app.tracking.arrival_words import coming
from app.tracking.carrier_pages import carrier_page, carrier_title, grouped
from app.tracking.page_facts import Goods, OrderFacts, Parcel
from app.tracking.states import ShipmentState as S
from app.tracking.timeline_words import Day, days_of
from app.tracking.trails import Stop, trail, trail_of_unsent


@dataclass(frozen=True, slots=True)
class Item:
    """A line in a parcel."""

    title: str
    variant: str | None
    quantity: int
    price: str
    image: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """One parcel, ready to be laid out; ``page`` is the carrier's own, ``place`` 0 what is in no parcel."""

    place: int
    title: str
    sub: str | None
    was: str | None
    badge: tuple[str, str]
    stops: list[Stop]
    notice: str | None
    items: list[Item]
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


def card_of(order: OrderFacts, parcel: Parcel, *, tier: int, origin: str, now: datetime) -> Card:
    """A parcel's card as this tier may see it; ``origin`` is the portal's own, for pictures."""
    told = coming(parcel, now)
    service = f"{carrier_title(parcel.carrier)}, {parcel.service}" if parcel.carrier and parcel.service else None
    return Card(
        place=parcel.place,
        title=_title(order, parcel),
        sub=parcel_words.headline(parcel, now),
        was=told.before if told else None,
        badge=wording.badge(parcel.state, is_late=parcel.late_since is not None),
        stops=trail(order, parcel, now),
        notice=parcel_words.late_notice(parcel, now),
        items=items_of(order, parcel.goods, origin=origin),
        carrier=service or carrier_title(parcel.carrier) or (parcel.service or None),
        number=parcel.number,
        shown_number=grouped(parcel.number) if parcel.number else None,
        page=carrier_page(parcel.carrier, parcel.number),
        point=_point(parcel),
        hours=(parcel.pickup_point or {}).get("opening_hours"),
        address=[] if parcel.method != "delivery" else address_of(order, tier=tier),
        days=days_of(parcel, order, tier=tier, now=now),
        live=parcel.live and not order.over,
        may_be_missing=parcel.state is S.DELIVERED and parcel.method == "delivery",
    )


def card_of_unsent(order: OrderFacts, *, tier: int, origin: str) -> Card | None:
    """What is in no parcel yet; None when all is sent, or nothing will be."""
    if not order.unsent or order.over:
        return None
    stops = trail_of_unsent(order)
    held = order.status == "on_hold"
    return Card(
        place=0,
        title=_("Still to be sent") if order.parcels else _("What you ordered"),
        sub=None,
        was=None,
        badge=("attention", _("On hold")) if held else ("info", _("Preparing")),
        stops=stops,
        notice=None,
        items=items_of(order, order.unsent, origin=origin),
        carrier=None,
        number=None,
        shown_number=None,
        page=None,
        point=[],
        hours=None,
        address=address_of(order, tier=tier),
        days=[],
        live=True,
        may_be_missing=False,
    )


def items_of(order: OrderFacts, goods: tuple[Goods, ...], *, origin: str) -> list[Item]:
    """Lines with their amounts; a picture only from the portal's own host: nothing else is ever loaded."""
    return [
        Item(
            title=line.title,
            variant=line.variant,
            quantity=line.quantity,
            price=words.money(line.unit_price * line.quantity, order.currency),
            image=_own_picture(line.image_url, origin),
        )
        for line in goods
    ]


def address_of(order: OrderFacts, *, tier: int) -> list[str]:
    """Where it goes: the city and the country, or from tier 2 on the whole address."""
    told = order.ship_to or {}
    country = _country(told.get("country"))
    if tier < 2:
        return [part for part in (told.get("city"), country) if part]
    town = " ".join(part for part in (told.get("postcode"), told.get("city")) if part)
    region = told.get("region") if told.get("region") != told.get("city") else None
    return [part for part in (told.get("name"), told.get("line1"), told.get("line2"), town, region, country) if part]


def lines(parts: list[str]) -> Markup:
    """Parts of an address under each other."""
    return Markup("<br>").join(escape(part) for part in parts)


def _title(order: OrderFacts, parcel: Parcel) -> str:
    if parcel.method == "store_pickup":
        return _("To collect in the shop")
    if len(order.parcels) > 1:
        return _("Parcel %(place)s of %(all)s", place=parcel.place, all=len(order.parcels))
    return _("Your parcel")


def _point(parcel: Parcel) -> list[str]:
    told = parcel.pickup_point or {}
    town = " ".join(part for part in (told.get("postcode"), told.get("city")) if part)
    return [part for part in (told.get("name"), told.get("line1"), town) if part]


def _country(code: str | None) -> str | None:
    locale = get_locale()
    return locale.territories.get(code, code) if code and locale else code


def _own_picture(url: str | None, origin: str) -> str | None:
    """The path of a picture on this host."""
    if not url or not url.startswith(f"{origin}/"):
        return None
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

"""A parcel as its card shows it: everything in words, so that the template only lays it out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.i18n import words
from app.core.i18n.locale import get_locale
from app.core.i18n.locale import gettext as _
from app.orders.pictures.pictures import shown
from app.orders.words import is_web_address, quantity_words
from app.tracking.carrier_pages import carrier_title, grouped
from app.tracking.page.calendar_entry import calendar_entry
from app.tracking.page.point import PointWords, point_of
from app.tracking.page.records import TrackedLine, TrackedOrder, TrackedParcel
from app.tracking.page.timeline_words import Day, days_of
from app.tracking.states import ShipmentState as S
from app.tracking.summary import parcel_words
from app.tracking.summary.arrival_words import said_before
from app.tracking.summary.order_summary import carrier_of, coming_of, order_stage, parcel_summary
from app.tracking.summary.promise import is_overdue
from app.tracking.summary.stages import Stage, badge_of, is_collected
from app.tracking.summary.trail import TrailStop, trail, trail_of_unsent

ONE_DAY = timedelta(days=1)
# Pages ask once a minute, and nearly all of them find nothing new: that answer costs this statement only.
_VERSIONS = text(
    """
    select o.locale, o.version, s.version as parcel,
        case when s.polled_at is not null then s.next_poll_at end as next_poll_at
    from "order" o left join shipment s on s.order_id = o.id and s.direction = 'outbound'
    where o.id = :order_id order by s.position, s.id
    """
)


@dataclass(frozen=True, slots=True)
class Versions:
    """How often an order and each of its parcels changed, and when each parcel is asked about again."""

    locale: str
    order: int
    parcels: tuple[tuple[int, datetime | None], ...]

    def of(self, place: int) -> str:
        """The version of one card; ``place`` 0 is what is in no parcel, which ends when a parcel is made."""
        return f"{self.order}.{self.parcels[place - 1][0]}" if place else f"{self.order}.{len(self.parcels)}"

    def tag(self, place: int, *, tier: int, language: Any, now: datetime) -> str:
        """The card's tag: its version, then who reads it, and the hour, for words such as «today»."""
        next_poll = self.parcels[place - 1][1] if place else None
        # All that changes words without changing a row.
        depends = f"{language}|{tier}|{now:%Y%m%d%H}|{next_poll and (next_poll, next_poll <= now)}"
        return f"{self.of(place)}-{sha256(depends.encode()).hexdigest()[:12]}"


def read_versions(session: Session, order_id: int) -> Versions | None:
    """The versions of an order's cards by one small statement; None when there is no such order any more."""
    rows = session.connection().execute(_VERSIONS, {"order_id": order_id}).all()
    if not rows:
        return None
    parcels = tuple((row.parcel, row.next_poll_at) for row in rows if row.parcel is not None)
    return Versions(rows[0].locale, rows[0].version, parcels)


def versions_of(facts: TrackedOrder) -> Versions:
    """The same from facts that were read already."""
    return Versions(
        facts.locale,
        facts.version,
        tuple((parcel.version, parcel.polled_at and parcel.next_poll_at) for parcel in facts.parcels),
    )


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """A line in a parcel."""

    title: str
    variant: str | None
    quantity: int | None
    price: str
    note: str | None
    image: str | None
    url: str | None = None


def items_of(order: TrackedOrder, goods: tuple[TrackedLine, ...], *, tier: int, origin: str) -> list[ParcelItem]:
    """Lines with their amounts; a picture only from the portal's own host: nothing else is ever loaded."""
    return [
        ParcelItem(
            title=line.title,
            variant=line.variant,
            # «3 units» beside «2.5 m» would be two answers.
            quantity=None if line.quantity_text else line.quantity,
            price=_price(order, line, tier=tier),
            note=_note(order, line),
            image=shown(line.image_url, is_kept=line.pictured, origin=origin),
            url=line.url if is_web_address(line.url) else None,
        )
        for line in goods
    ]


def _price(order: TrackedOrder, line: TrackedLine, *, tier: int) -> str:
    """What so many of the line came to; empty for a line that is gone, and for a present unless the buyer reads.

    What is sent again was paid once.
    """
    if (order.gift and tier < 2) or not line.ordered or line.again:
        return ""
    return words.money(line.price * min(line.quantity, line.ordered) // line.ordered, order.currency)


def _note(order: TrackedOrder, line: TrackedLine) -> str | None:
    """How much of it was ordered where it is no number of pieces, and for what else it is given or sent."""
    first = next((other.title for other in order.lines if other.line_id == line.for_line), None)
    origins = {
        "exchange": _("In exchange for %(title)s", title=first) if first else _("In exchange"),
        "claim": _("Sent in place of %(title)s", title=first) if first else _("Sent in place of another"),
    }
    notes = [quantity_words(line.quantity_text), origins.get(line.origin), _("Sent again") if line.again else None]
    return " · ".join(note for note in notes if note) or None


def address_of(order: TrackedOrder, *, tier: int) -> list[str]:
    """Where it goes: the city and the country, or from tier 2 on the whole address."""
    address = order.ship_to or {}
    country = _country(address.get("country"))
    # a link or an order number alone shows no address.
    if tier < 2:
        return [part for part in (address.get("city"), country) if part]
    town = " ".join(part for part in (address.get("postcode"), address.get("city")) if part)
    region = address.get("region") if address.get("region") != address.get("city") else None
    return [
        part
        for part in (*(address.get(name) for name in ("name", "company", "line1", "line2")), town, region, country)
        if part
    ]


def _country(code: str | None) -> str | None:
    locale = get_locale()
    return locale.territories.get(code, code) if code and locale else code


@dataclass(frozen=True, slots=True)
class Card:
    """One parcel, ready to be laid out; ``page`` is the carrier's own, ``place`` 0 what is in no parcel.

    ``folded``: it has come while others have not. ``proof``: who took it, for its buyer alone. ``days`` is None where
    there is nothing to follow. ``calendar``: its day can be put into one.
    """

    place: int
    title: str
    badge: tuple[str, str]
    stops: list[TrailStop]
    items: list[ParcelItem]
    live: bool
    sub: str | None = None
    was: str | None = None
    notice: str | None = None
    items_in: str | None = None
    carrier: str | None = None
    number: str | None = None
    shown_number: str | None = None
    page: str | None = None
    point: PointWords | None = None
    address: list[str] = field(default_factory=list)
    days: list[Day] | None = None
    proof: str | None = None
    folded: bool = False
    may_be_missing: bool = False
    just_delivered: bool = False
    calendar: bool = False


def card_of(order: TrackedOrder, parcel: TrackedParcel, *, tier: int, origin: str, now: datetime) -> Card:
    """A parcel's card as this tier may see it; ``origin`` is the portal's own, for pictures."""
    service = f"{carrier_title(parcel.carrier)}, {parcel.service}" if parcel.carrier and parcel.service else None
    beside_others = _stands_beside_others(order)
    is_there = parcel.state is S.DELIVERED
    return Card(
        place=parcel.place,
        title=_title(order, parcel),
        sub=parcel_words.headline(parcel, now) if beside_others else None,
        was=said_before(parcel, now),
        badge=parcel_summary(order, parcel, now).badge,
        stops=trail(order, parcel, now),
        notice=parcel_words.late_notice(parcel, now) if beside_others else None,
        items=items_of(order, parcel.goods, tier=tier, origin=origin),
        items_in=_items_in(parcel),
        carrier=service or carrier_of(parcel) or parcel.service or None,
        number=parcel.number,
        shown_number=grouped(parcel.number) if parcel.number else None,
        page=parcel.page,
        point=point_of(parcel, now),
        address=[] if parcel.method != "delivery" else address_of(order, tier=tier),
        days=days_of(parcel, order, tier=tier, now=now) if parcel.scans or parcel.number else None,
        # it names a person.
        proof=parcel.signed_by if is_there and tier >= 2 else None,
        folded=is_there and beside_others and not _all_there(order),
        live=parcel.live and not order.over,
        calendar=calendar_entry(order, parcel, origin=origin, now=now) is not None,
        may_be_missing=is_there and not is_collected(parcel),
        # Some carriers mark a round as delivered before it ends.
        just_delivered=parcel.delivered_at is not None and now - parcel.delivered_at < ONE_DAY,
    )


def card_of_unsent(order: TrackedOrder, *, tier: int, origin: str, now: datetime) -> Card | None:
    """What is in no parcel yet; None when all is sent, or the shop says that it is complete."""
    if not order.unsent or order.status == "completed":
        return None
    return Card(
        place=0,
        title=_("Still to be sent") if order.parcels else _("What you ordered"),
        badge=badge_of_unsent(order, now),
        stops=trail_of_unsent(order, now),
        items=items_of(order, order.unsent, tier=tier, origin=origin),
        address=[] if order.over else address_of(order, tier=tier),
        live=not order.over,
        calendar=not order.parcels and calendar_entry(order, None, origin=origin, now=now) is not None,
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """One parcel in the line under the answer: where its card is, and where it stands."""

    place: int
    title: str
    badge: tuple[str, str]
    day: str | None


def chips_of(order: TrackedOrder, now: datetime) -> list[Chip]:
    """All parcels on one line, where there are several; what is in none stands among them."""
    if len(order.parcels) + bool(order.unsent) < 2 or (order.status == "completed" and len(order.parcels) < 2):
        return []
    chips = [
        Chip(parcel.place, _title(order, parcel), parcel_summary(order, parcel, now).badge, _short_days(parcel, now))
        for parcel in order.parcels
    ]
    if order.unsent and order.status != "completed":
        chips.append(Chip(0, _("Still to be sent"), badge_of_unsent(order, now), None))
    return chips


def _short_days(parcel: TrackedParcel, now: datetime) -> str | None:
    """«jue 26 nov», «jue 26 nov – sáb 28 nov»: the day on which it came or comes."""
    if parcel.delivered_at and parcel.state is S.DELIVERED:
        return words.short_day(parcel.delivered_at, zone=parcel.zone_at(parcel.delivered_at))
    coming = coming_of(parcel, now)
    if coming.begin is None or coming.until is None:
        return None
    days = dict.fromkeys((words.short_day(coming.begin), words.short_day(coming.until)))
    return " – ".join(days)


def _all_there(order: TrackedOrder) -> bool:
    return all(parcel.state is S.DELIVERED for parcel in order.parcels) and not order.unsent


def _items_in(parcel: TrackedParcel) -> str | None:
    """What is said above the items of parcels whose contents are known together only."""
    if parcel.goods_of == 1 or not parcel.goods:
        return None
    return _("In these %(count)s parcels together:", count=parcel.goods_of)


def badge_of_unsent(order: TrackedOrder, now: datetime) -> tuple[str, str]:
    """The badge of what is in no parcel yet."""
    stage = order_stage(order, None)
    # Part of it has left: this part has not.
    stage = Stage.PREPARING if order.parcels and stage is Stage.ON_ITS_WAY else stage
    return badge_of(stage, is_late=is_overdue(order, now))


def _stands_beside_others(order: TrackedOrder) -> bool:
    """Whether the answer above speaks of more than this parcel, so that the card must say its own news."""
    return len(order.parcels) > 1 or bool(order.unsent)


def _title(order: TrackedOrder, parcel: TrackedParcel) -> str:
    if parcel.method == "store_pickup":
        return _("To collect in the shop")
    if len(order.parcels) > 1:
        return _("Parcel %(place)s of %(all)s", place=parcel.place, all=len(order.parcels))
    return _("Your parcel")

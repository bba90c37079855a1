"""What is in a parcel and where it goes, in words: pictures of our own host, addresses as the tier allows."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core.i18n import words
from app.core.i18n.locale import get_locale
from app.orders.pictures.pictures import shown
from app.tracking.page_facts import LineRecord, OrderRecord, ParcelRecord


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """A line in a parcel."""

    title: str
    variant: str | None
    quantity: int
    price: str
    image: str | None


def items_of(order: OrderRecord, goods: tuple[LineRecord, ...], *, origin: str) -> list[ParcelItem]:
    """Lines with their amounts; a picture only from the portal's own host: nothing else is ever loaded."""
    return [
        ParcelItem(
            title=line.title,
            variant=line.variant,
            quantity=line.quantity,
            price=words.money(line.unit_price * line.quantity, order.currency),
            image=shown(line.image_url, kept=line.pictured, origin=origin),
        )
        for line in goods
    ]


def address_of(order: OrderRecord, *, tier: int) -> list[str]:
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


def point_of(parcel: ParcelRecord) -> list[str]:
    """Where it waits to be collected."""
    told = parcel.pickup_point or {}
    town = " ".join(part for part in (told.get("postcode"), told.get("city")) if part)
    return [part for part in (told.get("name"), told.get("line1"), town) if part]


def _country(code: str | None) -> str | None:
    locale = get_locale()
    return locale.territories.get(code, code) if code and locale else code

"""From a story to the order document that a shop's order management would send."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.orders.demo import MARK
from app.orders.document.document import OrderDocument
from app.sandbox.people import PEOPLE, Person
from app.sandbox.story import Story, StoryParcel
from app.sandbox.wares import WARES

HOME = ZoneInfo("Europe/Madrid")
# Spain's general rate; the prices include it.
VAT = 21
ZONES = {
    "London": "Europe/London",
    "Edinburgh": "Europe/London",
    "Leipzig": "Europe/Berlin",
    "Ciudad de México": "America/Mexico_City",
}


def document(story: Story, *, public_url: str, now: datetime) -> OrderDocument:
    """The order as it stands today."""
    person = PEOPLE[story.person]
    today = now.astimezone(HOME).date()
    placed = _at(today - timedelta(days=story.ago), "10:24", now)
    items = sum(WARES[sku].unit_price * quantity for sku, quantity in story.items)
    # Free from 60 € on: orders with and without a cost of shipping, which a withdrawal from all gives back.
    shipping = 0 if items >= 6000 else 495
    return OrderDocument.model_validate(
        {
            "number": story.number,
            "channel": story.channel,
            "brand": "demo",
            "extra": {MARK: True},
            "kind": story.kind,
            "purchase_order": story.purchase_order,
            "placed_at": placed,
            # By the rule of the others, today's order would be changed in the future.
            "updated_at": max(placed, now - timedelta(minutes=5)) if story.ago == 0 else placed + timedelta(hours=2),
            "status": story.status,
            "hold": story.hold,
            "currency": "EUR",
            "locale": person.locale,
            "customer": _customer(person),
            "contacts": [_contact(PEOPLE[key]) for key in story.contacts],
            "ship_to": _address(person) | ({"company": story.company} if story.company else {}),
            "promise": _days(story.promise, today) if story.promise else None,
            "lines": [_line(at, *item, person.language, public_url) for at, item in enumerate(story.items, 1)],
            "prices_include_tax": True,
            "totals": {
                "items": items,
                "shipping": shipping,
                "tax": (items + shipping) * VAT // (100 + VAT),
                "discount": 0,
                "paid": items + shipping,
            },
            "payments": [{"id": "p1", "method": "card", "amount": items + shipping, "brand": "visa", "last4": "4242"}],
            "shipments": [_shipment(story, at, parcel, today, now) for at, parcel in enumerate(story.parcels, 1)],
        }
    )


def number_of(story: Story, position: int) -> str:
    """The tracking number of a story's parcel; it begins as no carrier's does."""
    return f"DEMO{story.number.removeprefix('A-')}{position:02d}ES"


def zone_of(city: str) -> ZoneInfo:
    """The time zone of one of the story's places."""
    return ZoneInfo(ZONES.get(city, str(HOME)))


def instant(day: int, clock: str, today: date, zone: ZoneInfo = HOME) -> datetime:
    """So many days from today at a local time, in UTC."""
    return datetime.combine(today + timedelta(days=day), time.fromisoformat(clock), zone).astimezone(UTC)


def _at(day: date, clock: str, now: datetime) -> datetime:
    # The portal may be started before the hour at which stories are placed.
    return min(instant(0, clock, day), now - timedelta(minutes=20))


def _customer(person: Person) -> dict[str, Any]:
    return {
        "id": person.key,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "sms_consent": person.sms,
    }


def _contact(person: Person) -> dict[str, Any]:
    return {"name": person.name, "email": person.email, "phone": person.phone, "role": "goods-in", "sms_consent": False}


def _address(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "line1": person.line1,
        "city": person.city,
        "region": person.region,
        "postcode": person.postcode,
        "country": person.country,
    }


def _days(days: tuple[int, int], today: date) -> dict[str, str]:
    first, last = (today + timedelta(days=shift) for shift in days)
    return {"from": first.isoformat(), "until": last.isoformat()}


def _line(position: int, sku: str, quantity: int, language: str, public_url: str) -> dict[str, Any]:
    ware = WARES[sku]
    return {
        "id": str(position),
        "sku": sku,
        "title": ware.title[language],
        "variant": ware.variant[language],
        "category": ware.category,
        "quantity": quantity,
        "unit_price": ware.unit_price,
        "tax": ware.unit_price * quantity * VAT // (100 + VAT),
        "discount": 0,
        "image_url": f"{public_url}/static/products/{ware.picture}.svg",
        "weight_g": ware.weight_g,
        "final_sale": ware.final_sale,
        "personalised": ware.personalised,
    }


def _shipment(story: Story, position: int, parcel: StoryParcel, today: date, now: datetime) -> dict[str, Any]:
    lines = {sku: at for at, (sku, _) in enumerate(story.items, 1)}
    first = parcel.scans[0] if parcel.scans else None
    collected = parcel.method == "store_pickup"
    return {
        "id": f"s{position}",
        "carrier": parcel.carrier,
        "service": parcel.service,
        "tracking_number": number_of(story, position) if parcel.numbered else None,
        "method": parcel.method,
        "label_created_at": instant(first.day, first.time, today) if first else None,
        "shipped_at": instant(-1, "11:30", today) if collected else None,
        "promise": _days(parcel.promise, today),
        "origin": {"postcode": parcel.origin, "country": "ES"},
        "pickup_point": _pickup_point(parcel),
        "lines": [{"line": str(lines[sku]), "quantity": quantity} for sku, quantity in parcel.items],
    }


def _pickup_point(parcel: StoryParcel) -> dict[str, Any] | None:
    if parcel.method == "pickup_point":
        return {
            "name": "Casillero Plaza del Dos de Mayo",
            "line1": "Plaza del Dos de Mayo 4",
            "city": "Madrid",
            "postcode": "28004",
            "country": "ES",
            "opening_hours": "24/7",
        }
    if parcel.method == "store_pickup":
        return {
            "name": "Almazara Gràcia",
            "line1": "Carrer Gran de Gràcia 77",
            "city": "Barcelona",
            "postcode": "08012",
            "country": "ES",
            "opening_hours": "Mo-Sa 10:00-20:30",
        }
    return None

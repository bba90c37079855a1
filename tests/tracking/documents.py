"""Order documents and reported events for tests, with everything that a test does not speak of filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.orders.document.document import OrderDocument
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import ShipmentState, TimeQuality

PLACED = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CARRIER, NUMBER = "correos_express", "323000765541"


def line(id_: str = "1", **facts: Any) -> dict[str, Any]:
    """One line of an order."""
    return {
        "id": id_,
        "sku": f"S{id_}",
        "title": "Aceite de oliva virgen extra",
        "quantity": 2,
        "unit_price": 1190,
        **facts,
    }


def parcel(id_: str = "s1", **facts: Any) -> dict[str, Any]:
    """One shipment of an order."""
    return {
        "id": id_,
        "carrier": CARRIER,
        "service": "Paq 24",
        "tracking_number": NUMBER,
        "label_created_at": (PLACED + timedelta(hours=4)).isoformat(),
        "lines": [{"line": "1", "quantity": 2}],
        **facts,
    }


def document(number: str = "1001", **facts: Any) -> OrderDocument:
    """A whole order of one line and one parcel, for Madrid."""
    defaults: dict[str, Any] = {
        "number": number,
        "placed_at": PLACED.isoformat(),
        "updated_at": PLACED.isoformat(),
        "status": "preparing",
        "currency": "EUR",
        "locale": "es-ES",
        "customer": {"name": "Lucía Canario", "email": "lucia.canario@example.com", "phone": "+34600111222"},
        "ship_to": {
            "name": "Lucía Canario",
            "line1": "Calle Secreta 7",
            "city": "Madrid",
            "postcode": "28013",
            "country": "ES",
        },
        "promise": {"from": "2026-11-23", "until": "2026-11-26"},
        "lines": [line()],
        "totals": {"items": 2380, "shipping": 0, "tax": 413, "discount": 0, "paid": 2380},
        "shipments": [parcel()],
    }
    return OrderDocument.model_validate(defaults | facts)


def event(status: str, at: datetime, **facts: Any) -> ReportedEvent:
    """One scan of the usual parcel."""
    defaults: dict[str, Any] = {
        "carrier": CARRIER,
        "number": NUMBER,
        "status": ShipmentState(status),
        "description": f"«{status}»",
        "occurred_raw": at.isoformat(),
        "occurred_at": at,
        "zone": "Europe/Madrid",
        "time_quality": TimeQuality.OFFSET,
        "place": Place(city="Madrid", country="ES"),
    }
    return ReportedEvent(**(defaults | facts))

"""Order documents for tests: one good one, and what to change in it."""

import copy
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.tokens import digest, new_secret
from app.orders.document.document import OrderDocument
from app.orders.lookup.models import AccessLink

GOOD: dict[str, Any] = {
    "number": "1001",
    "channel": "web",
    "brand": None,
    "kind": "b2c",
    "purchase_order": None,
    "placed_at": "2026-11-20T10:00:00+01:00",
    "updated_at": "2026-11-20T11:00:00+01:00",
    "status": "confirmed",
    "hold": None,
    "currency": "EUR",
    "locale": "es-ES",
    "customer": {
        "id": "c-9",
        "name": "Marisol Quijano",
        "email": "marisol@example.com",
        "phone": "600 11 22 33",
        "sms_consent": True,
    },
    "ship_to": {
        "name": "Marisol Quijano",
        "line1": "Calle del Olmo 7",
        "line2": None,
        "city": "Madrid",
        "region": "Madrid",
        "postcode": "28013",
        "country": "ES",
    },
    "promise": {"from": "2026-11-24", "until": "2026-11-26"},
    "lines": [
        {
            "id": "1",
            "sku": "TSH-M",
            "title": "Camiseta",
            "variant": "M / azul",
            "category": "apparel",
            "quantity": 2,
            "unit_price": 1990,
            "tax": 345,
            "discount": 0,
            "image_url": None,
            "weight_g": 180,
            "final_sale": False,
            "personalised": False,
        }
    ],
    "totals": {"items": 3980, "shipping": 495, "tax": 690, "discount": 0, "paid": 4475},
    "payments": [{"id": "p1", "method": "card", "amount": 4475}],
    "shipments": [
        {
            "id": "s1",
            "carrier": "correos_express",
            "service": "24h",
            "tracking_number": "3230 0076 5541 0294",
            "method": "delivery",
            "label_created_at": "2026-11-20T18:00:00+01:00",
            "shipped_at": None,
            "promise": None,
            "origin": {"postcode": "28906", "country": "ES"},
            "lines": [{"line": "1", "quantity": 2}],
        }
    ],
}

# Everything that a document can say.
FULL: dict[str, Any] = GOOD | {
    "source": {"system": "shop-one", "id": "order_01", "url": "https://shop.example/orders/1"},
    "read_at": "2026-11-21T09:00:00Z",
    "status": "shipped",
    "status_word": "partially_delivered",
    "purchase_order": "PO-7",
    "kind": "b2b",
    "contacts": [{"name": "Ana", "email": "ana@example.com", "phone": "+34600999888", "role": "purchasing"}],
    "ship_to": GOOD["ship_to"] | {"company": "Olmo SL"},
    "gift": True,
    "note": "Leave it with the neighbour",
    "prices_include_tax": True,
    "payment_status": "part_refunded",
    "lines": [
        GOOD["lines"][0] | {"quantity": 3, "cancelled": 1, "returned": 1, "total": 5970, "kind": "goods"},
        {"id": "2", "title": "Gorra", "quantity": 1, "unit_price": 0, "origin": "exchange", "for_line": "1"},
        {"id": "3", "title": "Tela", "quantity": 1, "cancelled": 1, "quantity_text": "0.5 m", "unit_price": 400},
    ],
    "totals": {
        "items": 6370,
        "shipping": 495,
        "tax": 690,
        "discount": 495,
        "shipping_discount": 495,
        "fees": 100,
        "duties": 0,
        "credit": 200,
        "paid": 6470,
        "total": 6470,
    },
    "payments": [{"id": "p1", "method": "card", "amount": 6470, "status": "captured", "at": "2026-11-20T10:05:00Z"}],
    "refunds": [{"id": "ref_1", "amount": 1990, "at": "2026-11-21T08:00:00Z", "lines": [{"line": "1", "quantity": 1}]}],
    "returns": [
        {"id": "ret_1", "status": "received", "lines": [{"line": "1", "quantity": 1, "received": 1, "damaged": 1}]}
    ],
    "shipments": [
        GOOD["shipments"][0]
        | {
            "status": "delivered",
            "packed_at": "2026-11-20T17:00:00+01:00",
            "shipped_at": "2026-11-20T19:00:00+01:00",
            "delivered_at": "2026-11-20T20:30:00+01:00",
            "tracking_url": "https://carrier.example/t?n=1",
            "group": "ful_1",
            "carrier_word": "Paq 24",
            "promise": {"from": None, "until": "2026-11-25"},
        },
        {"id": "s2", "group": "ful_1", "method": "pickup_point", "pickup_point": {"name": "Estanco", "country": "PT"}},
        {"id": "s3", "status": "cancelled", "tracking_number": "X1"},
    ],
    "extra": {"campaign": "autumn"},
}


def raw(changes: dict[str, Any] | None = None, **top: Any) -> dict[str, Any]:
    """The good document with changes: ``{"customer.email": None, "lines.0.quantity": 3}``, or top fields by name."""
    made = copy.deepcopy(GOOD) | top
    for path, value in (changes or {}).items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = made
        for part in way:
            place = place[part]
        place[last] = value
    return made


def document(changes: dict[str, Any] | None = None, **top: Any) -> OrderDocument:
    """The same, read."""
    return OrderDocument.model_validate(raw(changes, **top))


def issue_link(session: Session, order_id: int, *, purpose: str = "view", now: datetime) -> str:
    """A link for one order and one purpose, as a mail would have made it."""
    token = new_secret()
    link = AccessLink(token_hash=digest(token), order_id=order_id, purpose=purpose, issued_at=now)
    session.add(link)
    session.flush()
    return token

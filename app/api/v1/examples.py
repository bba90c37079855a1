"""Examples of the documentation: every one is checked against its model by a test."""

from typing import Any

from app.core.drawing import colour

ORDER: dict[str, Any] = {
    "number": "1001",
    "channel": "web",
    "brand": None,
    "kind": "b2c",
    "purchase_order": None,
    "placed_at": "2026-11-01T10:00:00+01:00",
    "updated_at": "2026-11-02T08:00:00+01:00",
    "status": "shipped",
    "hold": None,
    "currency": "EUR",
    "locale": "es-ES",
    "customer": {
        "id": "c-9",
        "name": "Lucía Ferrer",
        "email": "lucia@example.com",
        "phone": "+34600000001",
        "sms_consent": True,
    },
    "ship_to": {
        "name": "Lucía Ferrer",
        "line1": "Calle Mayor 5",
        "city": "Madrid",
        "region": "Madrid",
        "postcode": "28013",
        "country": "ES",
    },
    "promise": {"from": "2026-11-04", "until": "2026-11-06"},
    "lines": [
        {
            "id": "1",
            "sku": "TSH-M",
            "title": "Camiseta de lino",
            "variant": "M / azul",
            "category": "apparel",
            "quantity": 2,
            "unit_price": 1990,
            "tax": 345,
            "discount": 0,
            "weight_g": 180,
        }
    ],
    "totals": {"items": 3980, "shipping": 495, "tax": 690, "discount": 0, "paid": 4475},
    "payments": [{"id": "p1", "method": "card", "amount": 4475}],
    "shipments": [
        {
            "id": "s1",
            "carrier": "correos_express",
            "service": "24h",
            "tracking_number": "CX0000012345ES",
            "method": "delivery",
            "shipped_at": "2026-11-02T07:45:00+01:00",
            "origin": {"postcode": "28906", "country": "ES"},
            "lines": [{"line": "1", "quantity": 2}],
        }
    ],
}

ORDER_VERDICT: dict[str, Any] = {"number": "1001", "ref": "7KQ2M9XA", "applied": True, "created": True}

ORDER_BATCH: dict[str, Any] = {
    "accepted": 1,
    "refused": 1,
    "results": [
        {"index": 0, "status": 201, "errors": [], **ORDER_VERDICT},
        {
            "index": 1,
            "status": 422,
            "errors": [{"pointer": "#/1/lines/0/quantity", "detail": "It must be 1 or more"}],
            "number": "1002",
            "ref": None,
            "applied": False,
            "created": False,
        },
    ],
}

EVENTS: list[dict[str, Any]] = [
    {
        "carrier": "correos_express",
        "tracking_number": "CX0000012345ES",
        "occurred_at": "2026-11-03T09:12:00+01:00",
        "status": "out_for_delivery",
        "code": "3",
        "description": "EN REPARTO",
        "location": {"city": "Madrid", "region": "Madrid", "postcode": "28013", "country": "ES"},
        "sequence": 4,
        "id": "e-4",
    }
]

EVENTS_ANSWER: dict[str, Any] = {
    "accepted": 1,
    "refused": 0,
    "results": [{"index": 0, "status": 201, "errors": [], "new": True}],
}

RETURN: dict[str, Any] = {
    "order": "1001",
    "lines": [{"line": "1", "quantity": 1, "reason": "too_small"}],
    "method": "dropoff",
    "resolution": "refund",
}

SUBSCRIPTION: dict[str, Any] = {
    "url": "https://shop.example.com/hooks/paradero",
    "kinds": ["shipment.delivered", "return.received"],
}

BRAND: dict[str, Any] = {
    "name": "Almazara",
    "postal_address": "Calle del Molino 3, 28904 Getafe (Madrid)",
    "legal": {"registered_name": "Almazara del Sur, S. L.", "terms": {"es": "https://almazara.example/condiciones"}},
    "help": {"email": "ayuda@almazara.example", "phone": "+34900123456", "hours": {"es": "De lunes a viernes, 9-18 h"}},
    "time_zone": "Europe/Madrid",
    "languages": ["es", "en"],
    "currencies": ["EUR"],
    "senders": {"sms_name": "Almazara"},
    "returns_to": {
        "usual": {"line1": "Calle del Molino 3", "postcode": "28904", "city": "Getafe", "country": "ES"},
        "by_country": {"MX": {"line1": "Calle Orizaba 101", "city": "Ciudad de México", "country": "MX"}},
    },
    "channels": {"by_channel": {"amazon": {"mails": False, "texts": False, "returns": False}}},
    "host": "pedidos.almazara.example",
    "look": {"accent": colour("accent"), "corners": "round"},
}

WHICH_ORDER: dict[str, Any] = {"order": "1001", "brand": None}
APPROVAL: dict[str, Any] = {"reason": "Good customer, one day late"}
REJECTION: dict[str, Any] = {"reason": "It was worn."}
REFUND: dict[str, Any] = {"reference": "psp-88213", "amount": 1990}
AMOUNT: dict[str, Any] = {"amount": 1500, "reason": "One of them was worn."}
ADDED_LINES: dict[str, Any] = {"lines": [{"line": "2", "quantity": 1}], "reason": "The mug was inside, too."}
RECEIPT: dict[str, Any] = {
    "id": "wms-5531",
    "received_at": "2026-11-14T16:20:00+01:00",
    "lines": [{"line": "1", "quantity": 1, "grade": "as_new", "disposition": "restock"}],
}

POLICY: dict[str, Any] = {
    "window_days": 30,
    "fees": {"pickup": {"EUR": 395}},
    "rules": [
        {
            "name": "christmas",
            "when": {"on": "ordered", "since": "11-15", "until": "12-24"},
            "then": {"do": "window", "days": 60},
        },
        {
            "name": "often-sent-back",
            "when": {
                "all": [
                    {"on": "returns", "at_least": 5, "days": 90},
                    {"not": {"on": "reason_group", "one_of": ["damaged", "wrong_item"]}},
                ]
            },
            "then": {"do": "review"},
            "words": {"en": "We look at this one first.", "es": "Esta la revisamos antes."},
        },
    ],
}

REASONS: dict[str, Any] = {
    "reasons": [
        {"handle": "no_longer_wanted", "group": "changed_mind"},
        {
            "handle": "too_small",
            "group": "not_as_expected",
            "question": {"en": "Which size do you usually wear?", "es": "¿Qué talla usas?"},
        },
        {"handle": "arrived_damaged", "group": "damaged", "photo": True},
        {"handle": "different_item", "group": "wrong_item"},
    ]
}

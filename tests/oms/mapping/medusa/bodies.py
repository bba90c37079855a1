"""What comes of any of Medusa's answers and events: documents, hints to an order or its part, or a reason. Pure."""

from typing import Any

from tests.oms.mapping.medusa.orders import document
from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome, Unmappable

# How the ids of parts begin by which Medusa is asked for their order.
PARTS = {
    "ful": "fulfilment",
    "pay": "payment",
    "ref": "refund",
    "return": "return",
    "oexc": "exchange",
    "claim": "claim",
}
STOCK = ("inventory-level", "reservation-item")
WHY = "Something of the order changed."
OTHERS = {
    "stock_locations": "a warehouse",
    "shipping_options": "ways of delivery",
    "return_reasons": "reasons of returns",
    "refund_reasons": "reasons of refunds",
    "variants": "products",
    "inventory_item": "stock",
    "inventory_items": "stock",
    "inventory_levels": "stock",
}
_LISTS = ("orders", "returns", "exchanges", "claims", "payments")


def event_outcome(body: Any) -> Outcome:
    """What comes of an event that Medusa forwards: ``{id, event, data, occurred_at}``."""
    event = str(body.get("event") or "") if isinstance(body, dict) else ""
    facts = body.get("data") if isinstance(body, dict) else None
    if event.startswith(STOCK):
        return NoOrder("This tells of stock, not of an order.")
    if not isinstance(facts, dict):
        return NoOrder("The event does not say which order is meant.")
    return _hint(facts) or NoOrder("The event does not say which order is meant.")


def outcomes(body: Any) -> list[Outcome]:
    """What comes of an answer of the administration: several where it lists several."""
    if not isinstance(body, dict) or not body:
        return [NoOrder("The body is empty: it does not say which order is meant.")]
    if {"type", "message"} <= body.keys():
        return [NoOrder(f"Medusa refused the request: {body['message']}")]
    for name in _LISTS:
        if isinstance(body.get(name), list):
            return [one for part in body[name] for one in _part(part)] or [NoOrder("The list is empty.")]
    for name in ("order", "return", "exchange", "claim", "payment", "order_change", "order_preview"):
        if isinstance(body.get(name), dict):
            return _part(body[name])
    words = next((words for name, words in OTHERS.items() if name in body), "nothing that an order holds")
    return [NoOrder(f"This tells of {words}, not of an order.")]


def _part(part: Any) -> list[Outcome]:
    if isinstance(part, dict) and "display_id" in part and str(part.get("id")).startswith("order_"):
        # A preview of a change that nobody has confirmed is not how the order stands.
        if part.get("order_change"):
            return [Hint(str(part["id"]), "A change of the order is being made.")]
        try:
            return [Mapped(document(part))]
        except Unmappable as reason:
            return [Hint(str(part["id"]), str(reason))]
    return [_hint(part) or NoOrder("This does not say which order is meant.")]


def _hint(facts: Any) -> Hint | None:
    if not isinstance(facts, dict):
        return None
    id_ = facts.get("order_id") or facts.get("id")
    if not isinstance(id_, str):
        return None
    kind = id_.partition("_")[0]
    if kind == "order":
        return Hint(id_, WHY)
    return Hint(id_, WHY, part=PARTS[kind]) if kind in PARTS else None

"""What comes of each of Shopify's webhooks, by its topic: a document, a hint to an order, or a reason. Pure."""

from typing import Any

from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome, Unmappable
from tests.oms.mapping.shopify.ids import gid, is_exact
from tests.oms.mapping.shopify.orders import document

WHOLE = {"cancelled", "create", "fulfilled", "link_requested", "paid", "partially_fulfilled", "updated"}
# What a topic that is of no order tells of, in the shop's words.
OTHERS = {
    "app": "the app itself",
    "shop": "the shop itself",
    "customers": "a customer",
    "locations": "a location",
    "delivery_promise_settings": "a setting of delivery promises",
    "shipping_addresses": "an address",
    "products": "a product",
    "inventory_levels": "stock",
}
# Where a body names the order, and the parts by which Shopify is asked for it where none does.
_PARTS = (
    ("fulfillment_order", "fulfilment order"),
    ("original_fulfillment_order", "fulfilment order"),
    ("return", "return"),
)
WHY = {
    "orders": "Something of the order changed.",
    "fulfillments": "A fulfilment of the order was made or changed.",
    "fulfillment_events": "A parcel of the order was scanned.",
    "fulfillment_orders": "What is to be sent of the order changed.",
    "refunds": "Money of the order was given back.",
    "returns": "A return of the order changed.",
    "order_transactions": "A payment of the order changed.",
    "reverse_deliveries": "A parcel on its way back got its label.",
    "reverse_fulfillment_orders": "Goods that came back were booked.",
}


def outcome(topic: str, body: Any) -> Outcome:
    """What comes of a webhook of this topic, such as ``orders/create``."""
    room, _, event = topic.partition("/")
    if room in OTHERS:
        return NoOrder(f"This tells of {OTHERS[room]}, not of an order.")
    if not isinstance(body, dict) or not body:
        return NoOrder("The body is empty: it does not say which order is meant.")
    if room == "orders" and event in WHOLE:
        try:
            return Mapped(document(body))
        except Unmappable as reason:
            return NoOrder(str(reason))
    if room in WHY:
        return _hint(room, event, body) or NoOrder("The body does not say which order is meant.")
    return NoOrder(f"«{topic}» tells of nothing that an order holds.")


def _hint(room: str, event: str, body: dict[str, Any]) -> Hint | None:
    why = "The order was deleted." if (room, event) == ("orders", "delete") else WHY[room]
    of_order = _order(room, event, body)
    if of_order is not None:
        return Hint(of_order[0], why, exact=of_order[1], name=_name(body))
    for field, part in _PARTS:
        id_ = _of_gid(body.get(field))
        if id_ is not None:
            return Hint(id_, why, part=part)
    merged = body.get("fulfillment_order_merges")
    if isinstance(merged, dict) and (id_ := _of_gid(merged.get("fulfillment_order"))):
        return Hint(id_, why, part="fulfilment order")
    own = gid(body)
    named = {"returns": "return", "reverse_fulfillment_orders": "return goods order"}.get(room)
    return Hint(own, why, part=named) if own and named else None


def _order(room: str, event: str, body: dict[str, Any]) -> tuple[str, bool] | None:
    """The order's id and whether it is exact."""
    named = body.get("order")
    exact = gid(named) if isinstance(named, dict) else _tail(body.get("admin_graphql_api_order_id"))
    if exact:
        return exact, True
    edit = body.get("order_edit") if isinstance(body.get("order_edit"), dict) else {}
    number = body.get("order_id") or (edit or {}).get("order_id") or (body.get("id") if event == "delete" else None)
    if isinstance(number, str):
        return _tail(number) or number, True
    return (str(number), is_exact(number)) if isinstance(number, int) else None


def _of_gid(part: Any) -> str | None:
    """The id of a part whose ``id`` may be a global one."""
    if not isinstance(part, dict):
        return None
    return _tail(part.get("id")) or gid(part)


def _tail(written: Any) -> str | None:
    return written.rsplit("/", 1)[1] if isinstance(written, str) and written.startswith("gid://") else None


def _name(body: dict[str, Any]) -> str | None:
    """The order's number, as fulfilments and payments hold it before their own: «#9999.1»."""
    for text in (body.get("name"), body.get("payment_id"), *(one.get("payment_id") for one in _payments(body))):
        if isinstance(text, str) and text.startswith("#") and "." in text[2:]:
            return text[1:].rpartition(".")[0]
    return None


def _payments(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in body.get("transactions") or () if isinstance(one, dict)]

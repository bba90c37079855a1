"""What comes of any of Amazon's answers and notifications: documents, hints by order id, or a reason. Pure."""

from collections.abc import Iterator
from typing import Any

from tests.oms.mapping.amazon.orders import document
from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome, Unmappable

# Fields that name the order of what they stand in, at Amazon itself first, then where it sends for other shops.
ORDER_IDS = ("AmazonOrderId", "amazonOrderId", "amazonOrderID", "customerOrderId", "marketplaceOrderId")
SHOP_IDS = ("SellerFulfillmentOrderId", "sellerFulfillmentOrderId")
LISTS = ("orders", "Orders", "returns", "shipments")
WHY = "Something of the order changed or was asked for."


def outcomes(body: Any) -> list[Outcome]:
    """What comes of an answer or a notification: several where it lists several."""
    if not isinstance(body, dict) or not body:
        return [NoOrder("The body is empty: it does not say which order is meant.")]
    if isinstance(body.get("errors"), list):
        words = next((str(one.get("message")) for one in body["errors"] if isinstance(one, dict)), "no reason told")
        return [NoOrder(f"Amazon refused the request: {words}")]
    for name in LISTS:
        if isinstance(body.get(name), list):
            return [one for part in body[name] for one in outcomes(part)] or [NoOrder("The list is empty.")]
    for name in ("payload", "Payload", "order"):
        if isinstance(body.get(name), dict):
            return outcomes(body[name])
    return [_outcome(body)]


def _outcome(body: dict[str, Any]) -> Outcome:
    if "orderId" in body and "orderItems" in body and "createdTime" in body:
        try:
            return Mapped(document(body))
        except Unmappable as reason:
            return NoOrder(str(reason))
    for names, part in ((ORDER_IDS, "order"), (SHOP_IDS, "fulfilment order"), (("orderId",), "fulfilment order")):
        id_ = next(_named(body, names), None)
        if id_ is not None:
            return Hint(id_, WHY, part=part)
    return NoOrder("This names no order: it tells of deliveries, labels, messages or settings.")


def _named(body: Any, names: tuple[str, ...]) -> Iterator[str]:
    """The values of these fields wherever they stand, those further out first."""
    if isinstance(body, dict):
        for name in names:
            if isinstance(body.get(name), str) and body[name]:
                yield body[name]
        for value in body.values():
            yield from _named(value, names)
    elif isinstance(body, list):
        for value in body:
            yield from _named(value, names)

"""Saleor's orders, as its GraphQL answers and webhooks tell them, as order documents. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome, Unmappable
from tests.oms.mapping.reading import Raw, exact, first, joined, minor, without_blanks

# What a connector has to ask for; fields that are not read are not asked for.
FIELDS = (
    "id", "number", "created", "updatedAt", "status", "chargeStatus", "authorizeStatus", "userEmail", "customerNote",
    "languageCodeEnum", "channel", "shippingAddress", "billingAddress", "shippingMethodName", "shippingPrice",
    "undiscountedShippingPrice", "total", "totalCharged", "totalRefunded", "lines", "fulfillments", "transactions",
)  # fmt: skip
STATUSES: dict[str, tuple[str, str | None]] = {
    "UNCONFIRMED": ("received", None),
    "UNFULFILLED": ("confirmed", None),
    "PARTIALLY_FULFILLED": ("partly_shipped", None),
    "FULFILLED": ("shipped", None),
    "PARTIALLY_RETURNED": ("completed", None),
    "RETURNED": ("completed", None),
    "CANCELED": ("cancelled", None),
    "EXPIRED": ("cancelled", None),
}
CAME_BACK = {"RETURNED", "REFUNDED_AND_RETURNED", "REPLACED"}
PARCELS = {"FULFILLED": "shipped", "REFUNDED": "shipped", "WAITING_FOR_APPROVAL": "packed"}


def outcomes(body: Any) -> list[Outcome]:
    """What comes of an answer, or of the events that a webhook brings as a list."""
    if isinstance(body, list):
        return [one for part in body for one in outcomes(part)]
    if not isinstance(body, dict) or not body:
        return [NoOrder("The body is empty: it does not say which order is meant.")]
    if isinstance(body.get("errors"), list):
        return [NoOrder(f"Saleor refused the request: {body['errors'][0].get('message')}")]
    for name in ("data", "event", "order", "fulfillment"):
        if isinstance(body.get(name), dict):
            return outcomes(body[name])
    if isinstance(body.get("orders"), dict):
        return [one for edge in body["orders"].get("edges") or () for one in outcomes(edge["node"])]
    return [_outcome(body)]


def _outcome(body: dict[str, Any]) -> Outcome:
    if "number" in body and "lines" in body:
        try:
            return Mapped(document(body))
        except Unmappable as reason:
            return NoOrder(str(reason))
    if body.get("number") and body.get("id"):
        return Hint(str(body["id"]), "Something of the order changed.", name=str(body["number"]))
    return NoOrder("This tells of nothing that an order holds.")


def document(order: Raw, *, system: str = "saleor", read_at: str | None = None) -> dict[str, Any]:
    """The order as a document. Raises Unmappable for a draft."""
    if order.get("status") == "DRAFT":
        raise Unmappable("This is a draft; it becomes an order when it is placed.")
    unit = str(((order.get("total") or {}).get("gross") or {}).get("currency") or "")
    if not unit:
        raise Unmappable("The order holds no currency: ask for total { gross { amount currency } }.")
    status, hold = STATUSES.get(str(order.get("status")), ("received", None))
    charged = minor((order.get("totalCharged") or {}).get("amount"), unit)
    if status in ("received", "confirmed") and not charged and order.get("authorizeStatus") in (None, "NONE"):
        status, hold = "on_hold", "payment"
    goods = list(_lines(order, unit))
    refunds = list(_refunds(order, unit))
    given_back = sum(refund["amount"] for refund in refunds)
    shipping, full = (_gross(order.get(name), unit) for name in ("shippingPrice", "undiscountedShippingPrice"))
    return without_blanks(
        {
            "number": str(order["number"]),
            "source": {"system": system, "id": str(order["id"])},
            "channel": first((order.get("channel") or {}).get("slug"), "web"),
            "placed_at": order["created"],
            "updated_at": first(order.get("updatedAt"), order["created"]),
            "read_at": read_at,
            "status": status,
            "hold": hold,
            "status_word": joined(order.get("status"), order.get("chargeStatus"), between=", "),
            "currency": unit,
            "locale": _locale(order.get("languageCodeEnum")),
            "customer": _customer(order),
            "ship_to": _address(order.get("shippingAddress") or {}),
            "note": first(order.get("customerNote")),
            "lines": goods,
            "prices_include_tax": True,
            "totals": {
                "items": sum(line["total"] for line in goods),
                "shipping": max(shipping, full),
                "tax": minor(((order.get("total") or {}).get("tax") or {}).get("amount"), unit),
                "discount": max(0, full - shipping),
                "shipping_discount": max(0, full - shipping),
                # What is charged falls when money is given back.
                "paid": charged + given_back,
            },
            "payment_status": _payment_status(order, charged, given_back),
            "refunds": refunds,
            "shipments": list(_parcels(order)),
        }
    )


def _locale(word: Any) -> str | None:
    """``PT_BR`` as pt-BR, ``DE`` as de."""
    language, *rest = str(word or "").split("_")
    return "-".join([language.lower(), *rest]) or None


def _gross(price: Raw | None, unit: str) -> int:
    part = price or {}
    return minor((part.get("gross") or part).get("amount"), unit)


def _lines(order: Raw, unit: str) -> Iterator[dict[str, Any]]:
    back = _came_back(order)
    for line in order.get("lines") or ():
        full, total = _gross(line.get("undiscountedTotalPrice"), unit), _gross(line.get("totalPrice"), unit)
        gone = min(int(line["quantity"]), back[line["id"]])
        yield without_blanks(
            {
                "id": str(line["id"]),
                "sku": first(line.get("productSku")),
                "title": first(line.get("productName"), line.get("productSku"), line["id"]),
                "variant": first(line.get("variantName")),
                "quantity": int(line["quantity"]),
                "returned": gone,
                "cancelled": int(line["quantity"]) - gone if order.get("status") == "CANCELED" else 0,
                "unit_price": _gross(line.get("undiscountedUnitPrice") or line.get("unitPrice"), unit),
                "discount": max(0, full - total),
                "total": total,
                "tax": minor(((line.get("totalPrice") or {}).get("tax") or {}).get("amount"), unit),
                "image_url": first((line.get("thumbnail") or {}).get("url")),
                "kind": "goods" if line.get("isShippingRequired", True) else "digital",
            }
        )


def _came_back(order: Raw) -> Counter[str]:
    """Pieces by line: Saleor moves what came back into a fulfilment of its own."""
    pieces: Counter[str] = Counter()
    for one in order.get("fulfillments") or ():
        if one.get("status") in CAME_BACK:
            for line in one.get("lines") or ():
                pieces[(line.get("orderLine") or {}).get("id")] += int(line["quantity"])
    return pieces


def _refunds(order: Raw, unit: str) -> Iterator[dict[str, Any]]:
    listed = 0
    for one in order.get("transactions") or ():
        amount = minor((one.get("refundedAmount") or {}).get("amount"), unit)
        if amount:
            listed += amount
            yield without_blanks({"id": str(one["id"]), "amount": amount, "at": one.get("modifiedAt")})
    missing = minor(exact((order.get("totalRefunded") or {}).get("amount")), unit) - listed
    if missing > 0:
        yield {"id": f"order-{order['id']}", "amount": missing}


def _payment_status(order: Raw, charged: int, given_back: int) -> str:
    if given_back:
        return "part_refunded" if charged else "refunded"
    words = {"FULL": "paid", "OVERCHARGED": "paid", "PARTIAL": "part_paid"}
    if order.get("chargeStatus") in words:
        return words[order["chargeStatus"]]
    return "authorised" if order.get("authorizeStatus") in ("FULL", "PARTIAL") else "unpaid"


def _parcels(order: Raw) -> Iterator[dict[str, Any]]:
    for one in order.get("fulfillments") or ():
        if one.get("status") in PARCELS:
            sent = PARCELS[one["status"]]
            yield without_blanks(
                {
                    "id": str(one["id"]),
                    "carrier_word": first(order.get("shippingMethodName")),
                    "tracking_number": first(one.get("trackingNumber")),
                    "status": sent,
                    "shipped_at": one.get("created") if sent == "shipped" else None,
                    "lines": [
                        {"line": str((line.get("orderLine") or {}).get("id")), "quantity": int(line["quantity"])}
                        for line in one.get("lines") or ()
                    ],
                }
            )


def _customer(order: Raw) -> dict[str, Any]:
    address = order.get("billingAddress") or order.get("shippingAddress") or {}
    return without_blanks(
        {
            "name": joined(address.get("firstName"), address.get("lastName")),
            "email": first(order.get("userEmail")),
            "phone": first((order.get("shippingAddress") or {}).get("phone"), address.get("phone")),
        }
    )


def _address(part: Raw) -> dict[str, Any] | None:
    if not part:
        return None
    return without_blanks(
        {
            "name": joined(part.get("firstName"), part.get("lastName")),
            "company": first(part.get("companyName")),
            "line1": first(part.get("streetAddress1")),
            "line2": first(part.get("streetAddress2")),
            "city": first(part.get("city")),
            "region": first(part.get("countryArea")),
            "postcode": first(part.get("postalCode")),
            "country": first((part.get("country") or {}).get("code")),
        }
    )

"""An order of Amazon's Orders API of 2026 as one order document. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.oms.mapping.outcome import Unmappable
from tests.oms.mapping.reading import Raw, exact, first, instant, joined, minor, without_blanks

STATUSES: dict[str, tuple[str, str | None]] = {
    "PENDING_AVAILABILITY": ("received", None),
    "PENDING": ("received", None),
    "UNSHIPPED": ("confirmed", None),
    "PARTIALLY_SHIPPED": ("partly_shipped", None),
    "SHIPPED": ("shipped", None),
    "CANCELLED": ("cancelled", None),
    "UNFULFILLABLE": ("cancelled", None),
}
PARCELS = {
    "PENDING": "packed",
    "SHIPPED": "shipped",
    "IN_TRANSIT": "shipped",
    "DELIVERED": "delivered",
    "UNDELIVERABLE": "shipped",
    "CANCELLED": "cancelled",
}
_NOT_FEES = {"ITEM", "SHIPPING", "TAX", "DISCOUNT"}


def document(order: Raw, *, system: str = "amazon", read_at: str | None = None) -> dict[str, Any]:
    """The order as a document. Raises Unmappable where its amounts were not asked for."""
    grand = ((order.get("proceeds") or {}).get("grandTotal")) or {}
    unit = first(grand.get("currencyCode"), *(price.get("currencyCode") for price in _prices(order)))
    if unit is None:
        raise Unmappable("The order holds no amounts: ask for PROCEEDS among the parts that are included.")
    status = str((order.get("fulfillment") or {}).get("fulfillmentStatus"))
    packages = list(order.get("packages") or ())
    standing, hold = STATUSES.get(status, ("received", None))
    if standing == "shipped" and packages and all(_package(one) == "DELIVERED" for one in packages):
        standing = "completed"
    taken = status not in ("PENDING", "PENDING_AVAILABILITY", "CANCELLED", "UNFULFILLABLE")
    goods = [_line(item, unit) for item in order.get("orderItems") or ()]
    totals = _totals(order, unit, goods)
    paid = totals["total"] if taken else 0
    return without_blanks(
        {
            "number": order["orderId"],
            "source": {"system": system, "id": order["orderId"]},
            "channel": first((order.get("salesChannel") or {}).get("marketplaceName"), "Amazon"),
            "placed_at": order["createdTime"],
            "updated_at": first(order.get("lastUpdatedTime"), order["createdTime"]),
            "read_at": read_at,
            "status": standing,
            "hold": hold,
            "status_word": status,
            "currency": unit,
            **_people(order),
            "promise": _promise(order),
            "gift": any(_gift(item) for item in order.get("orderItems") or ()),
            "lines": goods,
            "prices_include_tax": not _on_top(totals),
            "totals": totals | {"paid": paid},
            "payment_status": "paid" if paid else "unpaid",
            "shipments": [_parcel(one) for one in packages],
        }
    )


def _prices(order: Raw) -> Iterator[Raw]:
    for item in order.get("orderItems") or ():
        yield ((item.get("product") or {}).get("price") or {}).get("unitPrice") or {}


def _line(item: Raw, unit: str) -> dict[str, Any]:
    product, done = item.get("product") or {}, item.get("fulfillment") or {}
    price = ((product.get("price") or {}).get("unitPrice") or {}).get("amount")
    count, parts = int(item["quantityOrdered"]), _parts(item.get("proceeds"))
    open_units = int(done.get("quantityFulfilled") or 0) + int(done.get("quantityUnfulfilled") or 0)
    total = parts.get("ITEM", exact(price) * count) - abs(parts.get("DISCOUNT", Decimal(0)))
    return without_blanks(
        {
            "id": str(item["orderItemId"]),
            "sku": first(product.get("sellerSku"), product.get("asin")),
            "title": first(product.get("title"), product.get("asin"), item["orderItemId"]),
            "quantity": count,
            "cancelled": max(0, count - open_units) if done else 0,
            "unit_price": minor(price, unit) or (minor(total / count, unit) if count else 0),
            "total": minor(max(Decimal(0), total), unit),
            "tax": minor(parts.get("TAX"), unit),
        }
    )


def _parts(proceeds: Raw | None) -> dict[str, Decimal]:
    return {
        str(one["type"]): exact((one.get("subtotal") or {}).get("amount"))
        for one in (proceeds or {}).get("breakdowns") or ()
    }


def _totals(order: Raw, unit: str, goods: list[dict[str, Any]]) -> dict[str, int]:
    proceeds = order.get("proceeds") or {}
    parts, items = _parts(proceeds), sum(line["total"] for line in goods)
    # An order without a breakdown of its own may have one for each of its lines.
    if not parts:
        for item in order.get("orderItems") or ():
            for name, amount in _parts(item.get("proceeds")).items():
                parts[name] = parts.get(name, Decimal(0)) + amount
    fees = sum((amount for name, amount in parts.items() if name not in _NOT_FEES), Decimal(0))
    shipping, tax = minor(parts.get("SHIPPING"), unit), minor(parts.get("TAX"), unit)
    before_tax = items + shipping + minor(fees, unit)
    total = minor((proceeds.get("grandTotal") or {}).get("amount"), unit)
    return {"items": items, "shipping": shipping, "tax": tax, "fees": minor(fees, unit), "total": total or before_tax}


def _on_top(totals: dict[str, int]) -> bool:
    without = totals["items"] + totals["shipping"] + totals["fees"]
    return totals["tax"] > 0 and abs(totals["total"] - without - totals["tax"]) < abs(totals["total"] - without)


def _package(package: Raw) -> str:
    return str((package.get("packageStatus") or {}).get("status"))


def _parcel(package: Raw) -> dict[str, Any]:
    start, status = package.get("shipFromAddress") or {}, PARCELS.get(_package(package), "packed")
    return without_blanks(
        {
            "id": str(package["packageReferenceId"]),
            "carrier": first(package.get("carrier")),
            "carrier_word": first(package.get("carrier")),
            "service": first(package.get("shippingService")),
            "tracking_number": first(package.get("trackingNumber")),
            "status": status,
            "shipped_at": package.get("shipTime") if status != "packed" else None,
            "origin": without_blanks(
                {
                    "name": first(start.get("name")),
                    "city": first(start.get("city")),
                    "postcode": first(start.get("postalCode")),
                    "country": first(start.get("countryCode")),
                }
            )
            or None,
            "lines": [
                {"line": str(one["orderItemId"]), "quantity": int(one.get("quantity") or 0)}
                for one in package.get("packageItems") or ()
            ],
        }
    )


def _promise(order: Raw) -> dict[str, str] | None:
    window = (order.get("fulfillment") or {}).get("deliverByWindow") or {}
    begin, until = (instant(window.get(name)) for name in ("earliestDateTime", "latestDateTime"))
    if until is None:
        return None
    return without_blanks({"from": begin.date().isoformat() if begin else None, "until": until.date().isoformat()})


def _gift(item: Raw) -> bool:
    return bool(((item.get("fulfillment") or {}).get("packing") or {}).get("giftOption"))


def _people(order: Raw) -> dict[str, Any]:
    buyer, address = order.get("buyer") or {}, (order.get("recipient") or {}).get("deliveryAddress") or {}
    company = first(buyer.get("buyerCompanyName"))
    return {
        "kind": "b2b" if company else "b2c",
        "purchase_order": first(buyer.get("buyerPurchaseOrderNumber")),
        "customer": without_blanks(
            {
                "name": first(buyer.get("buyerName"), address.get("name")),
                # A relay of Amazon's, by which the buyer is reached all the same.
                "email": first(buyer.get("buyerEmail")),
                "phone": first(address.get("phone")),
            }
        ),
        "ship_to": without_blanks(
            {
                "name": first(address.get("name")),
                "company": first(address.get("companyName"), company),
                "line1": first(address.get("addressLine1")),
                "line2": joined(address.get("addressLine2"), address.get("addressLine3"), between=", "),
                "city": first(address.get("city")),
                "region": first(address.get("stateOrRegion")),
                "postcode": first(address.get("postalCode")),
                "country": first(address.get("countryCode")),
            }
        )
        if address
        else None,
    }

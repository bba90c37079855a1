"""Adobe Commerce's (Magento's) orders, with their shipments and credit memos, as order documents. Pure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome, Unmappable
from tests.oms.mapping.reading import Raw, exact, first, instant, joined, minor, shares, without_blanks, written

STATES: dict[str, tuple[str, str | None]] = {
    "new": ("received", None),
    "pending_payment": ("on_hold", "payment"),
    "payment_review": ("on_hold", "review"),
    "holded": ("on_hold", "review"),
    "canceled": ("cancelled", None),
}
# What a part of an order is called that names its order.
PARTS = {"tracks": "A parcel was made.", "order_id": "Something of the order changed."}
_PIECES = ("qty_ordered", "qty_shipped", "qty_canceled", "qty_refunded")


def outcomes(body: Any) -> list[Outcome]:
    """What comes of a body: one of an order, several of a list of them."""
    if isinstance(body, dict) and isinstance(body.get("items"), list) and "search_criteria" in body:
        return [one for part in body["items"] for one in outcomes(part)]
    if not isinstance(body, dict) or not body:
        return [NoOrder("The body is empty: it does not say which order is meant.")]
    return [_outcome(body)]


def _outcome(body: Raw) -> Outcome:
    if "increment_id" in body and "order_currency_code" in body and "items" in body:
        try:
            return Mapped(document(body))
        except Unmappable as reason:
            return NoOrder(str(reason))
    if body.get("order_id"):
        return Hint(str(body["order_id"]), next(words for field, words in PARTS.items() if body.get(field)))
    if "message" in body:
        return NoOrder(f"The shop refused the request: {body['message']}")
    return NoOrder("This tells of nothing that an order holds.")


def document(
    order: Raw,
    *,
    shipments: Iterable[Raw] = (),
    credit_memos: Iterable[Raw] = (),
    system: str = "adobe_commerce",
    read_at: str | None = None,
) -> dict[str, Any]:
    """The order as a document. Raises Unmappable where it tells too little to be taken."""
    unit = first(order.get("order_currency_code"))
    if unit is None or not order.get("entity_id"):
        raise Unmappable("The order has no id or no currency.")
    bought = list(_bought(order))
    status, hold = _standing(order, bought)
    goods = _lines(bought, unit)
    refunds = list(_refunds(order, unit, credit_memos))
    return without_blanks(
        {
            "number": first(order.get("increment_id"), order["entity_id"]),
            "source": {"system": system, "id": str(order["entity_id"])},
            # The name of the store view is three lines: site, store, view.
            "channel": (first(order.get("store_name")) or "web").splitlines()[-1].strip()[:64],
            "placed_at": _at(order.get("created_at")),
            "updated_at": _at(order.get("updated_at")) or _at(order.get("created_at")),
            "read_at": read_at,
            "status": status,
            "hold": hold,
            "status_word": joined(order.get("state"), order.get("status"), between=", "),
            "currency": unit,
            "customer": _customer(order),
            "ship_to": _address(_shipping_address(order)),
            "note": first(order.get("customer_note")),
            "lines": goods,
            # The amounts with tax are what was charged, however the shop shows its prices.
            "prices_include_tax": True,
            "totals": _totals(order, unit, goods),
            "payment_status": _payment_status(order),
            "payments": list(_payments(order, unit)),
            "refunds": refunds,
            "shipments": list(_parcels(shipments)),
        }
    )


def _at(text: Any) -> str | None:
    return written(instant(text))


def _bought(order: Raw) -> Iterator[Raw]:
    """The lines that were charged: a bundle's own parts where they bear its price, else the line that has parts."""
    lines = list(order.get("items") or ())
    parents = {line["item_id"]: line for line in lines if not line.get("parent_item_id")}
    by_parts = {
        id_
        for id_, line in parents.items()
        if not exact(line.get("row_total")) and any(exact(one.get("row_total")) for one in lines if _of(one, id_))
    }
    for line in lines:
        parent = line.get("parent_item_id")
        if (parent is None and line["item_id"] not in by_parts) or parent in by_parts:
            yield line


def _of(line: Raw, parent: Any) -> bool:
    return bool(line.get("parent_item_id") == parent)


def _standing(order: Raw, bought: list[Raw]) -> tuple[str, str | None]:
    state = str(order.get("state") or order.get("status"))
    if state in STATES:
        return STATES[state]
    sent = sum((exact(line.get("qty_shipped")) for line in bought), Decimal(0))
    awaited = sum((max(Decimal(0), _awaited(line)) for line in bought if not line.get("is_virtual")), Decimal(0))
    if state == "closed":
        return ("completed" if sent else "cancelled"), None
    if state == "complete" or (sent and not awaited):
        return "shipped" if sent else "completed", None
    return ("partly_shipped" if sent else "confirmed"), None


def _awaited(line: Raw) -> Decimal:
    ordered_, shipped, cancelled, refunded = (exact(line.get(name)) for name in _PIECES)
    return ordered_ - cancelled - max(shipped, refunded)


def _lines(bought: list[Raw], unit: str) -> list[dict[str, Any]]:
    before = [_with_tax(line) for line in bought]
    totals = shares(
        [price - exact(line.get("discount_amount")) for line, price in zip(bought, before, strict=True)], unit
    )
    return [
        _line(line, price, total, unit) for line, price, total in zip(bought, shares(before, unit), totals, strict=True)
    ]


def _with_tax(line: Raw) -> Decimal:
    """What a line comes to with its tax, before its discount; the tax on the discount is told apart."""
    parts = ("row_total", "tax_amount", "discount_tax_compensation_amount", "weee_tax_applied_row_amount")
    return sum((exact(line.get(name)) for name in parts), Decimal(0))


def _line(line: Raw, price: int, total: int, unit: str) -> dict[str, Any]:
    ordered_, shipped, cancelled, refunded = (exact(line.get(name)) for name in _PIECES)
    came_back = min(refunded, shipped)
    return without_blanks(
        {
            "id": str(line["item_id"]),
            "sku": first(line.get("sku")),
            "title": first(line.get("name"), line.get("sku"), line["item_id"]),
            "quantity": _number(ordered_),
            "returned": _number(came_back),
            "cancelled": _number(min(ordered_ - came_back, cancelled + max(Decimal(0), refunded - shipped))),
            "unit_price": minor(exact(line.get("price_incl_tax")) or exact(line.get("price")), unit),
            "total": max(0, total),
            "discount": max(0, price - total),
            "tax": minor(line.get("tax_amount"), unit),
            "weight_g": None,
            "kind": "digital" if line.get("is_virtual") else "goods",
        }
    )


def _number(count: Decimal) -> int | float:
    return int(count) if count == int(count) else float(count)


def _totals(order: Raw, unit: str, goods: list[dict[str, Any]]) -> dict[str, int]:
    more = order.get("extension_attributes") or {}
    covered = ("gift_cards_amount", "customer_balance_amount", "reward_currency_amount")
    credit = sum((exact(more.get(name)) for name in covered), Decimal(0))
    off_shipping = minor(order.get("shipping_discount_amount"), unit)
    return {
        "items": sum(line["total"] for line in goods),
        "shipping": minor(order.get("shipping_incl_tax") or order.get("shipping_amount"), unit),
        "tax": minor(order.get("tax_amount"), unit),
        "discount": off_shipping,
        "shipping_discount": off_shipping,
        "fees": minor(more.get("gw_price_incl_tax"), unit),
        "credit": minor(credit, unit),
        # What gift cards and credit covered was taken, too: it can be given back.
        "paid": minor(exact(order.get("total_paid")) + credit, unit),
        "total": minor(exact(order.get("grand_total")) + credit, unit),
    }


def _payment_status(order: Raw) -> str:
    paid, refunded = exact(order.get("total_paid")), exact(order.get("total_refunded"))
    if not paid:
        return "voided" if order.get("state") == "canceled" else "unpaid"
    if refunded:
        return "refunded" if refunded >= paid else "part_refunded"
    return "part_paid" if exact(order.get("total_due")) > 0 else "paid"


def _payments(order: Raw, unit: str) -> Iterator[dict[str, Any]]:
    payment = order.get("payment") or {}
    if payment:
        taken = exact(payment.get("amount_paid"))
        yield {
            "id": first(payment.get("last_trans_id"), payment.get("entity_id"), "1"),
            "method": first(payment.get("method"), "other"),
            "amount": minor(taken or payment.get("amount_ordered"), unit),
            "status": "captured" if taken else "authorised",
        }


def _refunds(order: Raw, unit: str, credit_memos: Iterable[Raw]) -> Iterator[dict[str, Any]]:
    listed = Decimal(0)
    for memo in credit_memos:
        listed += exact(memo.get("grand_total"))
        yield without_blanks(
            {
                "id": str(memo["entity_id"]),
                "amount": minor(memo.get("grand_total"), unit),
                "at": _at(memo.get("created_at")),
                "lines": [
                    {"line": str(line["order_item_id"]), "quantity": int(exact(line.get("qty")))}
                    for line in memo.get("items") or ()
                    if exact(line.get("qty"))
                ],
            }
        )
    # Whether or not its memos were read, what the order says was given back is given back.
    missing = exact(order.get("total_refunded")) - listed
    if missing > 0:
        yield {"id": f"order-{order['entity_id']}", "amount": minor(missing, unit)}


def _parcels(shipments: Iterable[Raw]) -> Iterator[dict[str, Any]]:
    for shipment in shipments:
        lines = [
            {"line": str(one["order_item_id"]), "quantity": int(exact(one.get("qty")))}
            for one in shipment.get("items") or ()
        ]
        for at, track in enumerate(shipment.get("tracks") or [{}]):
            carrier = first(track.get("carrier_code"))
            yield without_blanks(
                {
                    "id": str(shipment["entity_id"]) if at == 0 else f"{shipment['entity_id']}:{at + 1}",
                    "group": str(shipment["entity_id"]),
                    # «custom» is what a shop picks when its carrier is not in the list.
                    "carrier": None if carrier == "custom" else carrier,
                    "carrier_word": first(track.get("title")),
                    "tracking_number": first(track.get("track_number")),
                    "status": "shipped",
                    "shipped_at": _at(shipment.get("created_at")),
                    "lines": lines if at == 0 else [],
                }
            )


def _shipping_address(order: Raw) -> Raw:
    assigned = (order.get("extension_attributes") or {}).get("shipping_assignments") or [{}]
    return (assigned[0].get("shipping") or {}).get("address") or {}


def _customer(order: Raw) -> dict[str, Any]:
    billing = order.get("billing_address") or {}
    name = joined(order.get("customer_firstname"), order.get("customer_lastname"))
    return without_blanks(
        {
            "id": first(order.get("customer_id")),
            "name": name or joined(billing.get("firstname"), billing.get("lastname")),
            "email": first(order.get("customer_email"), billing.get("email")),
            "phone": first(_shipping_address(order).get("telephone"), billing.get("telephone")),
        }
    )


def _address(part: Raw) -> dict[str, Any] | None:
    street = list(part.get("street") or ())
    if not part:
        return None
    return without_blanks(
        {
            "name": joined(part.get("firstname"), part.get("lastname")),
            "company": first(part.get("company")),
            "line1": first(*street[:1]),
            "line2": joined(*street[1:], between=", "),
            "city": first(part.get("city")),
            "region": first(part.get("region_code"), part.get("region")),
            "postcode": first(part.get("postcode")),
            "country": first(part.get("country_id")),
        }
    )

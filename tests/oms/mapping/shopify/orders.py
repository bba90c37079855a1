"""An order as Shopify's webhooks tell it, as one order document. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.oms.mapping.outcome import Unmappable
from tests.oms.mapping.reading import Raw, first, joined, minor, shares, without_blanks
from tests.oms.mapping.shopify.ids import gid, same
from tests.oms.mapping.shopify.money import STATES, allocated, amount, currency, refund_amount, totals

SENT_WORDS = {"delivered": "delivered", "ready_for_pickup": "ready_for_pickup"}
NO_PARCEL = {"cancelled", "error", "failure"}
RETURN_STAGES = {
    "requested": "asked", "open": "approved", "closed": "received", "declined": "rejected", "canceled": "cancelled",
}  # fmt: skip


def document(order: Raw, *, system: str = "shopify", read_at: str | None = None) -> dict[str, Any]:
    """The order as a document. Raises Unmappable where it tells too little to be taken."""
    id_, unit = gid(order), currency(order)
    if id_ is None or not order.get("name") or not unit:
        raise Unmappable("The body has no name, id or currency of an order: read the order by its id.")
    goods = list(_lines(order, unit))
    status, hold = _status(order)
    return without_blanks(
        {
            "number": str(order["name"]).lstrip("#").strip(),
            "source": {"system": system, "id": id_},
            "channel": first(order.get("source_name"), "web"),
            "placed_at": first(order.get("processed_at"), order.get("created_at")),
            "updated_at": first(order.get("updated_at"), order.get("created_at")),
            "read_at": read_at,
            "status": status,
            "hold": hold,
            "status_word": joined(order.get("financial_status"), order.get("fulfillment_status"), between=", "),
            "currency": unit,
            **_people(order),
            "note": first(order.get("note")),
            "lines": goods,
            "prices_include_tax": bool(order.get("taxes_included")),
            "totals": totals(order, sum(line["total"] for line in goods)),
            "payment_status": STATES.get(str(order.get("financial_status"))),
            "refunds": list(_refunds(order, unit)),
            "returns": list(_returns(order)),
            "shipments": list(_parcels(order)),
        }
    )


def _status(order: Raw) -> tuple[str, str | None]:
    if order.get("cancelled_at"):
        return "cancelled", None
    parcels = [one for one in order.get("fulfillments") or () if one.get("status") not in NO_PARCEL]
    fulfilled = order.get("fulfillment_status")
    if fulfilled == "fulfilled":
        arrived = bool(parcels) and all(one.get("shipment_status") == "delivered" for one in parcels)
        return "completed" if arrived else "shipped", None
    if fulfilled == "partial":
        return "partly_shipped", None
    # Whoever pays at the door has not paid when the goods leave.
    if order.get("financial_status") in ("pending", "partially_paid", "expired"):
        return "on_hold", "payment"
    return ("received" if order.get("financial_status") == "authorized" else "confirmed"), None


def _lines(order: Raw, unit: str) -> Iterator[dict[str, Any]]:
    bought = list(order.get("line_items") or ())
    charged = [amount(line, "price") * int(line["quantity"]) - allocated(line) for line in bought]
    for line, total in zip(bought, shares(charged, unit), strict=True):
        gone = max(0, int(line["quantity"]) - int(line.get("current_quantity", line["quantity"])))
        came_back = min(gone, _came_back(order)[line_id(line, order)])
        digital = line.get("requires_shipping") is False
        yield without_blanks(
            {
                "id": line_id(line, order),
                "sku": first(line.get("sku")),
                "title": first(line.get("title"), line.get("name"), line.get("sku"), "?"),
                "variant": first(line.get("variant_title")),
                "quantity": int(line["quantity"]),
                "cancelled": gone - came_back,
                "returned": came_back,
                "unit_price": minor(amount(line, "price"), unit),
                "total": total,
                "tax": minor(sum(amount(tax, "price") for tax in line.get("tax_lines") or ()), unit),
                "weight_g": line.get("grams"),
                "kind": "gift_card" if line.get("gift_card") else "digital" if digital else "goods",
            }
        )


def line_id(line: Raw, order: Raw) -> str:
    """The line's exact id; where only a rounded number is told, that of the order's line it can stand for."""
    exact = gid(line)
    if exact is not None:
        return exact
    number = line.get("id")
    lines = [one for one in map(gid, order.get("line_items") or ()) if one and isinstance(number, int)]
    return next((one for one in lines if same(number, one)), str(number))


def _came_back(order: Raw) -> Counter[str]:
    """Pieces by line that were refunded without being taken out of the order before they left."""
    pieces: Counter[str] = Counter()
    for refund in order.get("refunds") or ():
        for one in refund.get("refund_line_items") or ():
            if one.get("restock_type") != "cancel":
                line = one.get("line_item") or {"id": one.get("line_item_id")}
                pieces[line_id(line, order)] += int(one.get("quantity") or 0)
    return pieces


def _refunds(order: Raw, unit: str) -> Iterator[dict[str, Any]]:
    for refund in order.get("refunds") or ():
        given_back = minor(refund_amount(refund), unit)
        if given_back:
            yield without_blanks(
                {
                    "id": gid(refund) or str(refund.get("id")),
                    "amount": given_back,
                    "at": first(refund.get("processed_at"), refund.get("created_at")),
                    "reason": first(refund.get("note")),
                    "lines": [
                        {
                            "line": line_id(one.get("line_item") or {"id": one.get("line_item_id")}, order),
                            "quantity": int(one.get("quantity") or 0),
                        }
                        for one in refund.get("refund_line_items") or ()
                    ],
                }
            )


def _returns(order: Raw) -> Iterator[dict[str, Any]]:
    for one in order.get("returns") or ():
        stage = RETURN_STAGES.get(str(one.get("status")).lower())
        if stage is None:
            continue
        lines = []
        for line in one.get("return_line_items") or ():
            bought = (line.get("fulfillment_line_item") or {}).get("line_item")
            if bought:
                lines.append({"line": line_id(bought, order), "quantity": int(line.get("quantity") or 0)})
        yield {"id": gid(one) or str(one.get("id")), "status": stage, "lines": lines}


def _parcels(order: Raw) -> Iterator[dict[str, Any]]:
    for one in order.get("fulfillments") or ():
        if one.get("status") in NO_PARCEL:
            continue
        id_ = gid(one) or str(one.get("id"))
        numbers = one.get("tracking_numbers") or ([one["tracking_number"]] if one.get("tracking_number") else [None])
        links = list(one.get("tracking_urls") or ([one["tracking_url"]] if one.get("tracking_url") else []))
        sent = SENT_WORDS.get(
            str(one.get("shipment_status")), "shipped" if one.get("status") == "success" else "packed"
        )
        for at, number in enumerate(numbers):
            yield without_blanks(
                {
                    "id": id_ if at == 0 else f"{id_}:{at + 1}",
                    "group": id_,
                    "carrier": first(one.get("tracking_company")),
                    "carrier_word": first(one.get("tracking_company")),
                    "tracking_number": first(number),
                    "tracking_url": links[at] if at < len(links) else None,
                    "status": sent,
                    "shipped_at": one.get("created_at") if sent != "packed" else None,
                    "lines": [
                        {"line": line_id(line, order), "quantity": int(line.get("quantity") or 0)}
                        for line in one.get("line_items") or ()
                    ]
                    if at == 0
                    else [],
                }
            )


def _people(order: Raw) -> dict[str, Any]:
    customer, address = order.get("customer") or {}, order.get("shipping_address") or {}
    billing = order.get("billing_address") or {}
    name = joined(customer.get("first_name"), customer.get("last_name")) or first(
        address.get("name"), billing.get("name")
    )
    return {
        "kind": "b2b" if order.get("company") else "b2c",
        "purchase_order": first(order.get("po_number")),
        "locale": first(order.get("customer_locale")),
        "customer": without_blanks(
            {
                "id": gid(customer),
                "name": name,
                "email": first(order.get("contact_email"), order.get("email"), customer.get("email")),
                "phone": first(order.get("phone"), address.get("phone"), customer.get("phone"), billing.get("phone")),
            }
        ),
        "ship_to": without_blanks(
            {
                "name": first(address.get("name"), joined(address.get("first_name"), address.get("last_name"))),
                "company": first(address.get("company")),
                "line1": first(address.get("address1")),
                "line2": first(address.get("address2")),
                "city": first(address.get("city")),
                "region": first(address.get("province_code"), address.get("province")),
                "postcode": first(address.get("zip")),
                "country": first(address.get("country_code")),
            }
        )
        if address
        else None,
    }

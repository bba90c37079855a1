"""WooCommerce's answers and webhooks: orders as order documents, refunds and notes as hints, the rest with a reason."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from tests.oms.mapping.outcome import Hint, Mapped, NoOrder, Outcome, Unmappable
from tests.oms.mapping.reading import Raw, exact, first, instant, joined, minor, shares, without_blanks, written

STATUSES: dict[str, tuple[str, str | None]] = {
    "pending": ("on_hold", "payment"),
    "failed": ("on_hold", "payment"),
    "on-hold": ("on_hold", "payment"),
    "processing": ("confirmed", None),
    "completed": ("completed", None),
    "cancelled": ("cancelled", None),
    "trash": ("cancelled", None),
}
DRAFTS = {"checkout-draft", "auto-draft", "draft"}
# By a field that only bodies of this kind have, what a body tells of.
SHAPES = (
    ("delivery_url", "a webhook"),
    ("catalog_visibility", "a product"),
    ("is_paying_customer", "a customer"),
    ("download_id", "a customer's download"),
    ("username", "a customer"),
    ("method_title", "a way of delivery"),
    ("zone", "a zone of delivery"),
)
_OF_ORDER = re.compile(r"/orders/(\d+)(?:/|$)")


def outcomes(body: Any) -> list[Outcome]:
    """What comes of a body: one of one thing, several of a list or a batch."""
    if isinstance(body, list):
        return [one for part in body for one in outcomes(part)]
    if isinstance(body, dict) and body and body.keys() <= {"create", "update", "delete"}:
        return [one for parts in body.values() for one in outcomes(parts)]
    return [_outcome(body)]


def _outcome(body: Any) -> Outcome:
    if not isinstance(body, dict):
        return NoOrder("WooCommerce only tries whether the address answers: this is no order.")
    if "line_items" in body and "order_key" in body:
        try:
            return Mapped(document(body))
        except Unmappable as reason:
            return NoOrder(str(reason))
    order = _order_of(body)
    if order and ("refunded_by" in body or "customer_note" in body):
        why = "Money of the order was given back." if "refunded_by" in body else "A note was written on the order."
        return Hint(order, why)
    if {"code", "message"} <= body.keys():
        return NoOrder(f"WooCommerce refused the request: {body['message']}")
    kind = next((words for field, words in SHAPES if field in body), "something else")
    return NoOrder(f"This tells of {kind}, not of an order.")


def _order_of(body: Raw) -> str | None:
    """The order that a part of it hangs under, by its own links."""
    for links in (body.get("_links") or {}).values():
        for link in links:
            match = _OF_ORDER.search(str(link.get("href")))
            if match:
                return match[1]
    return None


def document(
    order: Raw, *, refunds: Iterable[Raw] = (), system: str = "woocommerce", read_at: str | None = None
) -> dict[str, Any]:
    """The order as a document, with its ``refunds`` where they were read. Raises Unmappable for a draft."""
    status, unit = str(order.get("status")), str(order.get("currency") or "")
    if status in DRAFTS:
        raise Unmappable("This is a draft; it becomes an order when it is placed.")
    refunds, with_tax = list(refunds), bool(order.get("prices_include_tax"))
    standing, hold = _standing(order)
    goods = list(_lines(order, unit, refunds, with_tax=with_tax))
    paid = exact(order.get("total")) if _was_paid(order) else Decimal(0)
    return without_blanks(
        {
            "number": first(order.get("number"), order["id"]),
            "source": {"system": system, "id": str(order["id"])},
            "channel": first(order.get("created_via"), "web"),
            "placed_at": _at(order, "date_created"),
            "updated_at": _at(order, "date_modified") or _at(order, "date_created"),
            "read_at": read_at,
            "status": standing,
            "hold": hold,
            "status_word": status,
            "removed": status == "trash",
            "currency": unit,
            "customer": _customer(order),
            "ship_to": _address(order.get("shipping") or {}) or _address(order.get("billing") or {}),
            "note": first(order.get("customer_note")),
            "lines": goods,
            "prices_include_tax": with_tax,
            "totals": _totals(order, unit, goods, with_tax=with_tax) | {"paid": minor(paid, unit)},
            "payment_status": _payment_status(order, paid),
            "payments": list(_payments(order, unit, paid)),
            "refunds": list(_refunds(order, unit, refunds)),
            "shipments": list(_parcels(order)),
        }
    )


def _was_paid(order: Raw) -> bool:
    # Of what is paid at the door or by hand nobody writes when it was: an order that is done was paid.
    return bool(order.get("date_paid") or order.get("refunds") or order.get("status") in ("completed", "refunded"))


def _at(order: Raw, name: str) -> str | None:
    # The plain field is by the shop's clock, which nothing in the body tells.
    return written(instant(order.get(f"{name}_gmt"))) or written(instant(order.get(name)))


def _standing(order: Raw) -> tuple[str, str | None]:
    status = str(order.get("status"))
    if status == "refunded":
        return ("completed" if order.get("date_completed") else "cancelled"), None
    # Shops make words of their own: what is paid goes on, what is not waits.
    return STATUSES.get(status) or (("confirmed", None) if order.get("date_paid") else ("received", None))


def _lines(order: Raw, unit: str, refunds: list[Raw], *, with_tax: bool) -> Iterator[dict[str, Any]]:
    bought = list(order.get("line_items") or ())
    priced = [_amount(line, "subtotal", with_tax=with_tax) for line in bought]
    charged = [_amount(line, "total", with_tax=with_tax) for line in bought]
    given_back, left = _refunded_pieces(refunds), order.get("date_completed")
    for line, price, total, before in zip(bought, shares(priced, unit), shares(charged, unit), priced, strict=True):
        count = exact(line.get("quantity"))
        back = min(count, given_back[str(line["id"])])
        yield without_blanks(
            {
                "id": str(line["id"]),
                "sku": first(line.get("sku")),
                "title": first(line.get("parent_name"), line.get("name"), line["id"]),
                "variant": _variant(line),
                "quantity": int(count) if count == int(count) else float(count),
                # What is given back before it is sent is not sent.
                "returned": int(back) if left else 0,
                "cancelled": 0 if left else int(back),
                "unit_price": minor(before / count, unit) if count else 0,
                "discount": max(0, price - total),
                "total": total,
                "tax": minor(line.get("total_tax"), unit),
                "image_url": first((line.get("image") or {}).get("src")),
            }
        )


def _amount(part: Raw, name: str, *, with_tax: bool) -> Decimal:
    return exact(part.get(name)) + (exact(part.get(f"{name}_tax")) if with_tax else 0)


def _variant(line: Raw) -> str | None:
    shown = [
        first(one.get("display_value"), one.get("value"))
        for one in line.get("meta_data") or ()
        if not str(one.get("key")).startswith("_") and isinstance(one.get("value"), str)
    ]
    return joined(*shown, between=" / ")


def _refunded_pieces(refunds: Iterable[Raw]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for refund in refunds:
        for line_id, count in _refunded_lines(refund):
            pieces[line_id] += count
    return pieces


def _refunded_lines(refund: Raw) -> Iterator[tuple[str, int]]:
    for line in refund.get("line_items") or ():
        of = next((one["value"] for one in line.get("meta_data") or () if one.get("key") == "_refunded_item_id"), None)
        if of is not None:
            yield str(of), abs(int(exact(line.get("quantity"))))


def _totals(order: Raw, unit: str, goods: list[dict[str, Any]], *, with_tax: bool) -> dict[str, int]:
    fees = [_amount(one, "total", with_tax=with_tax) for one in order.get("fee_lines") or ()]
    return {
        "items": sum(line["total"] for line in goods),
        "shipping": minor(
            exact(order.get("shipping_total")) + (exact(order.get("shipping_tax")) if with_tax else 0), unit
        ),
        "tax": minor(order.get("total_tax"), unit),
        "fees": minor(sum((fee for fee in fees if fee > 0), Decimal(0)), unit),
        # A fee below zero is how plug-ins write what they take off.
        "discount": minor(-sum((fee for fee in fees if fee < 0), Decimal(0)), unit),
        "total": minor(order.get("total"), unit),
    }


def _payment_status(order: Raw, paid: Decimal) -> str:
    given_back = sum((abs(exact(one.get("total"))) for one in order.get("refunds") or ()), Decimal(0))
    if not paid:
        return "voided" if order.get("status") == "cancelled" else "unpaid"
    return "refunded" if given_back >= paid else "part_refunded" if given_back else "paid"


def _payments(order: Raw, unit: str, paid: Decimal) -> Iterator[dict[str, Any]]:
    if paid:
        yield without_blanks(
            {
                "id": first(order.get("transaction_id"), f"order-{order['id']}"),
                "method": first(order.get("payment_method"), "other"),
                "amount": minor(paid, unit),
                "status": "captured",
                "at": _at(order, "date_paid"),
            }
        )


def _refunds(order: Raw, unit: str, refunds: list[Raw]) -> Iterator[dict[str, Any]]:
    read = {str(refund["id"]): refund for refund in refunds}
    for short in order.get("refunds") or ():
        whole = read.get(str(short["id"]), {})
        yield without_blanks(
            {
                "id": str(short["id"]),
                "amount": minor(abs(exact(short.get("total"))), unit),
                "at": _at(whole, "date_created"),
                "reason": first(whole.get("reason"), short.get("reason"), short.get("refund")),
                "lines": [{"line": line, "quantity": count} for line, count in _refunded_lines(whole)],
            }
        )


def _parcels(order: Raw) -> Iterator[dict[str, Any]]:
    """The parcels that the widespread plug-in for tracking numbers keeps; WooCommerce itself has none."""
    for one in order.get("meta_data") or ():
        if one.get("key") == "_wc_shipment_tracking_items" and isinstance(one.get("value"), list):
            for at, item in enumerate(one["value"]):
                carrier = first(item.get("custom_tracking_provider"), item.get("tracking_provider"))
                yield without_blanks(
                    {
                        "id": first(item.get("tracking_id"), at + 1),
                        "carrier": carrier,
                        "carrier_word": carrier,
                        "tracking_number": first(item.get("tracking_number")),
                        "tracking_url": first(item.get("custom_tracking_link")),
                        "status": "shipped",
                    }
                )


def _customer(order: Raw) -> dict[str, Any]:
    billing = order.get("billing") or {}
    return without_blanks(
        {
            "id": first(order.get("customer_id") or None),
            "name": joined(billing.get("first_name"), billing.get("last_name")) or first(billing.get("company")),
            "email": first(billing.get("email")),
            "phone": first(billing.get("phone"), (order.get("shipping") or {}).get("phone")),
        }
    )


def _address(part: Raw) -> dict[str, Any] | None:
    """An address; goods that are only downloaded go to one whose every field is empty."""
    address = without_blanks(
        {
            "name": joined(part.get("first_name"), part.get("last_name")),
            "company": first(part.get("company")),
            "line1": first(part.get("address_1")),
            "line2": first(part.get("address_2")),
            "city": first(part.get("city")),
            "region": first(part.get("state")),
            "postcode": first(part.get("postcode")),
            "country": first(part.get("country")),
        }
    )
    return address if address.keys() - {"name", "company"} else None

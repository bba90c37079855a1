"""Shopify's amounts: what the customer saw, discounts where they lie, and what was paid and given back. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tests.oms.mapping.reading import Raw, exact, minor

SETTLED = {"paid", "partially_refunded", "refunded"}
STATES = {
    "pending": "unpaid",
    "authorized": "authorised",
    "partially_paid": "part_paid",
    "paid": "paid",
    "partially_refunded": "part_refunded",
    "refunded": "refunded",
    "voided": "voided",
    "expired": "voided",
}


def amount(part: Raw, name: str) -> Decimal:
    """An amount in the currency that the customer saw; older bodies have it in the shop's alone."""
    in_both = part.get(f"{name}_set") or {}
    seen = in_both.get("presentment_money") or in_both.get("shop_money") or {}
    return exact(seen["amount"]) if seen.get("amount") is not None else exact(part.get(name))


def currency(order: Raw) -> str:
    """The currency that the customer saw."""
    return str(order.get("presentment_currency") or order.get("currency") or "")


def allocated(part: Raw) -> Decimal:
    """What discounts take off a line or a delivery."""
    return sum((amount(one, "amount") for one in part.get("discount_allocations") or ()), Decimal(0))


def totals(order: Raw, goods: int) -> dict[str, int]:
    """The document's totals; ``goods`` is what the lines come to after their own discounts."""
    unit, ways = currency(order), list(order.get("shipping_lines") or ())
    off_ways = sum((allocated(way) for way in ways), Decimal(0))
    off_lines = sum((allocated(line) for line in order.get("line_items") or ()), Decimal(0))
    unallocated = max(Decimal(0), amount(order, "total_discounts") - off_lines - off_ways)
    shipping = sum((amount(way, "price") for way in ways), Decimal(0))
    return {
        "items": goods,
        "shipping": minor(shipping or amount(order, "total_shipping_price"), unit),
        "tax": minor(amount(order, "total_tax"), unit),
        "discount": minor(unallocated + off_ways, unit),
        "shipping_discount": minor(off_ways, unit),
        "fees": minor(amount(order, "total_tip_received") + amount(order, "original_total_additional_fees"), unit),
        "duties": minor(amount(order, "original_total_duties"), unit),
        "paid": minor(paid(order), unit),
    }


def paid(order: Raw) -> Decimal:
    """What was taken before refunds: edits raise and lower the current total, refunds lower it alone."""
    state, whole, now = (
        order.get("financial_status"),
        amount(order, "total_price"),
        amount(order, "current_total_price"),
    )
    outstanding = exact(order.get("total_outstanding"))
    if state in SETTLED:
        return max(whole, now)
    return max(Decimal(0), max(whole, now) - outstanding) if state == "partially_paid" else Decimal(0)


def refund_amount(refund: Raw) -> Decimal:
    """What one refund gave back: its transactions that went well, else what its lines and adjustments come to."""
    done = [
        exact(one.get("amount"))
        for one in refund.get("transactions") or ()
        if one.get("kind") == "refund" and one.get("status") == "success"
    ]
    if refund.get("transactions"):
        return sum(done, Decimal(0))
    lines = (amount(one, "subtotal") + amount(one, "total_tax") for one in refund.get("refund_line_items") or ())
    return max(Decimal(0), sum(lines, Decimal(0)) - adjusted(refund.get("order_adjustments") or ()))


def adjusted(adjustments: Iterable[dict[str, Any]]) -> Decimal:
    """What was kept back of a refund, or added to it as less than zero."""
    return sum((amount(one, "amount") + amount(one, "tax_amount") for one in adjustments), Decimal(0))

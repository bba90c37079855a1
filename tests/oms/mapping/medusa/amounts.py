"""Medusa's numbers: the exact strings beside its floating ones, what lines, discounts and taxes come to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from tests.oms.mapping.reading import Raw, exact, ordered, shares

HUNDRED = Decimal(100)


def raw(part: Raw, name: str) -> Decimal:
    """A number of Medusa's, from the string beside it where there is one."""
    beside = part.get(f"raw_{name}")
    if isinstance(beside, dict) and beside.get("value") is not None:
        return exact(beside["value"])
    return exact(part.get(name))


def units(part: Raw, name: str) -> int:
    """Pieces; a fraction of one is one."""
    return int(raw(part, name).to_integral_value(ROUND_CEILING))


def rate(part: Raw) -> Decimal:
    """The tax of a line or a delivery, as a part of its net price."""
    return sum((raw(line, "rate") for line in part.get("tax_lines") or ()), Decimal(0)) / HUNDRED


@dataclass(frozen=True, slots=True)
class Charge:
    """What one line or delivery costs, exactly: ``price`` before its discount, both with tax where prices hold it."""

    price: Decimal
    discount: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What was charged."""
        return max(Decimal(0), self.price - self.discount)


def charge(part: Raw, price: Decimal, *, with_tax: bool) -> Charge:
    """What a part costs when its own price is this; ``with_tax``: whether the order's prices hold the tax.

    Reckoned from prices, quantities and rates: Medusa's own totals shrink when goods come back.
    """
    factor, own = 1 + rate(part), bool(part.get("is_tax_inclusive"))
    off = sum((_off(one, factor, own=own) for one in part.get("adjustments") or ()), Decimal(0))
    if with_tax and not own:
        price, off = price * factor, off * factor
    left = max(Decimal(0), price - off)
    return Charge(price, min(off, price), left - left / factor if with_tax else left * (factor - 1))


def _off(adjustment: Raw, factor: Decimal, *, own: bool) -> Decimal:
    # An adjustment is net unless it says otherwise, whatever the price is that it is taken off.
    amount, with_tax = raw(adjustment, "amount"), bool(adjustment.get("is_tax_inclusive"))
    if with_tax == own:
        return amount
    return amount * factor if own else amount / factor


def holds_tax(order: Raw) -> bool:
    """Whether the order's prices hold the tax; where some do, all are told so."""
    return any(line.get("is_tax_inclusive") for line in order.get("items") or ())


def line_charges(lines: Sequence[Raw], *, with_tax: bool) -> list[Charge]:
    """What each line costs for all that was ordered of it."""
    return [
        charge(line, raw(line, "unit_price") * units(detail(line), "quantity"), with_tax=with_tax) for line in lines
    ]


def deliveries(order: Raw, *, with_tax: bool) -> list[Charge]:
    """What the deliveries to the customer cost; the ways back of returns are none of them."""
    outward = [
        method
        for method in ordered(order.get("shipping_methods"))
        if not (method.get("detail") or {}).get("return_id") and not method.get("return_id")
    ]
    return [charge(method, raw(method, "amount"), with_tax=with_tax) for method in outward]


def detail(line: Raw) -> Raw:
    """How far a line has come; a line without it is as it was ordered."""
    return line.get("detail") or line


def in_minor(charges: Sequence[Charge], currency: str) -> list[tuple[int, int, int]]:
    """Total, discount and tax of each in minor units; totals and taxes add up to their rounded sums."""
    prices = shares([one.price for one in charges], currency)
    totals = shares([one.total for one in charges], currency)
    taxes = shares([one.tax for one in charges], currency)
    return [(total, price - total, tax) for price, total, tax in zip(prices, totals, taxes, strict=True)]

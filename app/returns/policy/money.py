"""The money of a return in integer minor units: each part exact to the cent, the sum never above what was paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PartKind(StrEnum):
    """One line of the breakdown."""

    ITEM = "item"
    ITEM_DISCOUNT = "item_discount"
    ORDER_DISCOUNT = "order_discount"
    TAX = "tax"
    SHIPPING = "shipping"
    RETURN_FEE = "return_fee"
    LIMIT = "limit"
    NOT_RECEIVED = "not_received"
    SHIPPING_WAITS = "shipping_waits"
    SETTLED_BEFORE = "settled_before"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class LinePaid:
    """An order line's money. ``discount`` and ``tax`` are the whole line's; ``gone`` units are accounted for."""

    line_id: str
    quantity: int
    unit_price: int
    discount: int = 0
    tax: int = 0
    gone: int = 0

    @property
    def net(self) -> int:
        """What the whole line costs after its own discount."""
        return max(0, self.quantity * self.unit_price - self.discount)


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The order's money. ``discount`` lies beyond the lines' own; ``refunded`` is paid back or promised already."""

    currency: str
    lines: tuple[LinePaid, ...]
    shipping: int
    paid: int
    discount: int = 0
    tax_on_top: bool = False
    shipping_tax: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class AmountPart:
    """An amount with its sign; ``line_id`` and ``quantity`` where it belongs to a line."""

    kind: PartKind
    amount: int
    line_id: str | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Parts whose sum is exactly the total."""

    currency: str
    parts: tuple[AmountPart, ...]

    @property
    def total(self) -> int:
        """What the customer gets back."""
        return sum(part.amount for part in self.parts)


def breakdown(order: OrderPaid, chosen: Mapping[str, int], *, fee: int = 0, with_shipping: bool = False) -> Breakdown:
    """What ``chosen`` units of each line are worth, less the fee, with outbound shipping where it is due.

    Shares are cut so that unit after unit they add up to the whole line: returning one by one equals returning at once.
    """
    parts: list[AmountPart] = []
    for line, share in zip(order.lines, spread(order.discount, [line.net for line in order.lines]), strict=True):
        parts += _line_parts(line, share, min(chosen.get(line.line_id, 0), line.quantity - line.gone), order.tax_on_top)
    if with_shipping and order.shipping:
        parts.append(AmountPart(PartKind.SHIPPING, order.shipping + (order.shipping_tax if order.tax_on_top else 0)))
    worth = sum(part.amount for part in parts)
    if fee > 0 and worth > 0:
        parts.append(AmountPart(PartKind.RETURN_FEE, -min(fee, worth)))
    # Never more than was paid and not yet given back, even where a shop's totals do not add up with its lines.
    parts += _limit(sum(part.amount for part in parts), max(0, order.paid - order.refunded))
    return Breakdown(order.currency, tuple(parts))


def spread(amount: int, weights: list[int]) -> list[int]:
    """Cut an amount in proportion to weights, exactly: cumulative floors, nothing lost, no share above its weight."""
    weight_sum = sum(weights)
    if weight_sum == 0:
        return [0] * len(weights)
    amount, shares, before = min(amount, weight_sum), [], 0
    for weight in weights:
        shares.append(amount * (before + weight) // weight_sum - amount * before // weight_sum)
        before += weight
    return shares


def _slice(amount: int, line: LinePaid, units: int) -> int:
    """The part of a line's amount that falls on the next ``units`` units."""
    # Cumulative floors: the cents left over by rounding fall on later units instead of being lost.
    return amount * (line.gone + units) // line.quantity - amount * line.gone // line.quantity


def _line_parts(line: LinePaid, order_discount: int, units: int, tax_on_top: bool) -> list[AmountPart]:
    if units <= 0:
        return []
    parts = [AmountPart(PartKind.ITEM, units * line.unit_price, line.line_id, units)]
    own = line.quantity * line.unit_price - line.net
    for kind, amount in (
        (PartKind.ITEM_DISCOUNT, -_slice(own, line, units)),
        (PartKind.ORDER_DISCOUNT, -_slice(order_discount, line, units)),
        (PartKind.TAX, _slice(line.tax, line, units) if tax_on_top else 0),
    ):
        if amount:
            parts.append(AmountPart(kind, amount, line.line_id, units))
    return parts


def _limit(total: int, most: int) -> list[AmountPart]:
    return [AmountPart(PartKind.LIMIT, most - total)] if total > most else []

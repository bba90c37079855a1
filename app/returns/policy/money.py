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
    FEES = "fees"
    RETURN_FEE = "return_fee"
    LIMIT = "limit"
    ELSEWHERE = "elsewhere"
    NOT_RECEIVED = "not_received"
    SHIPPING_WAITS = "shipping_waits"
    FEES_WAIT = "fees_wait"
    SETTLED_BEFORE = "settled_before"
    BY_HAND = "by_hand"


ONCE = {PartKind.SHIPPING: PartKind.SHIPPING_WAITS, PartKind.FEES: PartKind.FEES_WAIT}
"""What is paid for the whole order and comes back once, by what holds it back until everything is there."""


@dataclass(frozen=True, slots=True)
class LinePaid:
    """An order line's money: ``discount``, ``tax`` and ``total`` of all of it; ``gone`` units are accounted for.

    ``quantity`` is what was ordered: of it ``cancelled`` units were never sold, and their money is no part of a return.
    ``total`` is what was charged for all of it, without a tax on top; None: what the price and the discount come to.
    """

    line_id: str
    quantity: int
    unit_price: int
    discount: int = 0
    tax: int = 0
    gone: int = 0
    total: int | None = None
    cancelled: int = 0

    @property
    def net(self) -> int:
        """What the whole line costs after its own discount."""
        return max(0, self.quantity * self.unit_price - self.discount) if self.total is None else self.total

    @property
    def own_discount(self) -> int:
        """The line's own discount; less than a unit of money a piece is rounding, and none."""
        reduced = self.quantity * self.unit_price - self.net
        return max(self.discount, reduced if self.total is None or reduced >= self.quantity else 0)

    def share(self, amount: int, units: int) -> int:
        """The part of an amount of the line that falls on the next ``units`` units."""
        # Cumulative floors: the cents left over by rounding fall on later units instead of being lost.
        return amount * (self.gone + units) // self.quantity - amount * self.gone // self.quantity


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The order's money. ``discount`` lies beyond the lines' own, ``shipping`` and ``fees`` are what was paid for them.

    ``refunded`` is paid back or promised by us, ``elsewhere`` was given back in the shop's own system.
    """

    currency: str
    lines: tuple[LinePaid, ...]
    shipping: int
    paid: int
    discount: int = 0
    tax_on_top: bool = False
    shipping_tax: int = 0
    refunded: int = 0
    fees: int = 0
    elsewhere: int = 0

    @property
    def left(self) -> int:
        """What may still be given back in all."""
        return max(0, self.paid - self.refunded - self.elsewhere)


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
    """What ``chosen`` units of each line are worth, less the fee, with the order's delivery and fees if due.

    Shares are cut so that unit after unit they add up to the whole line: returning one by one equals returning at once.
    """
    parts: list[AmountPart] = []
    for line, share in zip(order.lines, spread(order.discount, [line.net for line in order.lines]), strict=True):
        units = min(chosen.get(line.line_id, 0), line.quantity - line.cancelled - line.gone)
        parts += _line_parts(line, share, units, order.tax_on_top)
    if with_shipping:
        parts += _once(order)
    worth = sum(part.amount for part in parts)
    if fee > 0 and worth > 0:
        parts.append(AmountPart(PartKind.RETURN_FEE, -min(fee, worth)))
    # Never more than was paid and not yet given back, even where a shop's totals do not add up with its lines.
    parts += _limit(PartKind.LIMIT, sum(part.amount for part in parts), max(0, order.paid - order.refunded))
    parts += _limit(PartKind.ELSEWHERE, sum(part.amount for part in parts), order.left)
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


def _line_parts(line: LinePaid, order_discount: int, units: int, tax_on_top: bool) -> list[AmountPart]:
    if units <= 0:
        return []
    if line.total is None:
        item = units * line.unit_price
        own = line.share(line.quantity * line.unit_price - line.net, units)
        # Both discounts are cut together: cut apart, their odd cents could fall on one unit and take more than it cost.
        value = item - line.share(line.quantity * line.unit_price - line.net + order_discount, units)
    else:
        reduced = line.own_discount > 0
        item = units * line.unit_price if reduced else line.share(line.total, units)
        own = item - line.share(line.total, units)
        value = line.share(line.total - order_discount, units)
    parts = [AmountPart(PartKind.ITEM, item, line.line_id, units)]
    for kind, amount in (
        (PartKind.ITEM_DISCOUNT, -own),
        (PartKind.ORDER_DISCOUNT, value - (item - own)),
        (PartKind.TAX, line.share(line.tax, units) if tax_on_top else 0),
    ):
        if amount:
            parts.append(AmountPart(kind, amount, line.line_id, units))
    return parts


def _once(order: OrderPaid) -> list[AmountPart]:
    """Delivery and fees of the order, with the tax that lies on them."""
    tax = order.shipping_tax if order.tax_on_top else 0
    if not order.shipping:
        return [AmountPart(PartKind.FEES, order.fees + tax)] if order.fees else []
    fees = [AmountPart(PartKind.FEES, order.fees)] if order.fees else []
    return [AmountPart(PartKind.SHIPPING, order.shipping + tax), *fees]


def _limit(kind: PartKind, total: int, most: int) -> list[AmountPart]:
    return [AmountPart(kind, most - total)] if total > most else []

"""What was really charged for goods, delivery and fees, read out of an order's totals; and whether tax came on top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.returns.policy.money import LinePaid, OrderPaid, spread


@dataclass(frozen=True, slots=True)
class Charges:
    """An order's money as the shop told it. ``lines`` hold their tax as told; ``paid`` is all that was ever taken.

    ``includes_tax`` None: the shop does not say whether its prices hold the tax. ``given_back`` is what was refunded
    since, which some systems take off their totals; ``shipping_discount`` None: it does not say where a discount lies.
    """

    currency: str
    lines: tuple[LinePaid, ...]
    totals: Mapping[str, int | None]
    paid: int
    includes_tax: bool | None = None
    given_back: int = 0

    def amount(self, name: str) -> int:
        """A total; one that was not told is nothing."""
        return self.totals.get(name) or 0


def order_money(charges: Charges, *, refunded: int = 0, elsewhere: int = 0) -> OrderPaid:
    """The order's money as a refund is cut out of it."""
    lines = _as_totalled(charges)
    goods_discount, shipping = _discounts(charges, lines)
    extras = shipping + charges.amount("fees") + charges.amount("duties")
    price = sum(line.net for line in lines) - goods_discount + extras
    # The tax that was paid beside the prices; totals may have shrunk by what came back since.
    beside = charges.paid + charges.amount("credit") - price
    on_top = _tax_on_top(charges, lines, price)
    taxes = _line_taxes(lines, charges.amount("tax"), beside) if on_top else [0] * len(lines)
    return OrderPaid(
        charges.currency,
        tuple(replace(line, tax=tax) for line, tax in zip(lines, taxes, strict=True)),
        shipping,
        charges.paid,
        discount=goods_discount,
        tax_on_top=on_top,
        shipping_tax=max(0, charges.amount("tax") - sum(taxes)) if on_top else 0,
        refunded=refunded,
        fees=charges.amount("fees") + charges.amount("duties"),
        elsewhere=elsewhere,
    )


def _as_totalled(charges: Charges) -> tuple[LinePaid, ...]:
    """The lines as the totals count them: some systems take units that will not come out of their totals."""
    ordered = sum(line.quantity * line.unit_price for line in charges.lines)
    sold = sum((line.quantity - line.cancelled) * line.unit_price for line in charges.lines)
    items = charges.amount("items")
    if abs(items - ordered) <= abs(items - sold):
        return charges.lines
    return tuple(_sold(line) for line in charges.lines if line.cancelled < line.quantity)


def _sold(line: LinePaid) -> LinePaid:
    """The line without its cancelled units, whose money goes with them."""
    whole, units = replace(line, gone=0), line.quantity - line.cancelled
    discount = whole.quantity * whole.unit_price - whole.net if line.total is None else line.discount
    return replace(
        line,
        quantity=units,
        cancelled=0,
        discount=whole.share(discount, units),
        total=whole.share(line.total, units) if line.total is not None else None,
    )


def _discounts(charges: Charges, lines: Sequence[LinePaid]) -> tuple[int, int]:
    """The discount on goods beyond the lines' own, and what was paid for the delivery."""
    shipping, own = charges.amount("shipping"), sum(line.own_discount for line in lines)
    beyond = max(0, charges.amount("discount") - own)
    on_shipping = charges.totals.get("shipping_discount")
    if on_shipping is None:
        # Where nobody says what a discount is on, one that fits into the delivery is a free or a cheaper delivery.
        on_shipping = beyond if not own and beyond <= shipping else 0
    beyond = max(0, beyond - on_shipping)
    # What is more than the goods cost lies on the delivery as well.
    above = max(0, beyond - sum(line.net for line in lines))
    return beyond - above, max(0, shipping - on_shipping - above)


def _tax_on_top(charges: Charges, lines: Sequence[LinePaid], price: int) -> bool:
    """Whether what was paid only adds up with the tax beside the prices.

    The evidence is asked in the order of its strength: the lines against all that was taken, then the totals, which
    shrink in some systems when goods come back, then what was left after refunds. The first that adds up to the cent
    says it; where none does, the nearer of the two.
    """
    tax = charges.amount("tax")
    if charges.includes_tax is not None or tax <= 0:
        return charges.includes_tax is False and tax > 0
    totalled = charges.amount("items") - charges.amount("discount") + charges.amount("shipping")
    totalled += charges.amount("fees") + charges.amount("duties")
    taken = dict.fromkeys((charges.paid, charges.paid + charges.amount("credit")))
    left = [amount - charges.given_back for amount in taken] if charges.given_back else []
    taxes = dict.fromkeys((tax, sum(line.tax for line in lines), sum(line.tax * line.quantity for line in lines)))
    for amounts, base in ((taken, price), (taken, totalled), (left, price), (left, totalled)):
        answer = _adds_up(amounts, base, [one for one in taxes if one > 0], cents=len(lines) + 1)
        if answer is not None:
            return answer
    # Far from both nothing is sure: then no tax is promised that may never have been paid.
    beyond = charges.paid + charges.amount("credit") - price
    return tax < 2 * beyond <= 3 * tax


def _adds_up(
    amounts: Mapping[int, None] | Sequence[int], base: int, taxes: Sequence[int], *, cents: int
) -> bool | None:
    """Whether an amount is the base with a tax rather than the base alone; None where none is either."""
    # Roundings a line; a tax that is no larger than these tells nothing.
    near = min(cents, (min(taxes) - 1) // 2)
    without = min((abs(amount - base) for amount in amounts), default=near + 1)
    beside = min((abs(amount - base - tax) for amount in amounts for tax in taxes), default=near + 1)
    # Where both come out, as with a credit as large as the tax, the nearer says it; none is promised on a draw.
    return None if min(without, beside) > near else beside < without


def _line_taxes(lines: Sequence[LinePaid], tax: int, beside: int) -> list[int]:
    """Each line's tax for all its units. Shops give it per unit, per line or not at all: the first that fits counts."""
    readings = [[line.tax * line.quantity for line in lines], [line.tax for line in lines]]
    for amount in (beside, tax):
        for taxes in readings:
            if amount > 0 and abs(sum(taxes) - amount) <= len(lines):
                return taxes
    # From half of the order's tax to all of it: what the lines leave over is the tax on shipping.
    fits = (taxes for taxes in readings if tax <= 2 * sum(taxes) <= 2 * tax)
    return next(fits, spread(tax, [line.net for line in lines]))

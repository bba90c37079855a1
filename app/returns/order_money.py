"""Reads an order's money for the breakdown: how prices, discounts and tax make up what was paid."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.orders.models import Order, OrderLine
from app.returns.models import Return
from app.returns.money import LinePaid, OrderPaid, PartKind, spread
from app.returns.order_facts import holding, returned_units
from app.returns.reckoning import spoken_for
from app.returns.states import LIVE


@dataclass(frozen=True, slots=True)
class Promised:
    """What standing returns have promised or paid, and whether the outbound shipping is among it."""

    amount: int
    with_shipping: bool


def order_paid(session: Session, order: Order, *, before: int | None = None) -> OrderPaid:
    """The order's money, with what earlier returns (than the one of id ``before``) have already taken from it."""
    totals = order.totals
    own = sum(line.discount for line in order.lines)
    on_top = tax_is_on_top(totals)
    taxes = _line_taxes(order.lines, totals["tax"]) if on_top else [0] * len(order.lines)
    gone = returned_units(session, order.id, before=before)
    lines = tuple(
        LinePaid(
            line.line_id, line.quantity, line.unit_price, line.discount, tax, min(gone.get(line.id, 0), line.quantity)
        )
        for line, tax in zip(order.lines, taxes, strict=True)
    )
    return OrderPaid(
        order.currency,
        lines,
        totals["shipping"],
        totals["paid"],
        discount=max(0, totals["discount"] - own),
        tax_on_top=on_top,
        shipping_tax=totals["tax"] - sum(taxes) if on_top else 0,
        refunded=promised(session, order.id, before=before).amount,
    )


def promised(session: Session, order_id: int, *, before: int | None = None, without: int | None = None) -> Promised:
    """Money spoken for by the order's returns; ``without`` leaves out one, ``before`` that and later ones."""
    statement = select(Return).where(Return.order_id == order_id, holding()).options(selectinload(Return.refunds))
    if before is not None:
        statement = statement.where(Return.id < before)
    if without is not None:
        statement = statement.where(Return.id != without)
    others = session.scalars(statement).all()
    standing = [found for found in others if found.decision in LIVE]
    shipping = any(part["kind"] == PartKind.SHIPPING for found in standing for part in found.quote["parts"])
    return Promised(sum(spoken_for(found) for found in others), shipping)


def tax_is_on_top(totals: dict[str, int]) -> bool:
    """True where what was paid only adds up with the tax beside the prices."""
    without = totals["items"] - totals["discount"] + totals["shipping"]
    return totals["tax"] > 0 and abs(totals["paid"] - without - totals["tax"]) < abs(totals["paid"] - without)


def _line_taxes(lines: list[OrderLine], whole: int) -> list[int]:
    """Each line's tax for all its units. Shops give it per unit, per line or not at all: the first that fits counts."""
    per_unit = [line.tax * line.quantity for line in lines]
    per_line = [line.tax for line in lines]
    shares = spread(whole, [line.quantity * line.unit_price - line.discount for line in lines])
    return next((taxes for taxes in (per_unit, per_line) if whole <= 2 * sum(taxes) <= 2 * whole), shares)

"""Medusa's words and counts as the order's status, hold and state of payment. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from tests.oms.mapping.medusa.amounts import detail, raw, units
from tests.oms.mapping.outcome import Unmappable
from tests.oms.mapping.reading import Raw, joined

_UNPAID = {"not_paid", "awaiting", "requires_action"}
RETURN_STAGES = {
    # Nobody has to agree to a return in Medusa: what was requested is awaited.
    "requested": "approved",
    "partially_received": "part_received",
    "received": "received",
    "canceled": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an order stands, and what holds it up."""

    status: str
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """What was authorised, taken and given back for an order, exactly."""

    authorised: Decimal
    captured: Decimal
    refunded: Decimal
    voided: bool


def payments(order: Raw) -> list[Raw]:
    """All payments of an order; a collection that nobody paid has none."""
    return [payment for one in order.get("payment_collections") or () for payment in one.get("payments") or ()]


def money(order: Raw) -> Money:
    """The sums of an order's payments."""
    live = [payment for payment in payments(order) if not payment.get("canceled_at")]
    captures = [raw(part, "amount") for payment in payments(order) for part in payment.get("captures") or ()]
    refunds = [raw(part, "amount") for payment in payments(order) for part in payment.get("refunds") or ()]
    authorised = sum((raw(payment, "amount") for payment in live), Decimal(0))
    voided = bool(payments(order)) and not live
    return Money(authorised, sum(captures, Decimal(0)), sum(refunds, Decimal(0)), voided)


def payment_status(order: Raw) -> str:
    """The state of payment by what was taken: Medusa's word is «part» when a gift or a difference stands open."""
    sums = money(order)
    if sums.captured <= 0:
        return "voided" if sums.voided else "authorised" if sums.authorised > 0 else "unpaid"
    if sums.refunded > 0:
        return "refunded" if sums.refunded >= sums.captured else "part_refunded"
    return "paid" if sums.captured >= sums.authorised else "part_paid"


def stand(order: Raw) -> Stand:
    """Where the order stands, by its counts of pieces where the words disagree. Raises Unmappable for a draft."""
    status = str(order.get("status") or "")
    if status == "draft" or order.get("is_draft_order"):
        raise Unmappable("This is a draft; it becomes an order when it is placed.")
    if status == "canceled":
        return Stand("cancelled")
    if status in ("completed", "archived"):
        return Stand("completed")
    return _by_pieces(order) or _by_payment(order)


def status_words(order: Raw) -> str | None:
    """Medusa's own words, for staff."""
    return joined(order.get("status"), order.get("payment_status"), order.get("fulfillment_status"), between=", ")


def to_send(line: Raw) -> bool:
    """Whether a line is one that travels: a gift card never does, and keeps its order «partially shipped» for ever."""
    return not line.get("is_giftcard") and line.get("requires_shipping") is not False


def _by_pieces(order: Raw) -> Stand | None:
    lines = [detail(line) for line in order.get("items") or () if to_send(line)]
    ordered_units, fulfilled, shipped, delivered = (
        sum(units(line, name) for line in lines)
        for name in ("quantity", "fulfilled_quantity", "shipped_quantity", "delivered_quantity")
    )
    if ordered_units and delivered >= ordered_units:
        return Stand("completed")
    if ordered_units and shipped >= ordered_units:
        return Stand("shipped")
    if shipped or delivered:
        return Stand("partly_shipped")
    return Stand("preparing") if fulfilled else None


def _by_payment(order: Raw) -> Stand:
    sums = money(order)
    if sums.captured > 0:
        return Stand("confirmed")
    if order.get("status") == "requires_action" or order.get("payment_status") in _UNPAID:
        return Stand("on_hold", "payment")
    return Stand("received")

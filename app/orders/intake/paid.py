"""What was ever taken for an order, before anything was given back: the most that can be given back. Pure."""

from dataclasses import dataclass

from app.orders.document.document import OrderDocument
from app.orders.document.notes import Note, NoteKind


@dataclass(frozen=True, slots=True)
class MoneyBefore:
    """What is held of an order when a document of it comes: all that was taken, and what was given back here."""

    currency: str
    paid: int
    given_back: int


def paid_in_all(document: OrderDocument, before: MoneyBefore | None = None) -> tuple[int, list[Note]]:
    """All that was taken, in minor units, and what a person should know of how it was reckoned.

    A gift card may stand among the payments alone, and some systems take refunds off what was paid: then the payments,
    what was held before, or the state of the payment say what was taken. Without such evidence ``totals.paid`` counts.
    """
    totals, notes = document.totals, []
    paid, price = totals.paid, price_of(document)
    captured = sum(payment.amount for payment in document.payments if payment.status in (None, "captured"))
    # Payments are written twice more often than orders are paid twice: never more than the order costs.
    if captured > paid and price > paid:
        paid = min(captured, price)
        notes.append(Note("/totals/paid", NoteKind.PAYMENTS_DIFFER, str(totals.paid)))
    elsewhere = sum(refund.amount for refund in document.refunds)
    before_refunds = None if 0 < captured == totals.paid else _before_refunds(document, paid, elsewhere, price, before)
    if before_refunds is not None:
        paid = before_refunds
        notes = [Note("/totals/paid", NoteKind.PAID_AFTER_REFUNDS, str(totals.paid))]
    if elsewhere > paid:
        notes.append(Note("/refunds", NoteKind.PAID_BELOW_REFUNDS, str(elsewhere)))
    return paid, notes


def price_of(document: OrderDocument) -> int:
    """What the whole order costs, as far as its totals tell."""
    totals = document.totals
    on_top = 0 if document.prices_include_tax else totals.tax
    reckoned = totals.items - totals.discount + totals.shipping + totals.fees + totals.duties + on_top
    # The total shrinks in some systems when goods come back, and holds what no other amount does in others.
    return max(reckoned, totals.total or 0)


def _before_refunds(
    document: OrderDocument, paid: int, elsewhere: int, price: int, before: MoneyBefore | None
) -> int | None:
    """What was taken before refunds, where ``paid`` is what was left of it after them; None where nothing says so."""
    if before is not None and before.currency == document.currency and paid < before.paid:
        unkeyed = sum(refund.amount for refund in document.refunds if refund.key is None)
        if before.paid - paid in {elsewhere, before.given_back, before.given_back + unkeyed}:
            return before.paid
    part_given_back = document.payment_status in ("part_refunded", "refunded")
    return price if part_given_back and elsewhere and paid + elsewhere == price else None

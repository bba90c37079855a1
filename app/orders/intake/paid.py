"""What was ever taken for an order, before anything was given back: the most that can be given back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from app.orders.document.document import OrderDocument
from app.orders.document.notes import Note, NoteKind

# What says of an order that its system takes refunds off what was paid.
TAKEN_OFF = frozenset({NoteKind.PAID_AFTER_REFUNDS, NoteKind.PAID_UNSURE})


@dataclass(frozen=True, slots=True)
class GivenBackHere:
    """Refunds of ours for an order, in minor units: those that are booked as paid, and those that are due."""

    paid: tuple[int, ...] = ()
    due: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MoneyBefore:
    """What is held of an order when a document of it comes: all that was taken, and what was given back here.

    ``stated`` is what its totals called paid last, where refunds had been taken off that.
    """

    currency: str
    paid: int
    given_back: tuple[int, ...] = ()
    due: tuple[int, ...] = ()
    stated: int | None = None


class HeldOrder(Protocol):
    """As much of an order's row as says what is held of its money."""

    currency: Any
    paid: Any
    totals: Any
    notes: Any


def money_before(order: HeldOrder, here: GivenBackHere) -> MoneyBefore:
    """What an order's row holds of its money, and what is given back of it here."""
    taken_off = any(note["kind"] in TAKEN_OFF for note in order.notes)
    return MoneyBefore(order.currency, order.paid, here.paid, here.due, order.totals["paid"] if taken_off else None)


def taken_off_in_doubt(order: HeldOrder) -> int:
    """What was taken off the order's money for refunds of ours, as it seems: other money may have gone instead."""
    unsure = any(note["kind"] == NoteKind.PAID_UNSURE for note in order.notes)
    return max(0, order.paid - order.totals["paid"]) if unsure else 0


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
        paid, kind = before_refunds
        notes = [Note("/totals/paid", kind, str(totals.paid))]
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
) -> tuple[int, NoteKind] | None:
    """What was taken before refunds, where ``paid`` is what was left of it after them; None where nothing says so."""
    if before is not None and before.currency == document.currency and paid < before.paid:
        explained = _held_before(document, before.paid - paid, elsewhere, before)
        if explained is not None:
            return explained
    part_given_back = document.payment_status in ("part_refunded", "refunded")
    if part_given_back and elsewhere and paid + elsewhere == price:
        return price, NoteKind.PAID_AFTER_REFUNDS
    return None


def _held_before(
    document: OrderDocument, fall: int, elsewhere: int, before: MoneyBefore
) -> tuple[int, NoteKind] | None:
    """All that was taken, where the fall of what was paid is explained by refunds; for certain or as it seems."""
    unkeyed = sum(refund.amount for refund in document.refunds if refund.key is None)
    ours = sum(before.given_back)
    if fall in {elsewhere, ours, ours + unkeyed}:
        return before.paid, NoteKind.PAID_AFTER_REFUNDS
    # Paid there and not booked here yet, or booked here and not taken off there yet: other money may fit as well.
    sums = _sums((*before.given_back, *before.due), most=fall)
    if {fall, fall - unkeyed, fall - elsewhere} & (sums - {0}):
        return before.paid, NoteKind.PAID_UNSURE
    # What was taken off before is explained; only what is taken off since is gone beside our refunds.
    if before.stated is not None and before.paid - fall < before.stated <= before.paid:
        return before.paid - (before.stated - (before.paid - fall)), NoteKind.PAID_UNSURE
    return None


def _sums(amounts: Iterable[int], *, most: int) -> set[int]:
    """What some of the amounts add up to, up to ``most``."""
    sums = {0}
    for amount in amounts:
        sums |= {total + amount for total in sums if total + amount <= most}
    return sums

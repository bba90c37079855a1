"""The rows of the order's own card: what was cancelled, returned or needs no parcel, and what it all came to."""

from app.core.i18n.locale import gettext as _
from app.core.i18n.words import amount, money
from app.orders.words import payment_methods
from app.tracking.page.records import TrackedLine, TrackedOrder


def cancelled_of(order: TrackedOrder) -> list[str]:
    """What will not come, a text for each line."""
    return [_counted(line, line.quantity) for line in order.cancelled]


def returned_of(order: TrackedOrder) -> list[str]:
    """What came back by the shop's count, a text for each line."""
    return [_counted(line, line.returned) for line in order.lines if line.returned]


def without_parcel_of(order: TrackedOrder) -> list[str]:
    """Downloads, gift cards and services that are in no parcel, a text for each line."""
    return [_counted(line, line.quantity) for line in order.without_parcel]


def sums_of(order: TrackedOrder) -> list[tuple[str, str]]:
    """(what, amount) for all that makes up the price; what is nothing is left out, but for what was paid.

    A tax within the prices is no amount beside them, so that the rows add up.
    """
    totals = order.totals
    added = [
        (_("Items"), totals.get("items")),
        (_("Delivery"), totals.get("shipping")),
        (_("Fees"), totals.get("fees")),
        (_("Duties"), totals.get("duties")),
        (_("Tax"), totals.get("tax") if order.prices_include_tax is False else 0),
    ]
    taken_off = [(_("Discount"), totals.get("discount")), (_("Paid with credit"), totals.get("credit"))]
    rows = [(label, money(amount, order.currency)) for label, amount in added if amount]
    rows += [(label, f"−{money(amount, order.currency)}") for label, amount in taken_off if amount]
    methods = ", ".join(payment_methods(order.payments))
    return [
        *rows,
        (_("Paid"), money(totals["paid"], order.currency)),
        *([(_("Payment method"), methods)] if methods else []),
    ]


def _counted(line: TrackedLine, quantity: int) -> str:
    return f"{amount(quantity, line.quantity_text if quantity == line.ordered else None)} × {line.title}"

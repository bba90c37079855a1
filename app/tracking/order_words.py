"""What is said of an order as a whole: on hold, cancelled, sent without a parcel being named."""

from app.core.i18n.locale import gettext as _
from app.tracking.page_facts import OrderRecord
from app.tracking.wording import _l

HOLDS = {
    "payment": (
        _l("We are waiting for your payment"),
        _l("It did not go through yet. As soon as we have it, we send your order. Write to us if you need help."),
    ),
    "stock": (
        _l("An item is out of stock"),
        _l("We send your order as soon as we have it. If you would rather not wait, write to us."),
    ),
    "address": (
        _l("Your address is not complete"),
        _l("We cannot send your order like this. Write to us with the full address and it leaves at once."),
    ),
    "review": (
        _l("We are checking your order"),
        _l("It usually takes less than one working day. You don't need to do anything."),
    ),
}
HELD = (
    _l("Your order is on hold"),
    _l("We are looking into it. We tell you as soon as it moves on."),
)


def hold_words(hold: str | None) -> tuple[str, str]:
    """What holds an order up, and what the customer does about it."""
    title, what = HOLDS.get(hold or "", HELD)
    return _(title), _(what)


def cancelled_words(order: OrderRecord) -> str:
    """What follows from a cancellation."""
    if order.totals.get("paid"):
        return _("Nothing more is sent. What you paid comes back the way you paid it.")
    return _("Nothing more is sent, and nothing was charged.")


def without_parcels(status: str) -> str | None:
    """What the shop says of an order that has left without any parcel being named."""
    return {
        "partly_shipped": _("Part of your order is on its way"),
        "shipped": _("Your order is on its way"),
        "completed": _("Your order is complete"),
    }.get(status)

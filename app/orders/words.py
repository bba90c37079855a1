"""The words for where an order stands by the shop's own status; a parcel's news are said elsewhere."""

from flask_babel import gettext as _

from app.core.i18n.words import amount
from app.orders.models import Order


def status_words(order: Order, *, is_delivered: bool = False) -> str:
    """One short sentence, such as «We are preparing it»; ``is_delivered``: all its parcels were."""
    if order.status == "shipped" and is_delivered:
        return _("It is delivered")
    if order.status == "on_hold":
        return _hold_words(order.hold)
    words: dict[str, str] = {
        "received": _("We have received it"),
        "confirmed": _("We have confirmed it"),
        "preparing": _("We are preparing it"),
        "partly_shipped": _("Part of it is on its way"),
        "shipped": _("It is on its way"),
        "completed": _("It is complete"),
        "cancelled": _("It is cancelled"),
    }
    return words.get(order.status, words["received"])


def quantity_words(text: str | None) -> str | None:
    """What was ordered where it is no number of pieces: «Quantity: 2.5», the number as the reader writes it."""
    return None if text is None else _("Quantity: %(quantity)s", quantity=amount(0, text))


def _hold_words(hold: str | None) -> str:
    words: dict[str, str] = {
        "payment": _("It waits for the payment"),
        "stock": _("It waits for an item to be in stock"),
        "address": _("It waits for a complete address"),
        "review": _("We are checking it"),
        "scheduled": _("It is planned for later"),
        "": _("It is on hold"),
    }
    return words.get(hold or "", words[""])

"""What became of the money of a cancelled order: how much, when, and how far it is, from what the order's rows say."""

from datetime import datetime
from typing import Any

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.tracking.page.records import TrackedOrder


def cancelled_words(order: TrackedOrder) -> str:
    """What follows from a cancellation, in two or three sentences."""
    if order.payment_status == "voided":
        return _("Nothing more will be sent, and the payment was cancelled.")
    paid = order.totals.get("paid") or 0
    if not paid:
        return _("Nothing will be sent and you haven't been charged.")
    return " ".join([_("Nothing more will be sent."), *_refund(order, paid)])


def _refund(order: TrackedOrder, paid: int) -> list[str]:
    """What went back, and what is still to come."""
    sent = sum(refund.get("amount") or 0 for refund in order.refunds)
    # Whoever got a present is not told what it cost.
    if order.gift:
        return [_("The payment was refunded.") if order.paid_back else _("The payment will be refunded.")]
    sentences = [_sent(refund, order) for refund in order.refunds if refund.get("amount")]
    if order.paid_back and not sentences:
        sentences = [
            _("We've refunded %(amount)s to the same payment method.", amount=words.money(paid, order.currency))
        ]
    if not order.paid_back:
        left = words.money(paid - sent, order.currency)
        sentences.append(_("We'll refund %(amount)s to the same payment method.", amount=left))
    return [*sentences, _("Your bank may take up to 5 working days to show it.")]


def _sent(refund: dict[str, Any], order: TrackedOrder) -> str:
    amount = words.money(refund["amount"], order.currency)
    if not refund.get("at"):
        return _("We've refunded %(amount)s to the same payment method.", amount=amount)
    day = words.day(datetime.fromisoformat(refund["at"]), zone=order.zone)
    return _("On %(day)s we refunded %(amount)s to the same payment method.", day=day, amount=amount)

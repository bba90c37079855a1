"""How the money of a return comes back, in words: to the means by which the order was paid, where that was told.

Orders name it by a word of the shop's system; one that is not known here is called the same payment method, which is
what it always is.
"""

from app.core.i18n.locale import gettext as _
from app.orders.records import OrderRecord

# As systems name them, folded: some write a brand, some a kind, some the name of their own part.
CARDS = frozenset({"card", "credit_card", "debit_card", "creditcard", "visa", "mastercard", "amex", "pp_stripe_stripe"})
TRANSFERS = frozenset({"transfer", "bank_transfer", "sepa", "sepa_credit_transfer", "wire"})
VOUCHERS = frozenset({"gift_card", "giftcard", "voucher", "store_credit", "credit"})


def goes_to(order: OrderRecord) -> str:
    """After a verb: «to the card you paid with»; where it was paid in several ways or none is told, to the same."""
    means = {
        str(payment.get("method") or "").strip().casefold().replace(" ", "_").replace("-", "_")
        for payment in order.payments
        if payment.get("status") in (None, "captured")
    }
    [method] = means if len(means) == 1 else [""]
    if method in CARDS:
        return _("to the card you paid with")
    if method.startswith("paypal"):
        return _("to your PayPal account")
    if method in TRANSFERS:
        return _("to the bank account you paid from")
    if method in VOUCHERS:
        return _("to the gift card or credit you paid with")
    return _("to the same payment method")

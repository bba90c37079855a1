"""What the console asks before it decides on a return or books its money."""

from flask import url_for
from flask_babel import gettext as _

from app.core.i18n.words import day, money
from app.returns.queries import ReturnView
from app.returns.records import RefundRecord
from app.returns.refunds.reckoning import paid, settled, told_amount
from app.returns.states import Decision, GoodsState, ReturnAction
from app.staff.confirmation import Confirmation


def ask_decision(view: ReturnView, action: ReturnAction) -> Confirmation:
    """Before approving, rejecting or cancelling."""
    back = url_for("returning.page", ref=view.return_.ref)
    if action is ReturnAction.APPROVE:
        return _approval(view, back)
    if action is ReturnAction.REJECT:
        return Confirmation(
            _("Reject the return"),
            _("The customer gets your reason by e-mail, word by word."),
            _("Reject"),
            back,
            danger=True,
            text_name="reason",
            text_label=_("Reason"),
            text_hint=_("In the customer's language, kindly and to the point"),
            needed=True,
            facts=_facts(view),
            done=_("The return is rejected. The customer is told why."),
        )
    return Confirmation(
        _("Cancel the return"),
        _("The label stops working, and the items can be sent back in another return."),
        _("Cancel the return"),
        back,
        danger=True,
        facts=_facts(view),
        done=_("The return is cancelled."),
    )


def ask_payment(view: ReturnView, refund: RefundRecord) -> Confirmation:
    """Before booking a payment."""
    return Confirmation(
        _("Book the refund as paid"),
        _("Do this once the money has left. The customer is told, and it can't be undone."),
        _("Book %(amount)s as paid", amount=money(refund.amount, refund.currency)),
        url_for("returning.page", ref=view.return_.ref),
        text_name="reference",
        # Without it nobody finds the transfer again when the customer asks where it is.
        text_label=_("Reference of the payment"),
        text_hint=_("As the bank or the payment provider names it"),
        needed=True,
        one_line=True,
        facts=_money_facts(view, refund),
        done=_("Booked as paid: %(amount)s.", amount=money(refund.amount, refund.currency)),
    )


def ask_amount(view: ReturnView, refund: RefundRecord | None = None) -> Confirmation:
    """Before another amount is set, for the whole return or for one refund that is due."""
    title = _("Refund another amount") if refund is None else _("Pay another amount")
    for_return = _(
        "What the whole return pays, with what is paid already. The customer gets the new amount and your reason."
    )
    for_refund = _(
        "What this refund pays instead. The customer gets the new amount and your reason by e-mail, word by word."
    )
    return Confirmation(
        title,
        for_return if refund is None else for_refund,
        _("Set the amount"),
        url_for("returning.page", ref=view.return_.ref),
        text_name="reason",
        text_label=_("Reason"),
        text_hint=_("In the customer's language, kindly and to the point"),
        needed=True,
        facts=_amount_facts(view) if refund is None else _money_facts(view, refund),
        amount_label=_("Amount in %(currency)s", currency=view.return_.currency),
        # The limit is the order's money, not the quote: goodwill is allowed, more than was paid is not.
        amount_hint=_("Nothing more than what is left of the order's money."),
        currency=view.return_.currency,
        seen=seen(view),
        done=_("The new amount is set. The customer is told."),
    )


def ask_void(view: ReturnView, refund: RefundRecord) -> Confirmation:
    """Before a refund is made void."""
    return Confirmation(
        _("Make the refund void"),
        _("It is not owed any more, nor falls due again by itself. The customer gets your reason, word by word."),
        _("Make %(amount)s void", amount=money(refund.amount, refund.currency)),
        url_for("returning.page", ref=view.return_.ref),
        danger=True,
        text_name="reason",
        text_label=_("Reason"),
        text_hint=_("In the customer's language, kindly and to the point"),
        needed=True,
        facts=_money_facts(view, refund),
        seen=seen(view),
        done=_("The refund is void. The customer is told why."),
    )


def ask_sending_back(view: ReturnView) -> Confirmation:
    """Before rejected goods leave for the customer again."""
    return Confirmation(
        _("Send the items back"),
        _("Do this once the parcel has left. The customer is told, and the items can be returned once more."),
        _("They have left"),
        url_for("returning.page", ref=view.return_.ref),
        facts=_facts(view),
        done=_("Sent back. The customer is told."),
    )


def seen(view: ReturnView) -> str:
    """What a page was made from: another action since then changes it."""
    return view.return_.changed_at.isoformat()


def ask_second(view: ReturnView, refund: RefundRecord) -> Confirmation:
    """Before agreeing to a large refund."""
    return Confirmation(
        _("Approve the refund (1 of 2)"),
        _("Refunds of this size need two people: you approve it, and someone else pays it."),
        _("Approve %(amount)s", amount=money(refund.amount, refund.currency)),
        url_for("returning.page", ref=view.return_.ref),
        facts=_money_facts(view, refund),
        done=_("Approved (1 of 2). Now another person books it as paid."),
    )


def _approval(view: ReturnView, back: str) -> Confirmation:
    # Both overrule what was decided before: colleagues will ask why.
    against = view.return_.verdict.get("answer") == "no"
    once_more = view.return_.decision in (Decision.REJECTED, Decision.EXPIRED)
    return Confirmation(
        _("Approve the return"),
        _("The customer gets a label and the last day to drop it off.")
        if view.return_.goods == GoodsState.AWAITING
        else _("There is no new label: the parcel has left already. What is owed for it and not paid yet falls due."),
        _("Approve"),
        back,
        text_name="reason",
        text_label=_("Reason"),
        text_hint=_("Against the policy, or once more: say why.") if against or once_more else _("For your colleagues"),
        needed=against or once_more,
        facts=_facts(view),
        done=_("The return is approved. The customer is told."),
    )


def _amount_facts(view: ReturnView) -> list[tuple[str, str]]:
    return_ = view.return_
    return [
        (_("Order"), view.order.number),
        (_("Paid for the order"), money(view.order.paid, view.order.currency)),
        (_("It pays now"), money(max(told_amount(return_), settled(return_)), return_.currency)),
        (_("Of it paid already"), money(paid(return_), return_.currency)),
    ]


def _facts(view: ReturnView) -> list[tuple[str, str]]:
    # A withdrawal on paper has no quote.
    total = money(view.return_.quote.get("total", 0), view.return_.currency)
    return [(_("Return"), view.return_.ref), (_("Order"), view.order.number), (_("Refund as quoted"), total)]


def _money_facts(view: ReturnView, refund: RefundRecord) -> list[tuple[str, str]]:
    order_paid = money(view.order.paid, view.order.currency)
    return [
        (_("Order"), view.order.number),
        (_("Paid for the order"), order_paid),
        (_("Refund"), money(refund.amount, refund.currency)),
        (_("Due on"), day(refund.due_on)),
    ]

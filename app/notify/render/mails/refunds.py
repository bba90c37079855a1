"""Mails about the money of a return: another amount, no refund after all, paid."""

from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent, reach, rows
from app.notify.render.mails.returns import ReturnParts, coming_money, page, return_mail, trail
from app.notify.render.words import Tongue


def return_changed(facts: Facts, t: Tongue) -> MailContent:
    """A person said what the return is worth, before anything of it was paid."""
    back, before = facts.returned(), facts.payload.get("before")
    amount = t.money(back.amount or 0, back.currency)
    lead = (_before(facts, t, before), _why(facts, t), coming_money(facts, t))
    # Where the goods are, and not where the money is: the trail is the parcel's.
    at = {"awaiting": 0, "in_transit": 2}.get(back.goods, 3)
    return return_mail(facts, t, t._("Your refund is now %(amount)s", amount=amount), lead, at)


def changed(facts: Facts, t: Tongue) -> MailContent:
    """Another amount is owed than was told."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    by = t._("We send it by %(day)s.", day=t.day(back.refund_by)) if back.refund_by else ""
    lead = (_before(facts, t, facts.payload.get("before")), _why(facts, t), by)
    return return_mail(facts, t, t._("Your refund is now %(amount)s", amount=amount), lead, 3, ReturnParts(money=False))


def voided(facts: Facts, t: Tongue) -> MailContent:
    """A refund that was told is not sent after all."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    wrong = " ".join((t._("Do you see it otherwise?"), reach(facts.shop, t)))
    headline = t._("We do not send the refund of %(amount)s", amount=amount)
    return return_mail(facts, t, headline, (_why(facts, t), wrong), None)


def refunded(facts: Facts, t: Tongue) -> MailContent:
    """The money is out: amount, date, reference, and when the bank shows it."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    order = facts.order()
    return MailContent(
        subject=t._("Refunded %(amount)s: order %(number)s", amount=amount, number=order.number),
        preheader=t._("The money is on its way to you. Your bank may take a few working days to show it."),
        headline=t._("We have refunded you %(amount)s", amount=amount),
        lead=(t._("It goes back the way you paid. Your bank may take 3 to 5 working days to show it."),),
        facts=rows(
            (t._("Amount"), amount),
            (t._("Date"), t.day(back.paid_on) if back.paid_on else None),
            (t._("Payment reference"), back.paid_reference),
            (t._("Return"), back.ref),
            (t._("Order"), order.number),
        ),
        trail=trail(t, 4),
        items=back.arrived or back.items,
        items_title=t._("What you sent back"),
        button=(t._("See how it adds up"), page(facts)),
    )


def _before(facts: Facts, t: Tongue, before: object) -> str:
    if not isinstance(before, int):
        return ""
    return t._("Before, it was %(amount)s.", amount=t.money(before, facts.returned().currency))


def _why(facts: Facts, t: Tongue) -> str:
    """A person's own words, else what happened."""
    reason = facts.payload.get("reason")
    return (
        str(reason)
        if reason
        else {
            "corrected": t._("Our warehouse has looked at it again."),
            "order_reduced": t._("Less was paid for your order than before."),
            "given_back_elsewhere": t._("Money of your order was given back to you in another way."),
        }.get(str(facts.payload.get("why")), "")
    )

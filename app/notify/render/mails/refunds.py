"""Mails about the money of a return: another amount, no refund after all, paid."""

from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent, rows
from app.notify.render.mails.returns import ReturnParts, coming_money, disagree, page, return_mail, trail
from app.notify.render.words import Tongue


def return_changed(facts: Facts, t: Tongue) -> MailContent:
    """A person said what the return is worth, before anything of it was paid."""
    back, before = facts.returned(), facts.payload.get("before")
    amount = t.money(back.amount or 0, back.currency)
    lead = (_before(facts, t, before), _why(facts, t), coming_money(facts, t))
    return return_mail(facts, t, t._("Your refund is now %(amount)s", amount=amount), lead)


def changed(facts: Facts, t: Tongue) -> MailContent:
    """Another amount is owed than was told."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    by = t._("We'll send it by %(day)s.", day=t.day(back.refund_by)) if back.refund_by else ""
    lead = (_before(facts, t, facts.payload.get("before")), _why(facts, t), by)
    return return_mail(facts, t, t._("Your refund is now %(amount)s", amount=amount), lead, ReturnParts(money=False))


def voided(facts: Facts, t: Tongue) -> MailContent:
    """A refund that was told is not sent after all."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    headline = t._("We won't send the refund of %(amount)s", amount=amount)
    return return_mail(facts, t, headline, (_why(facts, t), disagree(facts, t)), ReturnParts(goes=False))


def refunded(facts: Facts, t: Tongue) -> MailContent:
    """The money is out: amount, date, reference, and when the bank shows it."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    order, bank = facts.order(), t._("Your bank may take up to 5 working days to show it.")
    return MailContent(
        subject=t._("Refunded %(amount)s: order %(number)s", amount=amount, number=order.number),
        preheader=t._("The money is on its way to you.") + " " + bank,
        headline=t._("We have refunded you %(amount)s", amount=amount),
        lead=tuple(
            filter(
                None,
                (
                    t._("We've sent it %(to_where)s.", to_where=back.goes_to) + " " + bank,
                    _still_owed(facts, t),
                ),
            )
        ),
        facts=rows(
            (t._("Amount"), amount),
            (t._("Date"), t.day(back.paid_on) if back.paid_on else None),
            (t._("Payment reference"), back.paid_reference),
            (t._("Return"), back.ref),
            (t._("Order"), order.number),
        ),
        trail=trail(facts, t),
        items=back.arrived or back.items,
        items_title=t._("What you sent back"),
        button=(t._("See the breakdown"), page(facts)),
    )


def _still_owed(facts: Facts, t: Tongue) -> str:
    """What follows when this was a part of it."""
    back = facts.returned()
    if not (back.owed and back.refund_by):
        return ""
    amount = t.money(back.owed, back.currency)
    return t._("We'll refund you %(amount)s more by %(day)s.", amount=amount, day=t.day(back.refund_by))


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
            "corrected": t._("Our warehouse has checked it again."),
            "order_reduced": t._("The payment for your order is now lower than before."),
            "given_back_elsewhere": t._("Part of your order was refunded to you in another way."),
        }.get(str(facts.payload.get("why")), "")
    )

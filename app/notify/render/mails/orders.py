"""Mails about the order itself: received, on hold, being prepared, cancelled."""

from datetime import date

from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent, MailStop, rows, stops
from app.notify.render.words import Tongue


def trail(t: Tongue, now: int, *, problem: bool = False) -> tuple[MailStop, ...]:
    """The stops of an order on its way to the customer."""
    labels = (t._("Received"), t._("Preparing"), t._("On its way"), t._("Out for delivery"), t._("Delivered"))
    return stops(t, labels, now, problem=problem, ended=now == len(labels) - 1)


def pickup_trail(t: Tongue, now: int) -> tuple[MailStop, ...]:
    """The stops of an order that waits at a counter or in a locker."""
    labels = (t._("Received"), t._("Preparing"), t._("On its way"), t._("Ready to pick up"), t._("Picked up"))
    return stops(t, labels, now, ended=now == len(labels) - 1)


def received(facts: Facts, t: Tongue) -> MailContent:
    """The order is in."""
    order = facts.order()
    return MailContent(
        subject=t._("We have your order %(number)s", number=order.number),
        preheader=t._("%(shop)s has your order. We write again when it leaves.", shop=facts.shop.name),
        headline=t._("We have your order"),
        lead=(_arrival(facts, t), t._("We write again as soon as it leaves.")),
        facts=_order_rows(facts, t),
        trail=trail(t, 0),
        items=order.items,
        items_title=t._("Your order"),
        button=(t._("See your order"), facts.links.order),
    )


def preparing(facts: Facts, t: Tongue) -> MailContent:
    """Someone is packing it."""
    order = facts.order()
    return MailContent(
        subject=t._("We are preparing your order %(number)s", number=order.number),
        preheader=t._("It is being packed. We write again when it is with the carrier."),
        headline=t._("We are preparing your order"),
        lead=(_arrival(facts, t),),
        facts=_order_rows(facts, t),
        trail=trail(t, 1),
        items=order.items,
        items_title=t._("In your order"),
        button=(t._("See your order"), facts.links.order),
    )


def on_hold(facts: Facts, t: Tongue) -> MailContent:
    """Something stops it, said plainly, with what follows."""
    order = facts.order()
    why = {
        "payment": t._("The payment did not go through. You can pay again in the shop where you bought."),
        "stock": t._("Something in your order is not in stock right now. We are looking for it."),
        "address": t._("The delivery address seems incomplete. Please check it with us."),
        "review": t._("A person on our team is checking your order. You do not have to do anything."),
        "scheduled": _planned(order.hold_until, t),
    }.get(order.hold or "", t._("A person on our team is looking at it."))
    return MailContent(
        subject=t._("Your order %(number)s is waiting", number=order.number),
        preheader=t._("What stops it, what we are doing, and what you can do."),
        headline=t._("Your order is waiting"),
        lead=(why, t._("It has not left yet. We write again as soon as it goes on.")),
        facts=_order_rows(facts, t),
        trail=trail(t, 1, problem=True),
        items=order.items,
        items_title=t._("In your order"),
        button=(t._("See what you can do"), facts.links.order),
    )


def cancelled(facts: Facts, t: Tongue) -> MailContent:
    """It will not come; the money goes back."""
    order = facts.order()
    return MailContent(
        subject=t._("Your order %(number)s is cancelled", number=order.number),
        preheader=t._("Nothing more will be sent. What you have paid goes back to you."),
        headline=t._("Your order is cancelled"),
        lead=(t._("Nothing more will be sent. If you have paid, the money goes back the way it came."),),
        facts=_order_rows(facts, t),
        items=order.items,
        items_title=t._("What was in it"),
        button=(t._("See your order"), facts.links.order),
    )


def _planned(until: date | None, t: Tongue) -> str:
    if until is None:
        return t._("It is planned for a later day, as agreed. You do not have to do anything.")
    return t._("It is planned for %(day)s, as agreed. You don't need to do anything.", day=t.day(until))


def _arrival(facts: Facts, t: Tongue) -> str:
    order = facts.order()
    if order.expected_until is None:
        return t._("We do not know the arrival date yet. We tell you as soon as we do.")
    return t._("Arrives %(when)s.", when=t.span(order.expected_from, order.expected_until))


def _order_rows(facts: Facts, t: Tongue) -> tuple[tuple[str, str], ...]:
    order = facts.order()
    total = t.money(order.total, order.currency) if order.total is not None else None
    return rows(
        (t._("Order"), order.number),
        (t._("Placed on"), t.day(order.placed_on)),
        (t._("Total"), total),
    )

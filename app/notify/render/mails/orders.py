"""Mails about the order itself: received, on hold, being prepared, cancelled."""

from app.notify.render.mails.facts import Facts, Ordered
from app.notify.render.mails.mail import MailContent, page_stops, rows
from app.notify.render.words import Tongue
from app.tracking.summary.stages import Stage

WAITING = frozenset({Stage.ON_HOLD, Stage.PLANNED})


def received(facts: Facts, t: Tongue) -> MailContent:
    """The order is in."""
    order = facts.order()
    return MailContent(
        subject=t._("We've received your order %(number)s", number=order.number),
        preheader=t._("%(shop)s has received your order. We'll write when it leaves.", shop=facts.shop.name),
        headline=t._("We've received your order"),
        # Its page names no day while something holds it up.
        lead=(waiting(order),) if order.stage in WAITING else _coming(facts, t),
        facts=_order_rows(facts, t),
        trail=page_stops(t, order.trail),
        items=order.items,
        items_title=t._("Your order"),
        button=(t._("See your order"), facts.links.order),
    )


def preparing(facts: Facts, t: Tongue) -> MailContent:
    """Someone is packing it."""
    order = facts.order()
    return MailContent(
        subject=t._("We're preparing your order %(number)s", number=order.number),
        preheader=t._("We're packing it. We'll write when the carrier has it."),
        headline=t._("We're preparing your order"),
        lead=_coming(facts, t),
        facts=_order_rows(facts, t),
        trail=page_stops(t, order.trail),
        items=order.items,
        items_title=t._("In your order"),
        button=(t._("See your order"), facts.links.order),
    )


def on_hold(facts: Facts, t: Tongue) -> MailContent:
    """Something stops it, said as its page says it."""
    order = facts.order()
    planned = order.stage is Stage.PLANNED
    return MailContent(
        subject=t._("Your order %(number)s is planned for later", number=order.number)
        if planned
        else t._("Your order %(number)s is on hold", number=order.number),
        preheader=t._("When we'll send it, and what is in your order.")
        if planned
        else t._("Why it's on hold and what you can do about it."),
        headline=order.title or t._("Your order is on hold"),
        lead=tuple(filter(None, (order.why,))),
        facts=_order_rows(facts, t),
        trail=page_stops(t, order.trail),
        items=order.items,
        items_title=t._("In your order"),
        button=(t._("See your order"), facts.links.order),
    )


def cancelled(facts: Facts, t: Tongue) -> MailContent:
    """It will not come; what becomes of the money, as its page says it."""
    order = facts.order()
    return MailContent(
        subject=t._("Your order %(number)s has been cancelled", number=order.number),
        preheader=t._("Nothing more will be sent. This is what happens to your payment."),
        headline=t._("Your order has been cancelled"),
        lead=(order.why,),
        facts=_order_rows(facts, t),
        trail=page_stops(t, order.trail),
        items=order.items,
        items_title=t._("What was in it"),
        button=(t._("See your order"), facts.links.order),
    )


def waiting(order: Ordered) -> str:
    """What holds an order up, as its page says it; empty where nothing does."""
    return f"{order.title}. {order.why}" if order.stage in WAITING else ""


def _coming(facts: Facts, t: Tongue) -> tuple[str, ...]:
    order = facts.order()
    follow = t._("We'll write as soon as it leaves.")
    if order.expected_until is None:
        return (t._("We don't know the arrival date yet."), follow)
    return (t._("Arrives %(when)s.", when=t.span(order.expected_from, order.expected_until)), follow)


def _order_rows(facts: Facts, t: Tongue) -> tuple[tuple[str, str], ...]:
    order = facts.order()
    total = t.money(order.total, order.currency) if order.total is not None else None
    return rows(
        (t._("Order"), order.number),
        (t._("Ordered on"), t.day(order.placed_on)),
        (t._("Total"), total),
    )

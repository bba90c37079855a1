"""Letters that are papers: the receipt of a withdrawal, and the links a customer asked for."""

from datetime import UTC

from app.notify.letters.facts import Facts
from app.notify.letters.letter import Letter, rows
from app.notify.wording import Tongue


def withdrawal(facts: Facts, t: Tongue) -> Letter:
    """The receipt on a durable medium: everything stated, with date and time of the statement."""
    said = facts.statement
    if said is None:
        raise ValueError("no statement to confirm")
    local = f"{t.moment(said.stated_at)} ({t.zone})"
    copy = facts.payload.get("copy")
    note = t._("This is a copy of a receipt that we may have sent already. The reference is the same.")
    return Letter(
        subject=t._("We have your withdrawal: reference {ref}", ref=said.ref),
        preheader=t._("Keep this e-mail: it is your receipt, with date and time."),
        headline=t._("We have your withdrawal from the contract"),
        lead=tuple(
            filter(
                None,
                (
                    note if copy else "",
                    t._("You stated your withdrawal on {when}. This e-mail is your receipt.", when=local),
                    t._(
                        "We tell you how to send the goods back. We refund you within 14 days; "
                        "we may wait for the goods or proof of sending."
                    ),
                ),
            )
        ),
        facts=rows(
            (t._("Reference"), said.ref),
            (t._("Stated on"), local),
            (t._("In universal time"), said.stated_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")),
            (t._("Name"), said.name),
            (t._("Contract"), said.order_text),
            (t._("Goods"), said.items_text or t._("the whole order")),
        ),
    )


def link(facts: Facts, t: Tongue) -> Letter:
    """The way back to an order, or to all of them, for whoever asked with their address."""
    order, links = facts.order(), facts.links.orders
    several = len(links) > 1
    headline = t._("Your links to your orders") if several else t._("Your link to the order")
    return Letter(
        subject=headline if several else t._("Your link to order {number}", number=order.number),
        preheader=t._("You asked for it on our order page. If you did not, ignore this e-mail."),
        headline=headline,
        lead=(t._("You asked us for this. The links work for 14 days.") if several else t._("It works for 14 days."),),
        facts=() if several else rows((t._("Order"), order.number), (t._("Placed on"), t.day(order.placed_on))),
        links=tuple((t._("Order {number}", number=number), url) for number, url in links) if several else (),
        button=None if several else (t._("See your order"), facts.links.order),
        after=(t._("You did not ask for it? Then you need not do anything."),),
    )

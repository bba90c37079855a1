"""Mails that are papers: the receipt of a withdrawal, and the links a customer asked for."""

from datetime import UTC

from app.notify.render.mails.facts import Facts, MailStatement, Ordered
from app.notify.render.mails.mail import MailContent, rows
from app.notify.render.words import Tongue


def withdrawal(facts: Facts, t: Tongue) -> MailContent:
    """The receipt on a durable medium, with date and time; or the notice to who is on file that one was stated."""
    statement = facts.statement
    if statement is None:
        raise ValueError("no statement to confirm")
    local = f"{t.moment(statement.stated_at)} ({t.place})"
    # The second of two says that it is a copy, so that nobody counts two withdrawals.
    note = t._("This is a copy of a receipt that we may have sent already. The reference is the same.")
    if facts.ordered and not statement.by_reader:
        return _notice(statement, facts.ordered, t, local)
    receipt = _receipt(statement, t, local)
    return MailContent(
        subject=t._("We have your withdrawal: reference %(ref)s", ref=statement.ref),
        preheader=t._("Keep this e-mail: it is your receipt, with date and time."),
        headline=t._("We have your withdrawal from the contract"),
        lead=(note, *receipt) if facts.payload.get("copy") else receipt,
        facts=(
            *_stated(statement, t, local),
            *rows(
                (t._("Name"), statement.name),
                (t._("Contract"), statement.order_text),
                (t._("Goods"), statement.items_text or (t._("the whole order") if statement.name else None)),
            ),
        ),
    )


def _receipt(statement: MailStatement, t: Tongue, local: str) -> tuple[str, ...]:
    left_out = t._(
        "What was typed is not repeated here, so that nobody can have mails of their own sent by us. We keep it with "
        "the reference, and the page after the confirmation showed it."
    )
    return (
        t._("You stated your withdrawal on %(when)s. This e-mail is your receipt.", when=local),
        t._(
            "We tell you how to send the goods back. We refund you within 14 days; "
            "we may wait for the goods or proof of sending."
        ),
        *(() if statement.name else (left_out,)),
    )


def _notice(statement: MailStatement, order: Ordered, t: Tongue, local: str) -> MailContent:
    headline = t._("A withdrawal was stated for your order %(number)s", number=order.number)
    return MailContent(
        subject=headline,
        preheader=t._("With another address than yours. Was it not you? Then tell us."),
        headline=headline,
        lead=(
            t._(
                "Somebody stated it on %(when)s, and gave another address than the one that we have of you.", when=local
            ),
            t._("Was it not you? Tell us. A person looks at it before any money moves."),
        ),
        facts=_stated(statement, t, local),
        unasked=True,
    )


def _stated(statement: MailStatement, t: Tongue, local: str) -> tuple[tuple[str, str], ...]:
    # The moment decides whether it was in time: it is proved without knowing where a zone was.
    universal = statement.stated_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return rows((t._("Reference"), statement.ref), (t._("Stated on"), local), (t._("In universal time"), universal))


def link(facts: Facts, t: Tongue) -> MailContent:
    """The way back to an order, or to all of them, for whoever asked with their address."""
    order, links = facts.order(), facts.links.orders
    several = len(links) > 1
    headline = t._("Your links to your orders") if several else t._("Your link to the order")
    return MailContent(
        subject=headline if several else t._("Your link to order %(number)s", number=order.number),
        preheader=t._("You asked for it on our order page. If you did not, ignore this e-mail."),
        headline=headline,
        lead=(t._("You asked us for this. The links work for 14 days.") if several else t._("It works for 14 days."),),
        facts=() if several else rows((t._("Order"), order.number), (t._("Placed on"), t.day(order.placed_on))),
        links=tuple((t._("Order %(number)s", number=number), url) for number, url in links) if several else (),
        button=None if several else (t._("See your order"), facts.links.order),
        after=(t._("You did not ask for it? Then you need not do anything."),),
    )

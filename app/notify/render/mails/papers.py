"""Mails that are papers: a withdrawal's acknowledgement, links that were asked for, a request to be erased."""

from datetime import UTC, datetime

from app.notify.render.mails.facts import Facts, MailStatement, Ordered
from app.notify.render.mails.mail import MailContent, rows
from app.notify.render.words import Tongue
from app.returns.withdrawal.law import LawWords, law_words


def withdrawal(facts: Facts, t: Tongue) -> MailContent:
    """The acknowledgement on a durable medium, with date and time; or the notice to who is on file."""
    statement = facts.statement
    if statement is None:
        raise ValueError("no statement to confirm")
    words = law_words(statement.law)
    local = f"{t.moment(statement.stated_at)} ({t.place})"
    # The second of two says that it is a copy, so that nobody counts two withdrawals.
    note = t._("This is a copy of an acknowledgement that we may have sent already. The reference is the same.")
    if facts.ordered and not statement.by_reader:
        return _notice(statement, facts.ordered, t, local)
    lead = _acknowledgement(statement, words, t, local)
    return MailContent(
        subject=t._(words.mailed, ref=statement.ref),
        preheader=t._("Keep this e-mail: it's your acknowledgement, with date and time."),
        headline=t._(words.received),
        lead=(note, *lead) if facts.payload.get("copy") else lead,
        facts=(
            *_stated(statement, t, local),
            *rows(
                (t._("Name"), statement.name),
                (t._("Order"), statement.order_text),
                (t._("Items"), statement.items_text or (t._("The whole order") if statement.name else None)),
            ),
        ),
        links=tuple((t._("Return %(ref)s", ref=ref), url) for ref, url in statement.returns),
    )


def _acknowledgement(statement: MailStatement, words: LawWords, t: Tongue, local: str) -> tuple[str, ...]:
    left_out = t._(
        "We don't repeat what was typed here, so that nobody can send their own words in our "
        "e-mails. We keep it with the reference, and the page you saw after confirming showed it."
    )
    follows = [t._(sentence) for sentence in words.follows]
    return (t._(words.acknowledged, when=local), *follows, *(() if statement.name else (left_out,)))


def _notice(statement: MailStatement, order: Ordered, t: Tongue, local: str) -> MailContent:
    headline = t._("Someone withdrew from your order %(number)s", number=order.number)
    return MailContent(
        subject=headline,
        preheader=t._("With an e-mail address that isn't yours. Wasn't it you? Write to us."),
        headline=headline,
        lead=(
            t._("Someone did so on %(when)s and gave a different e-mail address from yours.", when=local),
            t._("Wasn't it you? Write to us. Our team will review it before any money moves."),
        ),
        facts=_stated(statement, t, local),
        unasked=True,
    )


def _stated(statement: MailStatement, t: Tongue, local: str) -> tuple[tuple[str, str], ...]:
    # The moment decides whether it was in time: it is proved without knowing where a zone was.
    universal = statement.stated_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return rows((t._("Reference"), statement.ref), (t._("Date and time"), local), (t._("Time in UTC"), universal))


def link(facts: Facts, t: Tongue) -> MailContent:
    """The way back to an order, or to all of them, for whoever asked with their address."""
    order, links = facts.order(), facts.links.orders
    several = len(links) > 1
    headline = t._("Links to your orders") if several else t._("Your link to the order")
    return MailContent(
        subject=headline if several else t._("Your link to order %(number)s", number=order.number),
        preheader=t._("You asked for it on our order page. If you didn't, ignore this e-mail."),
        headline=headline,
        lead=(
            t._("You asked us for this. The links work for 14 days.")
            if several
            else t._("The link works for 14 days."),
        ),
        facts=() if several else rows((t._("Order"), order.number), (t._("Ordered on"), t.day(order.placed_on))),
        links=tuple((t._("Order %(number)s", number=number), url) for number, url in links) if several else (),
        button=None if several else (t._("See your order"), facts.links.order),
        after=(t._("Didn't ask for this? You don't need to do anything."),),
    )


def erasure(facts: Facts, t: Tongue) -> MailContent:
    """That somebody asked to have their data deleted: until when it can be taken back, and what the shop must keep."""
    due = t.moment(datetime.fromisoformat(facts.payload.get("due_at") or facts.happened_at.isoformat()))
    return MailContent(
        subject=t._("We'll delete your data"),
        preheader=t._("You asked for it on our order page. Changed your mind? You can still cancel."),
        headline=t._("We'll delete your data"),
        lead=(
            t._("We'll start on %(when)s. Until then you can cancel on our page “All my orders”.", when=due),
            t._("Your orders won't open there any more, and we won't send you any more news of them."),
            t._(
                "The law makes us keep the amounts of your orders, and proof of a withdrawal. This is our last e-mail."
            ),
        ),
        button=(t._("All my orders"), f"{facts.shop.origin}/account"),
        facts=rows((t._("Reference"), facts.payload.get("ref"))),
        after=(t._("Wasn't it you? Cancel it, and write to us."),),
    )

"""Mails of support: receipt and answer for the customer, what the shop's people are told, collections."""

from app.notify.render.mails.facts import Facts, MailCase
from app.notify.render.mails.mail import MailContent, MailSlip, rows
from app.notify.render.words import Tongue


def opened(facts: Facts, t: Tongue) -> MailContent:
    """What the customer wrote is here, and how it is answered."""
    case, order = facts.matter(), facts.order()
    by_phone = case.answer_by == "phone"
    how = t._("You asked us to call you.") if by_phone else t._("Our team reads it and will reply by e-mail.")
    return MailContent(
        subject=t._("We have your message: case %(ref)s", ref=case.ref),
        preheader=how,
        headline=t._("We have your message"),
        lead=(how, t._("You can read it and add to it on its page.")),
        facts=rows((t._("Case"), case.ref), (t._("Order"), order.number), (t._("About"), t._(case.about))),
        button=(t._("See your case"), case.href),
        after=_quoted(case, t._("You wrote:")),
    )


def answered(facts: Facts, t: Tongue) -> MailContent:
    """What the shop answers, in its own words."""
    case, order = facts.matter(), facts.order()
    return MailContent(
        subject=t._("Our answer to your case %(ref)s", ref=case.ref),
        preheader=t._("Read our answer here, and add to your case if something is still open."),
        headline=t._("We've answered you"),
        lead=case.words,
        facts=rows((t._("Case"), case.ref), (t._("Order"), order.number), (t._("About"), t._(case.about))),
        button=(t._("See your case"), case.href),
        after=(t._("Something still open? Add it on the page of your case."),),
    )


def to_shop(facts: Facts, t: Tongue) -> MailContent:
    """A customer has written: to the shop's own people."""
    return _to_shop(facts, t, t._("A customer has written to you"))


def more_to_shop(facts: Facts, t: Tongue) -> MailContent:
    """A customer has added something: to the shop's own people."""
    return _to_shop(facts, t, t._("A customer has written to you again"))


def _to_shop(facts: Facts, t: Tongue, headline: str) -> MailContent:
    case, order, about = facts.matter(), facts.order(), t._(facts.matter().about)
    wishes = t._("by phone") if case.answer_by == "phone" else t._("by e-mail")
    # Nobody who answers by their mail program should wonder whether the customer gets it.
    reply = t._("A reply to this e-mail goes to the customer, and doesn't show in the case.") if case.reply_to else ""
    return MailContent(
        subject=t._("Order %(number)s: %(about)s (case %(ref)s)", number=order.number, about=about, ref=case.ref),
        preheader=t._("A customer wrote about an order and waits for an answer."),
        headline=headline,
        lead=case.words,
        facts=rows(
            (t._("Order"), order.number),
            (t._("About"), about),
            (t._("Wishes to be answered"), wishes),
            (t._("Case"), case.ref),
        ),
        button=(t._("Open the case"), case.console),
        after=tuple(filter(None, (reply,))),
        inside=True,
    )


def _quoted(case: MailCase, opening: str) -> tuple[str, ...]:
    return (opening, *(f"> {line}" for line in case.words)) if case.words else ()


def _whom_to_visit(facts: Facts, t: Tongue, *booking: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """What the shop's people need of a collection: its day, how it is booked if it is, from whom, and for what."""
    pickup = facts.collection()
    return rows(
        (t._("Day"), t.day(pickup.on) if pickup.on else ""),
        *booking,
        (t._("Name"), pickup.name),
        (t._("Address"), pickup.address),
        (t._("Return"), facts.returned().ref),
        (t._("Order"), facts.order().number),
    )


def pickup_to_shop(facts: Facts, t: Tongue) -> MailContent:
    """A collection waits to be booked: to the shop's own people, with day and address."""
    pickup, back = facts.collection(), facts.returned()
    on = t.day(pickup.on) if pickup.on else ""
    return MailContent(
        subject=t._("Collection to book for %(day)s: return %(ref)s", day=on, ref=back.ref),
        preheader=t._("A customer asked to have a return collected."),
        headline=t._("Book a collection for %(day)s", day=on),
        lead=(
            t._("A customer asked to have a return collected. They're told that you'll confirm it by e-mail."),
            t._("Book it with your carrier, then mark it as booked in the console. We'll tell the customer."),
        ),
        facts=_whom_to_visit(facts, t),
        items=back.items,
        items_title=t._("What is collected"),
        button=(t._("Open the return"), pickup.console),
        inside=True,
    )


def pickup_called_off(facts: Facts, t: Tongue) -> MailContent:
    """A booked collection is not needed any more: to the shop's own people, with what they told the carrier."""
    pickup, back = facts.collection(), facts.returned()
    on = t.day(pickup.on) if pickup.on else ""
    why = {
        "cancelled": t._("It was booked before the return was cancelled."),
        "rejected": t._("It was booked before the return was rejected."),
        "sent": t._("The parcel is on its way already: it was sent another way."),
    }.get(str(facts.payload.get("why")), "")
    return MailContent(
        subject=t._("Collection to cancel for %(day)s: return %(ref)s", day=on, ref=back.ref),
        preheader=t._("It isn't needed any more: a driver would come for nothing."),
        headline=t._("Cancel the collection for %(day)s", day=on),
        lead=tuple(filter(None, (why, t._("Cancel it with your carrier, then say so in the console.")))),
        facts=_whom_to_visit(facts, t, (t._("Time or reference"), facts.collection().note)),
        items=back.items,
        items_title=t._("What was to be collected"),
        button=(t._("Open the return"), pickup.console),
        inside=True,
    )


def pickup_booked(facts: Facts, t: Tongue) -> MailContent:
    """A person has booked the collection."""
    pickup, back = facts.collection(), facts.returned()
    on = t.day(pickup.on) if pickup.on else ""
    return MailContent(
        subject=t._("Your collection is booked for %(day)s", day=on),
        preheader=t._("Have the parcel packed and its label on it by then."),
        headline=t._("Your collection is booked for %(day)s", day=on),
        lead=tuple(filter(None, (pickup.note, t._("Have the parcel packed and its label on it by then.")))),
        facts=rows((t._("Return"), back.ref), (t._("Order"), facts.order().number)),
        items=back.items,
        items_title=t._("What is collected"),
        button=(t._("See your return"), f"{facts.links.order}?return={back.ref}"),
        slip=MailSlip(when=(t._("Collection"), on), place=back.collected_at) if on else None,
    )


def pickup_refused(facts: Facts, t: Tongue) -> MailContent:
    """It cannot be collected; what else the customer can do."""
    pickup, back = facts.collection(), facts.returned()
    headline = (
        t._("We can't collect your return on %(day)s", day=t.day(pickup.on))
        if pickup.on
        else t._("We can't collect your return")
    )
    return MailContent(
        subject=headline,
        preheader=t._("You can send it back another way: here is how."),
        headline=headline,
        lead=(
            pickup.note,
            t._("To send it another way, cancel this return on its page and start a new one."),
        ),
        facts=rows((t._("Return"), back.ref), (t._("Order"), facts.order().number)),
        items=back.items,
        items_title=t._("What you send back"),
        button=(t._("See your return"), f"{facts.links.order}?return={back.ref}"),
    )

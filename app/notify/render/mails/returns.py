"""Mails about a return on its way: asked for, decided, label, last day, on its way, here, sent back."""

from dataclasses import dataclass

from app.notify.render.mails.facts import Facts, MailItem
from app.notify.render.mails.mail import MailContent, MailStop, reach, rows, stops
from app.notify.render.words import Tongue


def trail(t: Tongue, now: int) -> tuple[MailStop, ...]:
    """The stops of a return."""
    labels = (t._("Arranged"), t._("Handed over"), t._("On its way"), t._("Received by us"), t._("Refunded"))
    return stops(t, labels, now, ended=now == len(labels) - 1)


def requested(facts: Facts, t: Tongue) -> MailContent:
    """The request is in, or stands for a withdrawal or a parcel that nobody announced; someone may have to look."""
    person = t._("A person on our team looks at it and answers you by e-mail.")
    origin = facts.payload.get("origin")
    if origin == "unannounced":
        lead = (t._("It came back to us without a return."), person)
        return return_mail(
            facts, t, t._("A parcel of yours is here"), lead, 3, ReturnParts(title=t._("What came"), money=False)
        )
    if origin == "withdrawal":
        opening = t._("It belongs to your withdrawal.")
        return return_mail(facts, t, t._("We are preparing your return"), (opening, person), 0)
    follows = person if _undecided(facts) else t._("The next step is to hand it over.")
    return return_mail(facts, t, t._("We have your return request"), (follows,), 0)


def needs_review(facts: Facts, t: Tongue) -> MailContent:
    """Goods come, or have come, although the return was cancelled, rejected or had expired."""
    opening = {
        "after_cancelled": t._("A parcel comes back to us although this return was cancelled."),
        "after_rejected": t._("A parcel comes back to us although we had not accepted this return."),
        "after_expired": t._("A parcel comes back to us although this return had expired."),
    }.get(str(facts.payload.get("why")), "")
    lead = (opening, t._("A person on our team looks at it and answers you by e-mail."))
    return return_mail(facts, t, t._("We are looking at your return"), lead, None)


def approved(facts: Facts, t: Tongue) -> MailContent:
    """It may come, or has come already and counts."""
    late = t._("It had expired; since the parcel comes all the same, it counts.")
    lead = (late if facts.payload.get("why") == "arrived_late" else "", _next(facts, t))
    at = {"awaiting": 0, "in_transit": 2}.get(facts.returned().goods, 3)
    return return_mail(facts, t, t._("Your return is approved"), lead, at)


def rejected(facts: Facts, t: Tongue) -> MailContent:
    """It may not, and why."""
    why = facts.returned().reason or t._("Your order page says why.")
    here = facts.returned().goods not in ("awaiting", "in_transit", "sent_back")
    back = t._("We send the items back to you.") if here else ""
    lead = (why, back, " ".join((t._("Do you see it otherwise?"), reach(facts.shop, t))))
    return return_mail(facts, t, t._("We cannot take this return"), lead, None)


def cancelled(facts: Facts, t: Tongue) -> MailContent:
    """It does not go ahead."""
    lead = (t._("Nothing is collected and nothing is refunded. You can start a new return while the period lasts."),)
    return return_mail(facts, t, t._("Your return is cancelled"), lead, None)


def label_ready(facts: Facts, t: Tongue) -> MailContent:
    """The label or the code is there; who has it collected needs the label alone."""
    collected = facts.returned().collected_on
    if collected:
        lead = (t._("Print your label and stick it on."), t._("We collect it on %(day)s.", day=t.day(collected)))
        return return_mail(facts, t, t._("Your return label is ready"), lead, 0, ReturnParts(t._("Get the label")))
    lead = (
        t._("Print your label, or show the code on your telephone where you hand the parcel over."),
        _hand_over(facts, t),
    )
    return return_mail(
        facts, t, t._("Your return label is ready"), lead, 0, ReturnParts(t._("Get the label or the code"))
    )


def expires_soon(facts: Facts, t: Tongue) -> MailContent:
    """The last day to hand it over comes near."""
    deadline = facts.returned().deadline
    headline = (
        t._("Hand over your return by %(day)s", day=t.day(deadline)) if deadline else t._("Hand over your return")
    )
    lead = (
        t._("After that day the label no longer counts and the return expires."),
        t._("Have you handed it over already? Then you need not do anything."),
    )
    return return_mail(facts, t, headline, lead, 0, ReturnParts(t._("Get the label or the code")))


def expired(facts: Facts, t: Tongue) -> MailContent:
    """It was not handed over in time."""
    deadline = facts.returned().deadline
    lead = (
        t._("The parcel was not handed over by %(day)s.", day=t.day(deadline)) if deadline else "",
        t._("You can start a new return from your order while the period lasts."),
        t._("Have you handed it over already? Then you need not do anything: we take it when it comes."),
    )
    return return_mail(facts, t, t._("Your return has expired"), lead, None)


def on_its_way(facts: Facts, t: Tongue) -> MailContent:
    """The carrier has it; some shops pay by then."""
    lead = (t._("The carrier has your return. We write again when it reaches us."), coming_money(facts, t))
    return return_mail(facts, t, t._("Your return is on its way"), lead, 2)


def received(facts: Facts, t: Tongue) -> MailContent:
    """What has come is at the warehouse: all of it, part of it, or other things than those announced."""
    back = facts.returned()
    more = back.state == "partly_received"
    if back.lacking or more:
        headline = t._("Part of your return is here")
        rest = t._("We write again when the rest arrives.") if more and not back.lacking else _not_inside(facts, t)
    else:
        headline, rest = t._("We have your return"), ""
    money = coming_money(facts, t) or _no_money(facts, t)
    return return_mail(facts, t, headline, (money, rest), 3, ReturnParts(shown=back.arrived, title=t._("What came")))


def missing(facts: Facts, t: Tongue) -> MailContent:
    """A box with nothing in it of what was announced."""
    person = t._("A person on our team looks at it and answers you by e-mail.")
    lead = (t._("Your parcel has reached us, but what you announced was not inside."), person, reach(facts.shop, t))
    title = t._("Not in the parcel")
    shown = facts.returned().lacking or facts.returned().items
    parts = ReturnParts(shown=shown, title=title, money=False)
    return return_mail(facts, t, t._("Your return was not in the parcel"), lead, 3, parts)


def sent_back(facts: Facts, t: Tongue) -> MailContent:
    """What we did not accept is on its way to the customer again."""
    lead = (facts.returned().reason or "", " ".join((t._("Do you see it otherwise?"), reach(facts.shop, t))))
    return return_mail(
        facts, t, t._("We have sent your items back to you"), lead, None, ReturnParts(title=t._("What you get back"))
    )


def coming_money(facts: Facts, t: Tongue) -> str:
    """The money that is owed with its day, or that was sent; empty while nothing is."""
    back = facts.returned()
    if back.owed and back.refund_by:
        return t._(
            "We refund you %(amount)s by %(day)s.", amount=t.money(back.owed, back.currency), day=t.day(back.refund_by)
        )
    return t._("We have refunded you %(amount)s.", amount=t.money(back.sent, back.currency)) if back.sent else ""


@dataclass(frozen=True, slots=True)
class ReturnParts:
    """What a mail about a return has of its own: its button's words, other items and their title, without the money."""

    button: str | None = None
    shown: tuple[MailItem, ...] | None = None
    title: str | None = None
    money: bool = True


def return_mail(
    facts: Facts,
    t: Tongue,
    headline: str,
    lead: tuple[str, ...],
    at: int | None,
    parts: ReturnParts = ReturnParts(),
) -> MailContent:
    """The common form; ``at`` None is a return that goes nowhere: without trail, last day and money."""
    order, back = facts.order(), facts.returned()
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._(
            "Return %(ref)s of your order %(number)s: where it stands and what comes next.",
            ref=back.ref,
            number=order.number,
        ),
        headline=headline,
        lead=tuple(filter(None, lead)),
        facts=_back_rows(facts, t, waiting=at == 0, money=parts.money)
        if at is not None
        else rows((t._("Return"), back.ref), (t._("Order"), order.number)),
        trail=trail(t, at) if at is not None else (),
        items=back.items if parts.shown is None else parts.shown,
        items_title=parts.title or t._("What goes back"),
        button=(parts.button or t._("See your return"), page(facts)),
    )


def page(facts: Facts) -> str:
    """The link to the order, going on to the return."""
    return f"{facts.links.order}?return={facts.returned().ref}"


def _back_rows(facts: Facts, t: Tongue, *, waiting: bool, money: bool) -> tuple[tuple[str, str], ...]:
    back = facts.returned()
    amount = t.money(back.amount, back.currency) if back.amount is not None and money else None
    collected = t.day(back.collected_on) if back.collected_on and waiting else None
    return rows(
        (t._("Return"), back.ref),
        (t._("Order"), facts.order().number),
        (t._("Collected on"), collected),
        (t._("Hand over by"), t.day(back.deadline) if back.deadline and waiting and not collected else None),
        (t._("Where"), back.point_name if waiting else None),
        (t._("Refund if we accept it") if _undecided(facts) else t._("Refund"), amount),
    )


def _undecided(facts: Facts) -> bool:
    return facts.returned().state in ("requested", "needs_review")


def _next(facts: Facts, t: Tongue) -> str:
    """What an approval leads to: hand it over, or the money for what is here."""
    back = facts.returned()
    if back.goods == "awaiting":
        return _hand_over(facts, t)
    return coming_money(facts, t) or (_no_money(facts, t) if back.goods != "in_transit" else "")


def _no_money(facts: Facts, t: Tongue) -> str:
    """Nothing is owed for what came: because a person said so, or because nothing of it counts."""
    return facts.returned().changed_why or t._("For what has come there is nothing to refund.")


def _not_inside(facts: Facts, t: Tongue) -> str:
    """What was announced and is not there, and where to write to."""
    lacking = ", ".join(f"{item.quantity} × {item.title}" for item in facts.returned().lacking)
    return t._("This was not in the parcel: %(items)s.", items=lacking) + " " + reach(facts.shop, t)


def _hand_over(facts: Facts, t: Tongue) -> str:
    deadline = facts.returned().deadline
    return t._("Hand it over by %(day)s.", day=t.day(deadline)) if deadline else ""

"""Letters about a return: asked for, decided, label, on its way, received, refunded."""

from app.notify.letters.facts import Facts
from app.notify.letters.letter import Letter, Stop, reach, rows, stops
from app.notify.wording import Tongue


def trail(t: Tongue, now: int) -> tuple[Stop, ...]:
    """The stops of a return."""
    labels = (t._("Arranged"), t._("Handed over"), t._("On its way"), t._("Received by us"), t._("Refunded"))
    return stops(t, labels, now, ended=now == len(labels) - 1)


def requested(facts: Facts, t: Tongue) -> Letter:
    """The request is in; someone may have to look at it."""
    waits = facts.returned().state in ("requested", "needs_review")
    lead = (
        t._("A person on our team looks at it and answers you by e-mail.")
        if waits
        else t._("The next step is to hand it over.")
    )
    return _letter(facts, t, t._("We have your return request"), (lead,), 0)


def approved(facts: Facts, t: Tongue) -> Letter:
    """It may come."""
    return _letter(facts, t, t._("Your return is approved"), (_hand_over(facts, t),), 0)


def rejected(facts: Facts, t: Tongue) -> Letter:
    """It may not, and why."""
    why = facts.returned().reason or t._("Your order page says why.")
    lead = (why, " ".join((t._("Do you see it otherwise?"), reach(facts.shop, t))))
    return _letter(facts, t, t._("We cannot take this return"), lead, None)


def cancelled(facts: Facts, t: Tongue) -> Letter:
    """It does not go ahead."""
    lead = (t._("Nothing is collected and nothing is refunded. You can start a new return while the period lasts."),)
    return _letter(facts, t, t._("Your return is cancelled"), lead, None)


def label_ready(facts: Facts, t: Tongue) -> Letter:
    """The label or the code is there."""
    lead = (
        t._("Print your label, or show the code on your telephone where you hand the parcel over."),
        _hand_over(facts, t),
    )
    return _letter(facts, t, t._("Your return label is ready"), lead, 0, t._("Get the label or the code"))


def on_its_way(facts: Facts, t: Tongue) -> Letter:
    """The carrier has it."""
    lead = (t._("The carrier has your return. We write again when it reaches us."),)
    return _letter(facts, t, t._("Your return is on its way"), lead, 2)


def received(facts: Facts, t: Tongue) -> Letter:
    """It is at the warehouse; now the money."""
    by = facts.returned().refund_by
    money = (
        t._("We check it and refund you by {day} at the latest.", day=t.day(by))
        if by
        else t._("We check it and then refund you.")
    )
    partly = facts.returned().state == "partly_received"
    headline = t._("Part of your return is here") if partly else t._("We have your return")
    return _letter(facts, t, headline, (money,), 3)


def refunded(facts: Facts, t: Tongue) -> Letter:
    """The money is out: amount, date, reference, and when the bank shows it."""
    back = facts.returned()
    amount = t.money(back.paid or 0, back.currency)
    order = facts.order()
    return Letter(
        subject=t._("Refunded {amount}: order {number}", amount=amount, number=order.number),
        preheader=t._("The money is on its way to you. Your bank may take a few working days to show it."),
        headline=t._("We have refunded you {amount}", amount=amount),
        lead=(t._("It goes back the way you paid. Your bank may take 3 to 5 working days to show it."),),
        facts=rows(
            (t._("Amount"), amount),
            (t._("Date"), t.day(back.paid_on) if back.paid_on else None),
            (t._("Payment reference"), back.paid_reference),
            (t._("Return"), back.ref),
            (t._("Order"), order.number),
        ),
        trail=trail(t, 4),
        items=back.items,
        items_title=t._("What you sent back"),
        button=(t._("See how it adds up"), _page(facts)),
    )


def _letter(
    facts: Facts, t: Tongue, headline: str, lead: tuple[str, ...], at: int | None, button: str | None = None
) -> Letter:
    order, back = facts.order(), facts.returned()
    return Letter(
        subject=t._("{headline}: order {number}", headline=headline, number=order.number),
        preheader=t._(
            "Return {ref} of your order {number}: where it stands and what comes next.",
            ref=back.ref,
            number=order.number,
        ),
        headline=headline,
        lead=tuple(filter(None, lead)),
        facts=_back_rows(facts, t, waiting=at == 0)
        if at is not None
        else rows((t._("Return"), back.ref), (t._("Order"), order.number)),
        trail=trail(t, at) if at is not None else (),
        items=back.items,
        items_title=t._("What goes back"),
        button=(button or t._("See your return"), _page(facts)),
    )


def _page(facts: Facts) -> str:
    """The link to the order, going on to the return."""
    return f"{facts.links.order}?return={facts.returned().ref}"


def _back_rows(facts: Facts, t: Tongue, *, waiting: bool) -> tuple[tuple[str, str], ...]:
    back = facts.returned()
    amount = t.money(back.amount, back.currency) if back.amount is not None else None
    return rows(
        (t._("Return"), back.ref),
        (t._("Order"), facts.order().number),
        (t._("Hand over by"), t.day(back.deadline) if back.deadline and waiting else None),
        (t._("Where"), back.point_name),
        (t._("Refund"), amount),
    )


def _hand_over(facts: Facts, t: Tongue) -> str:
    deadline = facts.returned().deadline
    return t._("Hand it over by {day}.", day=t.day(deadline)) if deadline else ""

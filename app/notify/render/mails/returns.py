"""Mails about a return on its way: asked for, decided, label, last day, on its way, here, sent back."""

from dataclasses import dataclass

from app.notify.render.mails.facts import Facts, MailItem
from app.notify.render.mails.mail import MailContent, MailSlip, MailStop, reach, rows
from app.notify.render.words import Tongue
from app.returns.status.stops import CONTEXT, ReturnStage, stage_name


def trail(facts: Facts, t: Tongue) -> tuple[MailStop, ...]:
    """The stages of the return, as its page shows them."""
    spoken = {"done": t._("done"), "now": t._("now"), "next": t._("still to come")}
    collected = facts.returned().collected_on is not None
    return tuple(
        MailStop(t.pgettext(CONTEXT, stage_name(stop.stage, collected=collected)), stop.state, spoken[stop.state])
        for stop in facts.returned().stops
    )


def requested(facts: Facts, t: Tongue) -> MailContent:
    """The request is in, or stands for a withdrawal or a parcel that nobody announced; someone may have to look."""
    origin = facts.payload.get("origin")
    if origin == "unannounced":
        lead = (t._("It came back to us without a return request."), _reviewed(t))
        return return_mail(
            facts, t, t._("A parcel of yours is here"), lead, ReturnParts(title=t._("What came"), money=False)
        )
    if origin == "withdrawal":
        lead = (
            t._("It comes from your withdrawal."),
            t._("Our team will write to tell you how to send the items back."),
        )
        return return_mail(facts, t, t._("We're preparing your return"), lead)
    follows = _reviewed(t) if _undecided(facts) else t._("Your label is coming in a separate e-mail.")
    return return_mail(facts, t, t._("We have your return request"), (follows,))


def needs_review(facts: Facts, t: Tongue) -> MailContent:
    """Goods come, or have come, although the return was cancelled, rejected or had expired."""
    opening = {
        "after_cancelled": t._("A parcel is coming back to us although this return was cancelled."),
        "after_rejected": t._("A parcel is coming back to us although we had not accepted this return."),
        "after_expired": t._("A parcel is coming back to us although this return had expired."),
    }.get(str(facts.payload.get("why")), "")
    return return_mail(facts, t, t._("We're reviewing your return"), (opening, _reviewed(t)), ReturnParts(goes=False))


def approved(facts: Facts, t: Tongue) -> MailContent:
    """It may come, or has come already and counts."""
    late = t._("It had expired, but as the parcel is on its way, it still counts.")
    lead = (late if facts.payload.get("why") == "arrived_late" else "", _next(facts, t))
    return return_mail(facts, t, t._("We've approved your return"), lead)


def rejected(facts: Facts, t: Tongue) -> MailContent:
    """It may not, and why."""
    here = facts.returned().goods not in ("awaiting", "in_transit", "sent_back")
    back = t._("We'll send the items back to you.") if here else ""
    lead = (facts.returned().reason or "", back, disagree(facts, t))
    return return_mail(facts, t, t._("We can't accept this return"), lead, ReturnParts(goes=False))


def cancelled(facts: Facts, t: Tongue) -> MailContent:
    """It does not go ahead."""
    lead = (
        t._("There is no collection and no refund. You can start a new return until the return period ends.")
        if facts.returned().collected_on
        else t._("There is no refund. You can start a new return until the return period ends."),
    )
    return return_mail(facts, t, t._("Your return has been cancelled"), lead, ReturnParts(goes=False))


def label_ready(facts: Facts, t: Tongue) -> MailContent:
    """The label or the code is there; who has it collected needs the label alone."""
    headline = t._("Your return label is ready")
    back = facts.returned()
    if back.collected_on:
        lead = (t._("Print the label and stick it on the parcel."), _confirmed(facts, t))
        return return_mail(facts, t, headline, lead, ReturnParts(t._("Get your label")))
    shown = {
        "paper": t._("Print the label and stick it on the parcel."),
        "locker": t._("Print your label, or scan the code at the locker."),
    }.get(back.handing, t._("Print your label, or show the code on your phone when you drop the parcel off."))
    button = t._("Get your label") if back.handing == "paper" else t._("Get your label or code")
    return return_mail(facts, t, headline, (shown,), ReturnParts(button))


def expires_soon(facts: Facts, t: Tongue) -> MailContent:
    """The last day to hand it over comes near."""
    deadline = facts.returned().deadline
    headline = t._("Drop off your return by %(day)s", day=t.day(deadline)) if deadline else t._("Drop off your return")
    lead = (
        t._("After that day the label stops working and the return expires."),
        t._("Already dropped it off? You don't need to do anything."),
    )
    return return_mail(facts, t, headline, lead, ReturnParts(t._("Get your label or code")))


def expired(facts: Facts, t: Tongue) -> MailContent:
    """It was not handed over in time."""
    deadline = facts.returned().deadline
    lead = (
        t._("We had no news of the parcel by %(day)s.", day=t.day(deadline)) if deadline else "",
        t._("You can start a new return from your order until the return period ends."),
        t._("Already dropped it off? You don't need to do anything: it counts when it reaches us."),
    )
    return return_mail(facts, t, t._("Your return has expired"), lead, ReturnParts(goes=False))


def on_its_way(facts: Facts, t: Tongue) -> MailContent:
    """The carrier has it, or has delivered it by the time the mail leaves; some shops pay by then."""
    back, money = facts.returned(), coming_money(facts, t)
    if back.refund_by and any(stop.stage is ReturnStage.RECEIVED and stop.state == "now" for stop in back.stops):
        checked = t._("We'll check it and refund you by %(day)s.", day=t.day(back.refund_by))
        return return_mail(facts, t, t._("Your return has arrived"), (money or checked,))
    lead = (t._("The carrier has your return. We'll write when it reaches us."), money or _by(facts, t))
    return return_mail(facts, t, t._("Your return is on its way"), lead)


def received(facts: Facts, t: Tongue) -> MailContent:
    """What has come is at the warehouse: all of it, part of it, or other things than those announced."""
    back = facts.returned()
    in_part = bool(back.lacking or back.awaited or back.state == "partly_received")
    headline = t._("We've received part of your return") if in_part else t._("We've received your return")
    money = coming_money(facts, t) or _no_money(facts, t)
    if back.awaited and not back.arrived:
        headline, money = t._("A parcel of yours is here"), t._("The items of your return weren't in it.")
    lead = (money, _awaited(facts, t), _not_inside(facts, t))
    return return_mail(facts, t, headline, lead, ReturnParts(shown=back.arrived, title=t._("What came")))


def missing(facts: Facts, t: Tongue) -> MailContent:
    """A box with nothing in it of what was announced."""
    lead = (
        t._("Your parcel has reached us, but the items of your return weren't inside."),
        _reviewed(t),
        reach(facts.shop, t),
    )
    shown = facts.returned().lacking or facts.returned().items
    parts = ReturnParts(shown=shown, title=t._("Not in the parcel"), money=False)
    return return_mail(facts, t, t._("Your return wasn't in the parcel"), lead, parts)


def sent_back(facts: Facts, t: Tongue) -> MailContent:
    """What we did not accept is on its way to the customer again."""
    parts = ReturnParts(title=t._("What you get back"), goes=False)
    lead = (facts.returned().reason or "", disagree(facts, t))
    return return_mail(facts, t, t._("We have sent your items back to you"), lead, parts)


def disagree(facts: Facts, t: Tongue) -> str:
    """What whoever sees it otherwise can do, by a way that the shop has."""
    if facts.shop.help_email:
        return t._("If you disagree, reply to this e-mail and we'll look at it again.")
    return " ".join((t._("Do you disagree?"), reach(facts.shop, t)))


def coming_money(facts: Facts, t: Tongue) -> str:
    """The money that is owed with its day, and what was sent; empty while there is neither."""
    back = facts.returned()
    sentences = []
    if back.owed and back.refund_by:
        amount = t.money(back.owed, back.currency)
        by, to_where = t.day(back.refund_by), back.goes_to
        sentences.append(
            t._("We'll refund you %(amount)s by %(day)s, %(to_where)s.", amount=amount, day=by, to_where=to_where)
        )
    if back.sent:
        sentences.append(t._("We have refunded you %(amount)s.", amount=t.money(back.sent, back.currency)))
    return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class ReturnParts:
    """What a mail about a return has of its own: its button's words, other items and their title, without the money.

    A return that goes nowhere (not ``goes``) has no trail, no last day and no money.
    """

    button: str | None = None
    shown: tuple[MailItem, ...] | None = None
    title: str | None = None
    money: bool = True
    goes: bool = True


def return_mail(
    facts: Facts, t: Tongue, headline: str, lead: tuple[str, ...], parts: ReturnParts = ReturnParts()
) -> MailContent:
    """The common form."""
    order, back = facts.order(), facts.returned()
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._(
            "Return %(ref)s of your order %(number)s: where it is and what happens next.",
            ref=back.ref,
            number=order.number,
        ),
        headline=headline,
        lead=tuple(filter(None, lead)),
        facts=_back_rows(facts, t, money=parts.money)
        if parts.goes
        else rows((t._("Return"), back.ref), (t._("Order"), order.number)),
        trail=trail(facts, t) if parts.goes else (),
        items=back.items if parts.shown is None else parts.shown,
        items_title=parts.title or t._("What goes back"),
        button=(parts.button or t._("See your return"), page(facts)),
        slip=return_slip(facts, t) if parts.goes else None,
    )


def page(facts: Facts) -> str:
    """The link to the order, going on to the return."""
    return f"{facts.links.order}?return={facts.returned().ref}"


def _back_rows(facts: Facts, t: Tongue, *, money: bool) -> tuple[tuple[str, str], ...]:
    back = facts.returned()
    waiting = back.goods == "awaiting"
    amount = t.money(back.amount, back.currency) if back.amount and money else None
    # Until it is accepted nobody goes anywhere: the place is named, and there is nothing yet to take along.
    chosen = back.point_name if waiting and _undecided(facts) else None
    comes = back.refund_by and amount and not _undecided(facts) and back.amount != back.sent
    return rows(
        (t._("Return"), back.ref),
        (t._("Order"), facts.order().number),
        (t._("Drop-off point"), chosen),
        # A withdrawal needs nobody's leave.
        (t._("Refund if we accept it") if _undecided(facts) and not back.withdrawn else t._("Refund"), amount),
        (t._("Refund by"), t.day(back.refund_by) if comes and back.refund_by else None),
    )


def return_slip(facts: Facts, t: Tongue) -> MailSlip | None:
    """What is taken along: the code, until when and where; or the day of the collection, and where it is."""
    back = facts.returned()
    if back.goods != "awaiting" or back.state not in ("awaiting", "labelled"):
        return None
    if back.collected_on:
        term = t._("Collection") if back.is_booked else t._("Collection asked for")
        return MailSlip(when=(term, t.day(back.collected_on)), place=back.collected_at)
    hours = f"{t._('Opening hours')}: {back.point_hours}" if back.point_hours else None
    title = t._("Scan this code at the locker") if back.handing == "locker" else t._("Show this code to drop it off")
    slip = MailSlip(
        code=back.code or "",
        code_title=title,
        scanned=bool(back.code),
        when=(t._("Drop off by"), t.day(back.deadline)) if back.deadline else None,
        place=tuple(filter(None, (back.point_name, back.point_address, hours))),
        directions=back.point_directions or "",
    )
    return slip if slip.code or slip.when or slip.place else None


def _undecided(facts: Facts) -> bool:
    return facts.returned().state in ("requested", "needs_review")


def _reviewed(t: Tongue) -> str:
    return t._("Our team will review it and reply by e-mail.")


def _next(facts: Facts, t: Tongue) -> str:
    """What an approval leads to: hand it over, or the money for what is here."""
    back = facts.returned()
    if back.goods == "awaiting":
        return t._("Your label is coming in a separate e-mail.") if back.state == "awaiting" else _confirmed(facts, t)
    return coming_money(facts, t) or (_no_money(facts, t) if back.goods != "in_transit" else _by(facts, t))


def _by(facts: Facts, t: Tongue) -> str:
    """When the money is expected of what is still on the road."""
    by = facts.returned().refund_by
    return t._("We expect to refund you by %(day)s.", day=t.day(by)) if by else ""


def _no_money(facts: Facts, t: Tongue) -> str:
    """Nothing is owed for what came: because a person said so, or because nothing of it counts."""
    return facts.returned().changed_why or t._("There is nothing to refund for what has arrived.")


def _awaited(facts: Facts, t: Tongue) -> str:
    """What is still to come, item by item."""
    awaited = _counted(facts.returned().awaited, t)
    if not awaited:
        return ""
    return t._("Still to come: %(items)s.", items=awaited) + " " + t._("We'll write when it arrives.")


def _not_inside(facts: Facts, t: Tongue) -> str:
    """What was announced and is not there, and where to write to."""
    lacking = _counted(facts.returned().lacking, t)
    if not lacking:
        return ""
    return t._("This wasn't in the parcel: %(items)s.", items=lacking) + " " + reach(facts.shop, t)


def _counted(items: tuple[MailItem, ...], t: Tongue) -> str:
    return ", ".join(f"{t.amount(one.quantity, one.measure)} × {one.title}" for one in items)


def _confirmed(facts: Facts, t: Tongue) -> str:
    """What follows for who only asked for a collection so far."""
    back = facts.returned()
    return t._("We'll confirm it by e-mail.") if back.collected_on and not back.is_booked else ""

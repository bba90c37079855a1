"""Mails about what went wrong on the way: late, failed attempt, going back, lost, damaged."""

from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent, page_stops, reach
from app.notify.render.mails.parcels import arrival, items_title, parcel_rows
from app.notify.render.words import Tongue
from app.tracking.summary.stages import Stage


def late(facts: Facts, t: Tongue) -> MailContent:
    """It comes later than said; before the customer finds out."""
    order, box, when = facts.order(), facts.box(), arrival(facts, t)
    # Without a day before it, it is late on its very day, or silent for long: a new day there is none.
    is_moved = when and box.expected_before
    headline = t._("Late: now %(when)s", when=when) if is_moved else t._("Your parcel is late")
    if is_moved:
        expectation = t._("It arrives %(when)s.", when=when)
    else:
        expectation = t._("It should still arrive %(when)s.", when=when) if when else _unknown_date(facts, t)
    before = t._("It was expected on %(day)s.", day=t.day(box.expected_before)) if box.expected_before else ""
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("We're sorry. This is what we know and what you can do."),
        headline=headline,
        lead=tuple(filter(None, (t._("We're sorry: your parcel is late."), expectation, before))),
        facts=parcel_rows(facts, t),
        trail=page_stops(t, facts.box().trail),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
        after=(reach(facts.shop, t),),
    )


def _unknown_date(facts: Facts, t: Tongue) -> str:
    if facts.box().followed:
        return t._("We don't know the new date yet. We're watching for the carrier's news.")
    # Nobody is asked and nobody tells: what we promised here nothing would carry out.
    return t._("We get no updates from this carrier and don't know the new date.") + " " + reach(facts.shop, t)


def moved(facts: Facts, t: Tongue) -> MailContent:
    """The expected day moved back once more."""
    order, box, when = facts.order(), facts.box(), arrival(facts, t)
    headline = t._("New date: %(when)s", when=when) if when else t._("The arrival date has changed")
    before = t._("It was expected on %(day)s.", day=t.day(box.expected_before)) if box.expected_before else ""
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("The arrival date has changed. See where your parcel is."),
        headline=headline,
        lead=tuple(filter(None, (t._("The arrival date has changed. We're sorry."), before))),
        facts=parcel_rows(facts, t),
        trail=page_stops(t, facts.box().trail),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
    )


def delivery_failed(facts: Facts, t: Tongue) -> MailContent:
    """The carrier was there and left with the parcel."""
    order = facts.order()
    return MailContent(
        subject=t._("Could not be delivered: order %(number)s", number=order.number),
        preheader=t._("The carrier couldn't deliver your parcel. See what happens next."),
        headline=t._("The carrier couldn't deliver it"),
        lead=(
            t._(
                "%(carrier)s tried to deliver your parcel and couldn't.",
                carrier=facts.box().carrier or t._("The carrier"),
            ),
            facts.box().next_step or t._("They usually try again the next working day."),
        ),
        facts=parcel_rows(facts, t),
        trail=page_stops(t, facts.box().trail),
        items=facts.box().items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
    )


def returning(facts: Facts, t: Tongue) -> MailContent:
    """It is on its way back to the shop."""
    news = t._("It couldn't be delivered and is on its way back to us.")
    return _trouble(facts, t, t._("Your parcel is coming back to us"), news, _contact_line(facts, t))


def returned(facts: Facts, t: Tongue) -> MailContent:
    """It is back at the shop."""
    news = t._("It couldn't be delivered and has come back to us.")
    return _trouble(facts, t, t._("Your parcel is back with us"), news, _contact_line(facts, t))


def incident(facts: Facts, t: Tongue) -> MailContent:
    """Lost, damaged, held, or a delivery taken back: what the carrier says, and where to write to."""
    # What the event says counts more than the parcel's state, which may have moved on since.
    headline, news, then = {
        "lost": (
            t._("Your parcel is lost"),
            t._("We're sorry. The carrier says it can't find your parcel."),
            reach(facts.shop, t),
        ),
        "damaged": (
            t._("Your parcel was damaged"),
            t._("We're sorry. The carrier says your parcel was damaged on the way."),
            reach(facts.shop, t),
        ),
        "corrected": (
            t._("Your parcel hasn't been delivered yet"),
            t._(
                "The carrier told us your parcel had been delivered. It has now corrected that: "
                "the parcel is still on its way."
            ),
            t._("Your order page shows where it is."),
        ),
    }.get(facts.payload.get("what") or facts.box().state, _held(facts, t))
    return _trouble(facts, t, headline, news, then)


def _held(facts: Facts, t: Tongue) -> tuple[str, str, str]:
    # What its page calls late is not called held here.
    is_late = facts.box().stage is Stage.LATE
    late, held_up = t._("It's taking longer than planned."), t._("The carrier says your parcel is being held.")
    news = {
        "customs_delay": t._("It's held at customs. If customs need something, customs or the carrier will write."),
        "duties_unpaid": t._("Customs duties are still to be paid. Customs or the carrier will write about it."),
        "weather_delay": t._("It's delayed by bad weather. It will move on as soon as the carrier can."),
    }.get(facts.payload.get("incident") or "", late if is_late else held_up)
    headline = t._("Your parcel is late") if is_late else t._("Your parcel is being held")
    return headline, news, t._("Your order page shows where it is.")


def _contact_line(facts: Facts, t: Tongue) -> str:
    """What the customer may write about; the shop's people answer, so nothing is promised here."""
    return " ".join((t._("Shall we send it again or refund you?"), reach(facts.shop, t)))


def _trouble(facts: Facts, t: Tongue, headline: str, news: str, then: str) -> MailContent:
    order, box = facts.order(), facts.box()
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("This is what we know and how to reach us."),
        headline=headline,
        lead=(news, then),
        facts=parcel_rows(facts, t, expected=False),
        trail=page_stops(t, facts.box().trail),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
    )

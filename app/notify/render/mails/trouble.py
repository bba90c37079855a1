"""Mails about what went wrong on the way: late, failed attempt, going back, lost, damaged."""

from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import MailContent, reach
from app.notify.render.mails.orders import trail
from app.notify.render.mails.parcels import arrival, items_title, parcel_rows, stop_of
from app.notify.render.words import Tongue


def late(facts: Facts, t: Tongue) -> MailContent:
    """It comes later than said; before the customer finds out."""
    order, box, when = facts.order(), facts.box(), arrival(facts, t)
    headline = t._("Late: now %(when)s", when=when) if when else t._("Your parcel is late")
    expectation = t._("It arrives %(when)s.", when=when) if when else _unknown_date(facts, t)
    before = t._("Before, we expected it %(day)s.", day=t.day(box.expected_before)) if box.expected_before else ""
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("We are sorry. This is what we know, and what you can do."),
        headline=headline,
        lead=tuple(filter(None, (t._("We are sorry: your parcel is late."), expectation, before))),
        facts=parcel_rows(facts, t),
        trail=trail(t, stop_of(facts.box().state), problem=True),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See what you can do"), facts.links.order),
        after=(reach(facts.shop, t),),
    )


def _unknown_date(facts: Facts, t: Tongue) -> str:
    if facts.box().followed:
        return t._("We do not know the new date yet. We keep looking and write as soon as we know.")
    # Nobody is asked and nobody tells: what we promised here nothing would carry out.
    return t._("We have no news from this carrier, and do not know the new date.") + " " + reach(facts.shop, t)


def moved(facts: Facts, t: Tongue) -> MailContent:
    """The expected day moved back once more."""
    order, box, when = facts.order(), facts.box(), arrival(facts, t)
    headline = t._("Now arrives %(when)s", when=when) if when else t._("The arrival date has changed")
    before = t._("Before, we expected it %(day)s.", day=t.day(box.expected_before)) if box.expected_before else ""
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("The carrier has changed the date. See where your parcel is."),
        headline=headline,
        lead=tuple(filter(None, (t._("The carrier has changed the date. We are sorry."), before))),
        facts=parcel_rows(facts, t),
        trail=trail(t, stop_of(facts.box().state), problem=True),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See what you can do"), facts.links.order),
    )


def delivery_failed(facts: Facts, t: Tongue) -> MailContent:
    """The carrier was there and left with the parcel."""
    order = facts.order()
    return MailContent(
        subject=t._("Could not be delivered: order %(number)s", number=order.number),
        preheader=t._("The carrier could not deliver your parcel. See what you can do now."),
        headline=t._("The carrier could not deliver"),
        lead=(
            t._(
                "%(carrier)s tried to deliver your parcel and could not.",
                carrier=facts.box().carrier or t._("The carrier"),
            ),
            t._("As a rule it tries again on the next working day. Your order page shows what you can do now."),
        ),
        facts=parcel_rows(facts, t),
        trail=trail(t, 3, problem=True),
        items=facts.box().items,
        items_title=items_title(facts.box(), t),
        button=(t._("See what you can do"), facts.links.order),
    )


def returning(facts: Facts, t: Tongue) -> MailContent:
    """It is on its way back to the shop."""
    news = t._("It could not be delivered and is on its way back to us.")
    return _trouble(facts, t, t._("Your parcel is coming back to us"), news, _contact_line(facts, t))


def returned(facts: Facts, t: Tongue) -> MailContent:
    """It is back at the shop."""
    news = t._("It could not be delivered and has come back to us.")
    return _trouble(facts, t, t._("Your parcel is back with us"), news, _contact_line(facts, t))


def incident(facts: Facts, t: Tongue) -> MailContent:
    """Lost, damaged, held, or a delivery taken back: what the carrier says, and where to write to."""
    # What the event says counts more than the parcel's state, which may have moved on since.
    headline, news, then = {
        "lost": (
            t._("Your parcel is lost"),
            t._("We are sorry. The carrier says that it cannot find your parcel."),
            reach(facts.shop, t),
        ),
        "damaged": (
            t._("Your parcel was damaged"),
            t._("We are sorry. The carrier says that your parcel was damaged on the way."),
            reach(facts.shop, t),
        ),
        "corrected": (
            t._("Your parcel is not delivered yet"),
            t._("The carrier had told us that your parcel was delivered, and takes it back: it is still on its way."),
            t._("Your order page shows where it is."),
        ),
    }.get(facts.payload.get("what") or facts.box().state, _held(facts, t))
    return _trouble(facts, t, headline, news, then)


def _held(facts: Facts, t: Tongue) -> tuple[str, str, str]:
    news = {
        "customs_delay": t._("It is held at customs. If they need something, they or the carrier write to you."),
        "duties_unpaid": t._("Customs duties are still to be paid. Customs or the carrier write to you about it."),
        "weather_delay": t._("The weather holds it up. It goes on as soon as it can."),
    }.get(facts.payload.get("incident") or "", t._("The carrier says that something holds your parcel up."))
    return t._("Your parcel is held up"), news, t._("Your order page shows where it is.")


def _contact_line(facts: Facts, t: Tongue) -> str:
    """What the customer may write about; the shop's people answer, so nothing is promised here."""
    return " ".join((t._("Do you want it sent again, or your money back?"), reach(facts.shop, t)))


def _trouble(facts: Facts, t: Tongue, headline: str, news: str, then: str) -> MailContent:
    order, box = facts.order(), facts.box()
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("This is what we know, and how you reach us."),
        headline=headline,
        lead=(news, then),
        facts=parcel_rows(facts, t, expected=False),
        trail=trail(t, stop_of(box.state), problem=True),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
    )

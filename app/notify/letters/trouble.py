"""Letters about what went wrong on the way: late, failed attempt, going back, lost, damaged."""

from app.notify.letters.facts import Facts
from app.notify.letters.letter import Letter
from app.notify.letters.orders import trail
from app.notify.letters.parcels import arrival, parcel_rows, stop_of
from app.notify.wording import Tongue


def late(facts: Facts, t: Tongue) -> Letter:
    """It comes later than said; before the customer finds out."""
    order, box, when = facts.order(), facts.box(), arrival(facts, t)
    headline = t._("Late: now {when}", when=when) if when else t._("Your parcel is late")
    known = (
        t._("It arrives {when}.", when=when)
        if when
        else t._("We do not know the new date yet. We keep looking and write as soon as we know.")
    )
    before = t._("Before, we expected it {day}.", day=t.day(box.expected_before)) if box.expected_before else ""
    return Letter(
        subject=t._("{headline}: order {number}", headline=headline, number=order.number),
        preheader=t._("We are sorry. This is what we know, and what you can do."),
        headline=headline,
        lead=tuple(filter(None, (t._("We are sorry: your parcel is late."), known, before))),
        facts=parcel_rows(facts, t),
        trail=trail(t, stop_of(facts.box().state), problem=True),
        items=box.items,
        items_title=t._("In this parcel"),
        button=(t._("See what you can do"), facts.links.order),
        after=(t._("You can wait, or talk to us: reply to this e-mail."),),
    )


def moved(facts: Facts, t: Tongue) -> Letter:
    """The expected day moved back once more."""
    order, box, when = facts.order(), facts.box(), arrival(facts, t)
    headline = t._("Now arrives {when}", when=when) if when else t._("The arrival date has changed")
    before = t._("Before, we expected it {day}.", day=t.day(box.expected_before)) if box.expected_before else ""
    return Letter(
        subject=t._("{headline}: order {number}", headline=headline, number=order.number),
        preheader=t._("The carrier has changed the date. See where your parcel is."),
        headline=headline,
        lead=tuple(filter(None, (t._("The carrier has changed the date. We are sorry."), before))),
        facts=parcel_rows(facts, t),
        trail=trail(t, stop_of(facts.box().state), problem=True),
        items=box.items,
        items_title=t._("In this parcel"),
        button=(t._("See what you can do"), facts.links.order),
    )


def delivery_failed(facts: Facts, t: Tongue) -> Letter:
    """The carrier was there and left with the parcel."""
    order = facts.order()
    return Letter(
        subject=t._("Could not be delivered: order {number}", number=order.number),
        preheader=t._("The carrier could not deliver your parcel. See when it tries again."),
        headline=t._("The carrier could not deliver"),
        lead=(
            t._(
                "{carrier} tried to deliver your parcel and could not.",
                carrier=facts.box().carrier or t._("The carrier"),
            ),
            t._("As a rule it tries again on the next working day. Your order page shows what you can change."),
        ),
        facts=parcel_rows(facts, t),
        trail=trail(t, 3, problem=True),
        items=facts.box().items,
        items_title=t._("In this parcel"),
        button=(t._("See what you can do"), facts.links.order),
    )


def returning(facts: Facts, t: Tongue) -> Letter:
    """It is on its way back to the shop."""
    return _back(
        facts, t, t._("Your parcel is coming back to us"), t._("It could not be delivered and is on its way back.")
    )


def returned(facts: Facts, t: Tongue) -> Letter:
    """It is back at the shop."""
    return _back(facts, t, t._("Your parcel is back with us"), t._("It could not be delivered and has come back."))


def incident(facts: Facts, t: Tongue) -> Letter:
    """Lost, damaged, or held: said plainly, with what the shop does."""
    order, state = facts.order(), facts.box().state
    headline, known = {
        "lost": (t._("Your parcel is lost"), t._("The carrier cannot find your parcel.")),
        "damaged": (t._("Your parcel was damaged"), t._("The carrier says that your parcel was damaged on the way.")),
    }.get(state, (t._("Your parcel is held up"), t._("The carrier says that something holds your parcel up.")))
    return Letter(
        subject=t._("{headline}: order {number}", headline=headline, number=order.number),
        preheader=t._("We are sorry. This is what we know, and what you can do."),
        headline=headline,
        lead=(t._("We are sorry."), known, t._("Tell us how you want us to put it right.")),
        facts=parcel_rows(facts, t, expected=False),
        trail=trail(t, stop_of(facts.box().state), problem=True),
        items=facts.box().items,
        items_title=t._("In this parcel"),
        button=(t._("See what you can do"), facts.links.order),
    )


def _back(facts: Facts, t: Tongue, headline: str, known: str) -> Letter:
    order = facts.order()
    return Letter(
        subject=t._("{headline}: order {number}", headline=headline, number=order.number),
        preheader=t._("Tell us what you would like: we send it again, to another address if you wish, or refund you."),
        headline=headline,
        lead=(
            known,
            t._("Tell us what you would like: we send it again, to another address if you wish, or refund you."),
        ),
        facts=parcel_rows(facts, t, expected=False),
        trail=trail(t, 3, problem=True),
        items=facts.box().items,
        items_title=t._("In this parcel"),
        button=(t._("See your order and how to reach us"), facts.links.order),
    )

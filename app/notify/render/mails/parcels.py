"""Mails about a parcel under way: shipped, out for delivery, ready, delivered."""

from app.notify.render.mails.facts import Facts, MailParcel
from app.notify.render.mails.mail import MailContent, reach, rows
from app.notify.render.mails.orders import pickup_trail, trail
from app.notify.render.words import Tongue

# These end at a counter: «out for delivery» is no stop of theirs.
COLLECTED = ("pickup_point", "store_pickup")
_UNSENT, _NEAR = ("pending", "info_received"), ("out_for_delivery", "delivery_failed", "ready_for_pickup")


def stop_of(state: str) -> int:
    """How far along the trail a parcel in this state is."""
    return 1 if state in _UNSENT else 3 if state in _NEAR else 2


def items_title(box: MailParcel, t: Tongue) -> str:
    """What stands above the items: parcels whose contents are known together only are named together."""
    if box.together == 1:
        return t._("In this parcel")
    return t._("In these %(count)s parcels together:", count=box.together).rstrip(":")


def shipped(facts: Facts, t: Tongue) -> MailContent:
    """It has left."""
    order, when = facts.order(), arrival(facts, t)
    subject = (
        t._("Arrives %(when)s: order %(number)s", when=when, number=order.number)
        if when
        else t._("Your order %(number)s is on its way", number=order.number)
    )
    return MailContent(
        subject=subject,
        preheader=t._("Your parcel is with %(carrier)s.", carrier=_carrier(facts, t)) + " " + _which(facts, t),
        headline=t._("Arrives %(when)s", when=when) if when else t._("Your parcel is on its way"),
        lead=(t._("Your parcel is on its way with %(carrier)s.", carrier=_carrier(facts, t)), *_next_mail(facts, t)),
        facts=parcel_rows(facts, t),
        trail=pickup_trail(t, 2) if facts.box().method in COLLECTED else trail(t, 2),
        items=facts.box().items,
        items_title=items_title(facts.box(), t),
        button=(t._("Follow your parcel"), facts.links.order),
    )


def _next_mail(facts: Facts, t: Tongue) -> tuple[str, ...]:
    """Promised only where the carrier's news reach us."""
    return (t._("We write again on the day it is delivered."),) if facts.box().followed else ()


def out_for_delivery(facts: Facts, t: Tongue) -> MailContent:
    """It comes today."""
    order, window = facts.order(), facts.box().window
    headline = (
        t._("Arrives today, between %(start)s and %(end)s", start=window[0], end=window[1])
        if window
        else t._("Arrives today")
    )
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("%(carrier)s is bringing your parcel today.", carrier=_carrier(facts, t))
        + " "
        + _which(facts, t),
        headline=headline,
        lead=(t._("%(carrier)s is bringing your parcel today.", carrier=_carrier(facts, t)),),
        facts=parcel_rows(facts, t, expected=False),
        trail=trail(t, 3),
        items=facts.box().items,
        items_title=items_title(facts.box(), t),
        button=(t._("Follow your parcel"), facts.links.order),
    )


def ready_for_pickup(facts: Facts, t: Tongue) -> MailContent:
    """It waits at a counter or in a locker."""
    order, box = facts.order(), facts.box()
    until = t._("Pick it up by %(day)s.", day=t.day(box.keep_until)) if box.keep_until else ""
    place = box.point_name or t._("the pick-up point")
    return MailContent(
        subject=t._("Ready to pick up: order %(number)s", number=order.number),
        preheader=t._("Your parcel waits for you at %(place)s.", place=place) + " " + _which(facts, t),
        headline=t._("Ready to pick up"),
        lead=tuple(filter(None, (t._("Your parcel waits for you at %(place)s.", place=place), until))),
        facts=rows((t._("Where"), place), (t._("Address"), box.point_address)) + parcel_rows(facts, t, expected=False),
        trail=pickup_trail(t, 3),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See where and how"), facts.links.order),
    )


def delivered(facts: Facts, t: Tongue) -> MailContent:
    """It is there."""
    order, box = facts.order(), facts.box()
    when = t.day(box.delivered_on) if box.delivered_on else None
    if box.delivered_at and when is None:
        when = t.moment(box.delivered_at, box.delivered_zone)
    return MailContent(
        subject=t._("Delivered: order %(number)s", number=order.number),
        preheader=t._("Your parcel has been delivered. Not with you? This is what you can do."),
        headline=t._("Delivered"),
        lead=(
            t._("Delivered on %(when)s.", when=when) if when else t._("Your parcel has been delivered."),
            t._("You do not have it? Look with neighbours and in safe places first.") + " " + reach(facts.shop, t),
        ),
        facts=parcel_rows(facts, t, expected=False),
        trail=pickup_trail(t, 4) if box.method in COLLECTED else trail(t, 4),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
        after=(
            t._("To send something back, open your order and choose «%(button)s».", button=t._("Return something")),
        ),
    )


def arrival(facts: Facts, t: Tongue) -> str:
    """When the parcel comes, or an empty text."""
    box = facts.box()
    return t.span(box.expected_from, box.expected_until) if box.expected_until else ""


def parcel_rows(facts: Facts, t: Tongue, *, expected: bool = True) -> tuple[tuple[str, str], ...]:
    """What is worth knowing of a parcel, as terms and values."""
    box, order = facts.box(), facts.order()
    nth = t._("%(position)s of %(total)s", position=box.position, total=box.total) if box.total > 1 else None
    return rows(
        (t._("Order"), order.number),
        (t._("Parcel"), nth),
        (t._("Expected"), arrival(facts, t) if expected else None),
        (t._("Carrier"), box.carrier),
        (t._("Tracking number"), box.number),
    )


def _carrier(facts: Facts, t: Tongue) -> str:
    return facts.box().carrier or t._("the carrier")


def _which(facts: Facts, t: Tongue) -> str:
    box = facts.box()
    if box.total > 1:
        return t._("Parcel %(position)s of %(total)s.", position=box.position, total=box.total)
    return t._("Order %(number)s.", number=facts.order().number)

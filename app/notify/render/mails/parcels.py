"""Mails about a parcel under way: shipped, out for delivery, ready, delivered."""

import re

from app.notify.render.mails.facts import Facts, MailParcel, OtherParcel
from app.notify.render.mails.mail import MailContent, MailSlip, page_stops, reach, rows
from app.notify.render.words import Tongue


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
        trail=page_stops(t, facts.box().trail),
        items=facts.box().items,
        items_title=items_title(facts.box(), t),
        button=(t._("Track your parcel"), facts.links.order),
    )


def _next_mail(facts: Facts, t: Tongue) -> tuple[str, ...]:
    """Promised only where the carrier's news reach us."""
    return (t._("We'll write when it goes out for delivery, if the carrier tells us."),) if facts.box().followed else ()


def out_for_delivery(facts: Facts, t: Tongue) -> MailContent:
    """It comes today."""
    order, window = facts.order(), facts.box().window
    headline = t._("Arrives today, %(hours)s", hours=t.hours(*window)) if window else t._("Arrives today")
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=headline, number=order.number),
        preheader=t._("%(carrier)s is bringing your parcel today.", carrier=_carrier(facts, t))
        + " "
        + _which(facts, t),
        headline=headline,
        lead=(t._("%(carrier)s is bringing your parcel today.", carrier=_carrier(facts, t)),),
        facts=parcel_rows(facts, t, expected=False),
        trail=page_stops(t, facts.box().trail),
        items=facts.box().items,
        items_title=items_title(facts.box(), t),
        button=(t._("Track your parcel"), facts.links.order),
    )


def ready_for_pickup(facts: Facts, t: Tongue) -> MailContent:
    """It waits at a counter or in a locker."""
    order, box = facts.order(), facts.box()
    place = box.point_name or t._("the pick-up point")
    return MailContent(
        subject=t._("Ready to collect: order %(number)s", number=order.number),
        preheader=t._("Your parcel is waiting for you at %(place)s.", place=place) + " " + _which(facts, t),
        headline=t._("Ready to collect"),
        lead=tuple(filter(None, (t._("Your parcel is waiting for you at %(place)s.", place=place), box.next_step))),
        facts=parcel_rows(facts, t, expected=False),
        trail=page_stops(t, box.trail),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See where and how"), facts.links.order),
        slip=_pickup_slip(facts, t),
    )


# A code is short and has a figure in it; all else that a shop says of one is a sentence about it.
_CODE = re.compile(r"(?=.*\d)[0-9A-Z][0-9A-Z -]{2,15}")


def _pickup_slip(facts: Facts, t: Tongue) -> MailSlip:
    """What is needed there: the code where it was told, until when it waits, where that is."""
    box = facts.box()
    hint = box.point_code or ""
    is_code = bool(_CODE.fullmatch(hint))
    place = box.point_name or t._("the pick-up point")
    return MailSlip(
        code=hint if is_code else "",
        when=(t._("Collect it by"), t.day(box.keep_until)) if box.keep_until else None,
        place=tuple(
            filter(
                None,
                (
                    place,
                    box.point_address,
                    f"{t._('Opening hours')}: {box.point_hours}" if box.point_hours else "",
                    f"{t._('Code')}: {hint}" if hint and not is_code else "",
                ),
            )
        ),
        directions=box.point_directions or "",
    )


def delivered(facts: Facts, t: Tongue) -> MailContent:
    """It is there; where others are still to come, which one it is and when they come."""
    order, box, when = facts.order(), facts.box(), delivered_when(facts.box(), t)
    nth = {"position": box.position, "total": box.total}
    if box.is_collected:
        title = t._("Parcel %(position)s of %(total)s collected", **nth) if box.rest else t._("Collected")
        done = t._("Collected on %(when)s.", when=when) if when else t._("Your parcel has been collected.")
    else:
        title = t._("Parcel %(position)s of %(total)s delivered", **nth) if box.rest else t._("Delivered")
        done = t._("Delivered on %(when)s.", when=when) if when else t._("Your parcel has been delivered.")
    return MailContent(
        subject=t._("%(headline)s: order %(number)s", headline=title, number=order.number),
        preheader=done + " " + t._("Don't have it? This is what you can do."),
        headline=title,
        lead=(done, *(still_to_come(one, box.total, t) for one in box.rest), _not_there(facts, t)),
        facts=parcel_rows(facts, t, expected=False),
        trail=page_stops(t, box.trail),
        items=box.items,
        items_title=items_title(facts.box(), t),
        button=(t._("See your order"), facts.links.order),
        after=(
            t._("To send something back, open your order and choose “%(button)s”.", button=t._("Return something")),
        ),
    )


def delivered_when(box: MailParcel, t: Tongue) -> str:
    """When it was delivered, as far as that is known; empty where it is not."""
    if box.delivered_on:
        return t.day(box.delivered_on)
    return t.moment(box.delivered_at, box.delivered_zone) if box.delivered_at else ""


def still_to_come(parcel: OtherParcel, total: int, t: Tongue) -> str:
    """What becomes of a parcel that is still to come."""
    if parcel.expected_until is None:
        return t._(
            "Parcel %(place)s of %(all)s: %(news)s.", place=parcel.position, all=total, news=parcel.stage.lower()
        )
    when = t.span(parcel.expected_from, parcel.expected_until)
    return t._("Parcel %(place)s of %(all)s arrives %(when)s.", place=parcel.position, all=total, when=when)


def _not_there(facts: Facts, t: Tongue) -> str:
    look = t._("Don't have it? Ask your neighbours and check your safe place.")
    if facts.shop.help_email:
        return look + " " + t._("If it doesn't turn up, reply to this e-mail.")
    return look + " " + reach(facts.shop, t)


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

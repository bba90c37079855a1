"""What a shop's own text may speak of, kind by kind: each name, what it is, and how it is read from the facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.notify.kinds import Channel
from app.notify.render.mails.facts import Facts
from app.notify.render.mails.mail import reach
from app.notify.render.mails.orders import waiting
from app.notify.render.mails.parcels import arrival, delivered_when, still_to_come
from app.notify.render.mails.texts import contact, days_of, shop_name
from app.notify.render.words import Tongue

YES = "yes"


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


@dataclass(frozen=True, slots=True)
class TextVariable:
    """One name: what it is for people, how it is read; ``without`` takes it out of facts where it may be empty.

    ``is_flag``: it has nothing to say, only whether something is so.
    """

    name: str
    title: str
    value: Callable[[Facts, Tongue], str]
    without: Callable[[Facts], Facts] | None = None
    is_flag: bool = False


def _of_parcel(**changes: object) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, parcel=replace(facts.box(), **changes))  # type: ignore[arg-type]


def _of_order(**changes: object) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, ordered=replace(facts.order(), **changes))  # type: ignore[arg-type]


def _of_return(**changes: object) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, back=replace(facts.returned(), **changes))  # type: ignore[arg-type]


def _order_when(facts: Facts, t: Tongue) -> str:
    order = facts.order()
    return t.span(order.expected_from, order.expected_until) if order.expected_until else ""


def _total(facts: Facts, t: Tongue) -> str:
    order = facts.order()
    return t.money(order.total, order.currency) if order.total is not None else ""


def _others(facts: Facts, t: Tongue) -> str:
    box = facts.box()
    return "\n".join(still_to_come(parcel, box.total, t) for parcel in box.rest)


def _return_amount(facts: Facts, t: Tongue) -> str:
    back = facts.returned()
    return t.money(back.amount, back.currency) if back.amount is not None else ""


def _refund_amount(facts: Facts, t: Tongue) -> str:
    return t.money(facts.returned().paid or 0, facts.returned().currency)


def _more(facts: Facts, t: Tongue) -> str:
    back = facts.returned()
    return t.money(back.owed, back.currency) if back.owed and back.refund_by else ""


def _hours(facts: Facts, t: Tongue) -> str:
    window = facts.box().window
    return t.hours(*window) if window else ""


def _several(facts: Facts) -> Facts:
    return replace(facts, links=replace(facts.links, orders=facts.links.orders[:1]))


SHOP = TextVariable("shop", _l("Name of the shop"), lambda facts, t: facts.shop.name)
SMS_SHOP = TextVariable("shop", _l("Name of the shop"), lambda facts, t: shop_name(facts.shop))
HELP = TextVariable("help", _l("How to reach you, a sentence"), lambda facts, t: reach(facts.shop, t))
HELP_EMAIL = TextVariable(
    "help_email",
    _l("Your help address"),
    lambda facts, t: facts.shop.help_email or "",
    lambda facts: replace(facts, shop=replace(facts.shop, help_email=None)),
)
CONTACT = TextVariable("contact", _l("How to reach you, the address alone"), lambda facts, t: contact(facts.shop))
NUMBER = TextVariable("number", _l("Order number"), lambda facts, t: facts.order().number)
ORDERED_ON = TextVariable("ordered_on", _l("Day of the order"), lambda facts, t: t.day(facts.order().placed_on))
TOTAL = TextVariable("total", _l("Total of the order"), _total, _of_order(total=None))
ORDER_WHEN = TextVariable(
    "when", _l("When it arrives"), _order_when, _of_order(expected_from=None, expected_until=None)
)
WAITS = TextVariable(
    "waits", _l("What holds it up, a sentence"), lambda facts, t: waiting(facts.order()), _of_order(stage=None)
)
WHY = TextVariable("why", _l("Why, as the order's page says it"), lambda facts, t: facts.order().why)
WHEN = TextVariable("when", _l("When it arrives"), arrival, _of_parcel(expected_from=None, expected_until=None))
BEFORE = TextVariable(
    "before",
    _l("Day that was expected before"),
    lambda facts, t: t.day(before) if (before := facts.box().expected_before) else "",
    _of_parcel(expected_before=None),
)
CARRIER = TextVariable("carrier", _l("Carrier"), lambda facts, t: facts.box().carrier or "", _of_parcel(carrier=None))
TRACKING_NUMBER = TextVariable(
    "tracking_number", _l("Tracking number"), lambda facts, t: facts.box().number or "", _of_parcel(number=None)
)
PARCEL = TextVariable("parcel", _l("Which parcel, as a number"), lambda facts, t: str(facts.box().position))
PARCELS = TextVariable(
    "parcels",
    _l("How many parcels, if more than one"),
    lambda facts, t: str(facts.box().total) if facts.box().total > 1 else "",
    _of_parcel(total=1),
)
HOURS = TextVariable("hours", _l("Hours of delivery"), _hours, _of_parcel(window=None))
PLACE = TextVariable(
    "place", _l("Pick-up point"), lambda facts, t: facts.box().point_name or "", _of_parcel(point_name=None)
)
UNTIL = TextVariable(
    "until",
    _l("Last day to collect it"),
    lambda facts, t: t.day(until) if (until := facts.box().keep_until) else "",
    _of_parcel(keep_until=None),
)
NEXT_STEP = TextVariable(
    "next_step", _l("What happens next, a sentence"), lambda facts, t: facts.box().next_step, _of_parcel(next_step="")
)
DELIVERED_ON = TextVariable(
    "delivered_on",
    _l("When it was delivered"),
    lambda facts, t: delivered_when(facts.box(), t),
    _of_parcel(delivered_at=None, delivered_on=None),
)
OTHERS = TextVariable("others", _l("Parcels still to come, a sentence each"), _others, _of_parcel(rest=()))
COLLECTED = TextVariable(
    "collected",
    _l("Whether it was collected"),
    lambda facts, t: YES if facts.box().is_collected else "",
    _of_parcel(stage=None),
    is_flag=True,
)
FOLLOWED = TextVariable(
    "followed",
    _l("Whether the carrier's news reach you"),
    lambda facts, t: YES if facts.box().followed else "",
    _of_parcel(followed=False),
    is_flag=True,
)
RETURN_NUMBER = TextVariable("return_number", _l("Return number"), lambda facts, t: facts.returned().ref)
AMOUNT = TextVariable("amount", _l("Amount of the refund"), _return_amount, _of_return(amount=None))
PAID = TextVariable("amount", _l("Amount of the refund"), _refund_amount)
MORE = TextVariable("more", _l("What is still to be refunded"), _more, _of_return(owed=0))
REFUND_BY = TextVariable(
    "refund_by",
    _l("Day of the refund"),
    lambda facts, t: t.day(by) if (by := facts.returned().refund_by) else "",
    _of_return(refund_by=None),
)
DEADLINE = TextVariable(
    "until",
    _l("Last day to drop it off"),
    lambda facts, t: t.day(until) if (until := facts.returned().deadline) else "",
    _of_return(deadline=None),
)
REASON = TextVariable(
    "reason", _l("Why, in your team's words"), lambda facts, t: facts.returned().reason or "", _of_return(reason=None)
)
GOES_TO = TextVariable("goes_to", _l("How the money goes back"), lambda facts, t: facts.returned().goes_to)
COLLECTION = TextVariable(
    "collection",
    _l("Day of the collection"),
    lambda facts, t: t.day(on) if (on := facts.returned().collected_on) else "",
    _of_return(collected_on=None),
)
CASE = TextVariable("case", _l("Case number"), lambda facts, t: facts.matter().ref)
ABOUT = TextVariable("about", _l("What the case is about"), lambda facts, t: t._(facts.matter().about))
SEVERAL = TextVariable(
    "several",
    _l("Whether there are several orders"),
    lambda facts, t: YES if len(facts.links.orders) > 1 else "",
    _several,
    is_flag=True,
)
SMS_WHEN = TextVariable("when", _l("When it arrives"), days_of, _of_parcel(expected_from=None, expected_until=None))
SMS_UNTIL = TextVariable(
    "until",
    _l("Last day to collect it"),
    lambda facts, t: t.short(until) if (until := facts.box().keep_until) else "",
    _of_parcel(keep_until=None),
)

_PARCEL = (SHOP, HELP, HELP_EMAIL, NUMBER, CARRIER, TRACKING_NUMBER, PARCEL, PARCELS)
_RETURN = (SHOP, HELP, HELP_EMAIL, NUMBER, RETURN_NUMBER)
_OF_MAILS: dict[str, tuple[TextVariable, ...]] = {
    "order.received": (SHOP, HELP, NUMBER, ORDERED_ON, TOTAL, ORDER_WHEN, WAITS),
    "order.on_hold": (SHOP, HELP, NUMBER, ORDERED_ON, TOTAL, WHY),
    "order.preparing": (SHOP, HELP, NUMBER, ORDERED_ON, TOTAL, ORDER_WHEN),
    "order.cancelled": (SHOP, HELP, NUMBER, ORDERED_ON, TOTAL, WHY),
    "shipment.shipped": (*_PARCEL, WHEN, FOLLOWED),
    "shipment.out_for_delivery": (*_PARCEL, HOURS),
    "shipment.ready_for_pickup": (*_PARCEL, PLACE, UNTIL, NEXT_STEP),
    "shipment.delivered": (*_PARCEL, DELIVERED_ON, OTHERS, COLLECTED),
    "shipment.late": (*_PARCEL, WHEN, BEFORE, FOLLOWED),
    "shipment.estimate_changed": (*_PARCEL, WHEN, BEFORE),
    "shipment.delivery_failed": (*_PARCEL, NEXT_STEP),
    "shipment.returning": _PARCEL,
    "shipment.returned": _PARCEL,
    "shipment.incident": _PARCEL,
    "return.requested": _RETURN,
    "return.needs_review": _RETURN,
    "return.approved": (*_RETURN, DEADLINE, COLLECTION),
    "return.rejected": (*_RETURN, REASON),
    "return.cancelled": (*_RETURN, COLLECTION),
    "return.expires_soon": (*_RETURN, DEADLINE),
    "return.expired": (*_RETURN, DEADLINE),
    "return.label_ready": (*_RETURN, DEADLINE, COLLECTION),
    "return.on_its_way": (*_RETURN, AMOUNT, REFUND_BY),
    "return.received": (*_RETURN, AMOUNT, REFUND_BY),
    "return.missing": _RETURN,
    "return.sent_back": (*_RETURN, REASON),
    "return.changed": (*_RETURN, AMOUNT, REFUND_BY),
    "return.pickup_booked": (*_RETURN, COLLECTION),
    "return.pickup_refused": (*_RETURN, COLLECTION),
    "refund.changed": (*_RETURN, PAID, REFUND_BY),
    "refund.voided": (*_RETURN, PAID),
    "refund.paid": (*_RETURN, PAID, GOES_TO, MORE, REFUND_BY),
    "case.opened": (SHOP, NUMBER, CASE, ABOUT),
    "case.answered": (SHOP, NUMBER, CASE, ABOUT),
    "access.link_requested": (SHOP, NUMBER, SEVERAL),
}
_SMS = (SMS_SHOP, NUMBER)
_OF_TEXTS: dict[str, tuple[TextVariable, ...]] = {
    "shipment.shipped": (*_SMS, CARRIER, SMS_WHEN),
    "shipment.out_for_delivery": (*_SMS, CARRIER, HOURS),
    "shipment.ready_for_pickup": (*_SMS, CARRIER, PLACE, SMS_UNTIL),
    "shipment.delivered": (*_SMS, PARCEL, PARCELS, OTHERS, COLLECTED),
    "shipment.late": (*_SMS, SMS_WHEN, BEFORE),
    "shipment.delivery_failed": (*_SMS, CARRIER),
    "access.link_requested": _SMS,
    "text.help": (SMS_SHOP, CONTACT),
}
_BY_CHANNEL: dict[str, Mapping[str, tuple[TextVariable, ...]]] = {Channel.EMAIL: _OF_MAILS, Channel.SMS: _OF_TEXTS}


def editable(channel: str) -> tuple[str, ...]:
    """The kinds whose text a shop may write for a channel.

    Not the acknowledgement of a withdrawal, whose words are the law's, nor the last mail before an
    erasure, nor what the shop's own people are told.
    """
    return tuple(_BY_CHANNEL[channel]) if channel in _BY_CHANNEL else ()


def variables_of(kind: str, channel: str) -> dict[str, TextVariable]:
    """What a text of this kind may speak of, by name; KeyError where there is none."""
    return {variable.name: variable for variable in _BY_CHANNEL[channel][kind]}


def values_of(kind: str, channel: str, facts: Facts, t: Tongue) -> dict[str, str]:
    """Every name with what it says of these facts, in the recipient's language."""
    return {name: variable.value(facts, t) for name, variable in variables_of(kind, channel).items()}

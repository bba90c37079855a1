"""Our words for what carriers report: one short sentence a state, plain and in the reader's language (X-03)."""

from datetime import date

from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import pgettext
from app.core.i18n.words import day
from app.tracking.page.records import TrackedScan
from app.tracking.states import ShipmentState as S
from app.tracking.summary.stages import _l, badge_of, stage_of_state, stage_words

SHOP = "shop"


# On the way to the customer.
STATES = {
    S.PENDING: _l("Waiting for the carrier's first update"),
    S.INFO_RECEIVED: _l("Waiting for the carrier to collect it"),
    S.PICKED_UP: _l("The carrier has it"),
    S.IN_TRANSIT: _l("On its way"),
    S.OUT_FOR_DELIVERY: _l("Out for delivery"),
    S.DELIVERY_FAILED: _l("The carrier couldn't deliver it"),
    S.READY_FOR_PICKUP: _l("Ready to collect"),
    S.DELIVERED: _l("Delivered"),
    S.ON_HOLD: _l("The carrier is holding it"),
    S.DELAYED: _l("It's taking longer than planned"),
    S.RETURN_TO_SENDER: _l("On its way back to the shop"),
    S.RETURNED: _l("Back at the shop"),
    S.LOST: _l("The carrier can't find it"),
    S.DAMAGED: _l("Damaged on the way"),
    S.CANCELLED: _l("The parcel was cancelled"),
    S.EXPIRED: _l("No updates for a long time"),
    S.UNKNOWN: _l("Update from the carrier"),
}
# As the shop itself tells.
BY_THE_SHOP = {
    S.INFO_RECEIVED: _l("Packed and labelled"),
    S.PICKED_UP: _l("With the carrier"),
    S.READY_FOR_PICKUP: _l("Ready in the shop"),
}
INCIDENTS = {
    "access_restricted": _l("The carrier couldn't get access"),
    "business_closed": _l("The place was closed"),
    "customs_delay": _l("Held at customs"),
    "damaged": _l("Damaged on the way"),
    "duties_unpaid": _l("Customs duties are still to be paid"),
    "incorrect_address": _l("The address couldn't be found"),
    "not_available": _l("There was nobody to take it"),
    "not_home": _l("Nobody was at home"),
    "refused": _l("Delivery was refused"),
    "sorting_error": _l("It was misrouted and is being redirected"),
    "weather_delay": _l("Delayed by bad weather"),
}


def scan_words(scan: TrackedScan, *, method: str = "delivery", returning: bool = False) -> str:
    """A line of the timeline: «Sale a reparto», "Held at customs"; ``method`` is the parcel's."""
    if scan.by == SHOP:
        return shop_words(scan.state, method)
    if scan.incident in INCIDENTS:
        return _(INCIDENTS[scan.incident])
    return way_back_words(scan.state) if returning else state_words(scan.state)


def state_words(state: S) -> str:
    """What a state means on the way to the customer."""
    return _(STATES[state])


def way_back_words(state: S) -> str:
    """The same on the way back to the shop."""
    if state in (S.DELIVERED, S.RETURNED):
        return _("Back at the shop")
    return _("On its way back to the shop") if state is not S.LOST else state_words(state)


def badge(state: S, *, is_late: bool = False, collected: bool = False) -> tuple[str, str]:
    """Kind and text of a parcel's badge by its state alone; ``collected``: whoever gets it fetches it."""
    return badge_of(stage_of_state(state, collected=collected), is_late=is_late)


def short_state(state: S) -> str:
    """The state in one to three words: the name of its stage."""
    return stage_words(stage_of_state(state))


def shop_words(state: S, method: str) -> str:
    """What a state means in the shop's own word; ``method`` is the parcel's."""
    if state is S.DELIVERED and method != "delivery":
        return pgettext("parcel", "Collected")
    # At a carrier's point it waits as any other parcel does.
    if state is S.READY_FOR_PICKUP and method != "store_pickup":
        return state_words(state)
    return _(BY_THE_SHOP.get(state) or STATES[state])


HOLDS = {
    "payment": (
        _l("We're waiting for your payment"),
        _l("We haven't received your payment yet. Write to us and we'll help you complete it."),
    ),
    "stock": (
        _l("An item is out of stock"),
        _l("We'll send your order as soon as it's back in stock. If you'd rather not wait, write to us."),
    ),
    "address": (
        _l("Your address is incomplete"),
        _l("We can't send your order like this. Write to us with the full address and we'll carry on."),
    ),
    "review": (
        _l("We're checking your order"),
        _l("You don't need to do anything. We'll let you know when it moves on."),
    ),
    "scheduled": (
        _l("Your order is planned for later"),
        _l("We'll send it on the agreed day. You don't need to do anything."),
    ),
}
HELD = (
    _l("Your order is on hold"),
    _l("You don't need to do anything. We'll let you know when it moves on."),
)


def hold_words(hold: str | None, until: date | None = None, item: str | None = None) -> tuple[str, str]:
    """What holds an order up, ``until`` when where that was said, and what the customer does about it.

    ``item`` is what is out of stock, where that is known.
    """
    text, advice = HOLDS.get(hold or "", HELD)
    title = _("Out of stock: %(item)s", item=item) if hold == "stock" and item else _(text)
    if until is None:
        return title, _(advice)
    if hold == "scheduled":
        return title, _("It's planned for %(day)s, as agreed. You don't need to do anything.", day=day(until))
    return title, _("We expect to carry on by %(day)s.", day=day(until)) + " " + _(advice)


def without_parcels(status: str) -> str | None:
    """What the shop says of an order that has left without any parcel being named."""
    return {
        "partly_shipped": _("Part of your order is on its way"),
        "shipped": _("Your order is on its way"),
        "completed": _("Order completed"),
    }.get(status)

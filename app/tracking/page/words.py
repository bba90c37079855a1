"""Our words for what carriers report: one short sentence a state, plain and in the reader's language (X-03)."""

from datetime import date

from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import pgettext
from app.core.i18n.words import day
from app.tracking.estimate import UNDERWAY
from app.tracking.page.records import TrackedOrder, TrackedScan
from app.tracking.states import ShipmentState as S

SHOP = "shop"


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


# On the way to the customer.
STATES = {
    S.PENDING: _l("Waiting for news from the carrier"),
    S.INFO_RECEIVED: _l("The carrier is expecting it"),
    S.PICKED_UP: _l("The carrier has it"),
    S.IN_TRANSIT: _l("On its way"),
    S.OUT_FOR_DELIVERY: _l("Out for delivery"),
    S.DELIVERY_FAILED: _l("The carrier could not deliver it"),
    S.READY_FOR_PICKUP: _l("Ready to collect"),
    S.DELIVERED: _l("Delivered"),
    S.ON_HOLD: _l("The carrier is holding it"),
    S.DELAYED: _l("It takes longer than planned"),
    S.RETURN_TO_SENDER: _l("On its way back to the shop"),
    S.RETURNED: _l("Back at the shop"),
    S.LOST: _l("The carrier cannot find it"),
    S.DAMAGED: _l("Damaged on the way"),
    S.CANCELLED: _l("The shipment was cancelled"),
    S.EXPIRED: _l("No news for a long time"),
    S.UNKNOWN: _l("News from the carrier"),
}
# As the shop itself tells.
BY_THE_SHOP = {
    S.INFO_RECEIVED: _l("Packed and labelled"),
    S.PICKED_UP: _l("Handed over to the carrier"),
    S.READY_FOR_PICKUP: _l("Ready in the shop"),
}
INCIDENTS = {
    "access_restricted": _l("The carrier could not get to the door"),
    "business_closed": _l("The place was closed"),
    "customs_delay": _l("Held at customs"),
    "damaged": _l("Damaged on the way"),
    "duties_unpaid": _l("Customs duties are still to be paid"),
    "incorrect_address": _l("The address was not found"),
    "not_available": _l("Nobody could take it"),
    "not_home": _l("Nobody was at home"),
    "refused": _l("It was not accepted"),
    "sorting_error": _l("It went the wrong way and is being put right"),
    "weather_delay": _l("The weather holds it up"),
}
# One to three words: for badges, trails and spoken news.
SHORT = {
    S.PENDING: _l("Preparing"),
    S.INFO_RECEIVED: _l("Prepared"),
    S.PICKED_UP: _l("On its way"),
    S.IN_TRANSIT: _l("On its way"),
    S.OUT_FOR_DELIVERY: _l("Out for delivery"),
    S.DELIVERY_FAILED: _l("Not delivered"),
    S.READY_FOR_PICKUP: _l("Ready to collect"),
    S.DELIVERED: _l("Delivered"),
    S.ON_HOLD: _l("On hold"),
    S.DELAYED: _l("Delayed"),
    S.RETURN_TO_SENDER: _l("Going back"),
    S.RETURNED: _l("Back at the shop"),
    S.LOST: _l("Lost"),
    S.DAMAGED: _l("Damaged"),
    S.CANCELLED: _l("Cancelled"),
    S.EXPIRED: _l("No news"),
    S.UNKNOWN: _l("No news yet"),
}
KINDS = {
    S.DELIVERED: "done",
    S.READY_FOR_PICKUP: "attention",
    S.DELIVERY_FAILED: "attention",
    S.ON_HOLD: "attention",
    S.DELAYED: "attention",
    S.RETURN_TO_SENDER: "attention",
    S.LOST: "problem",
    S.DAMAGED: "problem",
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


def badge(state: S, *, is_late: bool = False) -> tuple[str, str]:
    """Kind and text of a parcel's badge."""
    if is_late and state in UNDERWAY and state not in KINDS:
        return "attention", _("Late")
    return KINDS.get(state, "info"), short_state(state)


def short_state(state: S) -> str:
    """The state in one to three words."""
    return _(SHORT[state])


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
        _l("We are waiting for your payment"),
        _l("It did not go through yet. As soon as we have it, we send your order. Write to us if you need help."),
    ),
    "stock": (
        _l("An item is out of stock"),
        _l("We send your order as soon as we have it. If you would rather not wait, write to us."),
    ),
    "address": (
        _l("Your address is not complete"),
        _l("We cannot send your order like this. Write to us with the full address and it leaves at once."),
    ),
    "review": (
        _l("We are checking your order"),
        _l("It usually takes less than one working day. You don't need to do anything."),
    ),
    "scheduled": (
        _l("Your order is planned for later"),
        _l("It waits for its day, as agreed. You don't need to do anything."),
    ),
}
HELD = (
    _l("Your order is on hold"),
    _l("We are looking into it. We tell you as soon as it moves on."),
)


def hold_words(hold: str | None, until: date | None = None) -> tuple[str, str]:
    """What holds an order up, ``until`` when where that was said, and what the customer does about it."""
    title, advice = HOLDS.get(hold or "", HELD)
    if until is None:
        return _(title), _(advice)
    if hold == "scheduled":
        return _(title), _("It is planned for %(day)s, as agreed. You don't need to do anything.", day=day(until))
    return _(title), _("It goes on by %(day)s.", day=day(until)) + " " + _(advice)


def cancelled_words(order: TrackedOrder) -> str:
    """What follows from a cancellation."""
    if order.totals.get("paid") and order.paid_back:
        return _("Nothing more is sent, and your money was given back.")
    if order.payment_status == "voided":
        return _("Nothing more is sent, and the payment was called off.")
    if order.totals.get("paid"):
        return _("Nothing more is sent. What you paid comes back the way you paid it.")
    return _("Nothing more is sent, and nothing was charged.")


def without_parcels(status: str) -> str | None:
    """What the shop says of an order that has left without any parcel being named."""
    return {
        "partly_shipped": _("Part of your order is on its way"),
        "shipped": _("Your order is on its way"),
        "completed": _("Your order is complete"),
    }.get(status)

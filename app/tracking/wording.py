"""Our words for what carriers report: one short sentence a state, plain and in the reader's language (X-03)."""

from flask_babel import gettext as _

from app.tracking.page_facts import Scan
from app.tracking.states import ShipmentState as S

SHOP = "shop"


def scan_words(scan: Scan, *, returning: bool = False) -> str:
    """A line of the timeline: «Sale a reparto», "Held at customs"."""
    if scan.by == SHOP:
        return shop_words(scan.state)
    return incident_words(scan.incident) or (way_back_words(scan.state) if returning else state_words(scan.state))


def state_words(state: S) -> str:
    """What a state means on the way to the customer."""
    return {
        S.PENDING: _("Waiting for news from the carrier"),
        S.INFO_RECEIVED: _("The carrier is expecting it"),
        S.PICKED_UP: _("The carrier has it"),
        S.IN_TRANSIT: _("On its way"),
        S.OUT_FOR_DELIVERY: _("Out for delivery"),
        S.DELIVERY_FAILED: _("The carrier could not deliver it"),
        S.READY_FOR_PICKUP: _("Ready to collect"),
        S.DELIVERED: _("Delivered"),
        S.ON_HOLD: _("The carrier is holding it"),
        S.DELAYED: _("It takes longer than planned"),
        S.RETURN_TO_SENDER: _("On its way back to the shop"),
        S.RETURNED: _("Back at the shop"),
        S.LOST: _("The carrier cannot find it"),
        S.DAMAGED: _("Damaged on the way"),
        S.CANCELLED: _("The shipment was cancelled"),
        S.EXPIRED: _("No news for a long time"),
        S.UNKNOWN: _("News from the carrier"),
    }[state]


def way_back_words(state: S) -> str:
    """The same on the way back to the shop."""
    if state in (S.DELIVERED, S.RETURNED):
        return _("Back at the shop")
    return _("On its way back to the shop") if state is not S.LOST else state_words(state)


def shop_words(state: S) -> str:
    """What the shop itself told of the parcel."""
    return {
        S.INFO_RECEIVED: _("Packed and labelled"),
        S.PICKED_UP: _("Handed over to the carrier"),
        S.READY_FOR_PICKUP: _("Ready in the shop"),
        S.DELIVERED: _("Collected"),
    }.get(state) or state_words(state)


def incident_words(incident: str | None) -> str | None:
    """What went wrong, where the carrier says it."""
    return {
        "access_restricted": _("The carrier could not get to the door"),
        "business_closed": _("The place was closed"),
        "customs_delay": _("Held at customs"),
        "damaged": _("Damaged on the way"),
        "duties_unpaid": _("Customs duties are still to be paid"),
        "incorrect_address": _("The address was not found"),
        "not_available": _("Nobody could take it"),
        "not_home": _("Nobody was at home"),
        "refused": _("It was not accepted"),
        "sorting_error": _("It went the wrong way and is being put right"),
        "weather_delay": _("The weather holds it up"),
    }.get(incident or "")


def badge(state: S, *, is_late: bool = False) -> tuple[str, str]:
    """Kind and text of a parcel's badge."""
    kind = {
        S.DELIVERED: "done",
        S.READY_FOR_PICKUP: "attention",
        S.DELIVERY_FAILED: "attention",
        S.ON_HOLD: "attention",
        S.DELAYED: "attention",
        S.RETURN_TO_SENDER: "attention",
        S.LOST: "problem",
        S.DAMAGED: "problem",
    }.get(state, "attention" if is_late else "info")
    return kind, _("Late") if is_late and kind != "done" else short_state(state)


def short_state(state: S) -> str:
    """One to three words: for badges, trails and titles of cards."""
    return {
        S.PENDING: _("Preparing"),
        S.INFO_RECEIVED: _("Preparing"),
        S.PICKED_UP: _("On its way"),
        S.IN_TRANSIT: _("On its way"),
        S.OUT_FOR_DELIVERY: _("Out for delivery"),
        S.DELIVERY_FAILED: _("Not delivered"),
        S.READY_FOR_PICKUP: _("Ready to collect"),
        S.DELIVERED: _("Delivered"),
        S.ON_HOLD: _("On hold"),
        S.DELAYED: _("Delayed"),
        S.RETURN_TO_SENDER: _("Going back"),
        S.RETURNED: _("Back at the shop"),
        S.LOST: _("Lost"),
        S.DAMAGED: _("Damaged"),
        S.CANCELLED: _("Cancelled"),
        S.EXPIRED: _("No news"),
        S.UNKNOWN: _("No news yet"),
    }[state]

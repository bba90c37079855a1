"""What the customer can do now: one main action by the state, the rest quiet, and always a way to a person."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.core.i18n.locale import gettext as _
from app.tracking.carrier_pages import carrier_title
from app.tracking.page.point import way_to
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S
from app.tracking.summary.stages import is_late

# What a customer writes about, as the form for it knows it; with these the shop helps, and not the carrier.
ABOUT = {
    S.LOST: "lost",
    S.DAMAGED: "damaged",
    S.RETURN_TO_SENDER: "returning",
    S.RETURNED: "returning",
    S.EXPIRED: "not_here",
    S.CANCELLED: "cancel",
}
ABOUT_ELSE = {S.ON_HOLD: "held", S.DELIVERY_FAILED: "not_delivered", S.DELAYED: "late"}
HOLDS = {"payment": "payment", "stock": "stock", "address": "address"}
UNSENT = frozenset({"received", "confirmed", "preparing", "on_hold"})


@dataclass(frozen=True, slots=True)
class Action:
    """A button under the answer; ``name`` is its own on the page, ``external`` leads away from the portal.

    ``proven``: who has not entered the order's code yet is sent one with the press.
    """

    name: str
    label: str
    href: str
    kind: str = "quiet"
    external: bool = False
    proven: bool = False


def actions(order: TrackedOrder, focus: TrackedParcel | None) -> list[Action]:
    """The buttons, the main one first; ``focus`` is the parcel that speaks for the order."""
    about = _about(order, focus)
    write = Action("write", _("Write to us"), help_page(order, about, focus))
    chosen = [*_to_the_point(focus), *_at_the_carrier(focus), *_return(order), write, *_change(order, focus, about)]
    main = _main(order, focus, chosen)
    kinds = {action.name: "main" if action is main else "quiet" for action in chosen}
    ordered = [main, *(action for action in chosen if action is not main)]
    return [replace(action, kind=kinds[action.name]) for action in ordered]


def help_page(order: TrackedOrder, about: str, parcel: TrackedParcel | None = None) -> str:
    """The form that reaches the shop, with what it is about filled in."""
    facts = {"about": about} | ({"parcel": str(parcel.place)} if parcel else {})
    return f"/o/{order.ref}/help?{urlencode(facts)}"


def _about(order: TrackedOrder, focus: TrackedParcel | None) -> str:
    if focus is None:
        if order.status == "cancelled":
            return "cancel"
        return HOLDS.get(order.hold or "", "other") if order.status == "on_hold" else "other"
    if focus.retired:
        return "not_here"
    about = ABOUT.get(focus.state) or ABOUT_ELSE.get(focus.state)
    return about or ("late" if is_late(focus) else "other")


def _at_the_carrier(parcel: TrackedParcel | None) -> list[Action]:
    # What the shop helps with the carrier's page would send round in circles.
    if parcel is None or parcel.page is None or parcel.retired or parcel.state in ABOUT or parcel.state is S.DELIVERED:
        return []
    title = carrier_title(parcel.carrier)
    label = _("Track with %(carrier)s", carrier=title) if title and len(title) <= LONGEST else _("Track your parcel")
    return [Action("track", label, parcel.page, external=True)]


# A button of more than 24 characters breaks on a phone.
LONGEST = 15


def _to_the_point(parcel: TrackedParcel | None) -> list[Action]:
    url = way_to(parcel) if parcel and parcel.state is S.READY_FOR_PICKUP else None
    return [Action("map", _("Show on a map"), url, external=True)] if url else []


def _return(order: TrackedOrder) -> list[Action]:
    delivered = any(parcel.delivered_at for parcel in order.parcels)
    # Without items nothing can be chosen.
    if not delivered or not order.lines or order.status == "cancelled":
        return []
    return [Action("return", _("Return something"), f"/o/{order.ref}/returns/new", proven=True)]


def _change(order: TrackedOrder, focus: TrackedParcel | None, about: str) -> list[Action]:
    """Before it leaves one may still ask for another address, or for none of it."""
    if focus is not None or order.status not in UNSENT or not order.lines:
        return []
    other = [] if about == "address" else [Action("address", _("Change the address"), help_page(order, "address"))]
    return [*other, Action("cancel", _("Cancel the order"), help_page(order, "cancel"))]


def _main(order: TrackedOrder, focus: TrackedParcel | None, chosen: list[Action]) -> Action:
    named = {action.name: action for action in chosen}
    needs_us = focus is not None and (focus.state in ABOUT or focus.retired or is_late(focus))
    if focus is None or needs_us:
        return named["write"]
    if focus.state is S.DELIVERED and not order.all_returned:
        return named.get("return", named["write"])
    return named.get("map") or named.get("track") or named["write"]

"""What the customer can do now: at most one main action, and always a way to a person."""

from dataclasses import dataclass

from app.core.i18n.locale import gettext as _
from app.tracking.carrier_pages import carrier_title
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S

WRITE_TO_US = frozenset({S.LOST, S.DAMAGED, S.RETURN_TO_SENDER, S.RETURNED, S.CANCELLED, S.EXPIRED})


@dataclass(frozen=True, slots=True)
class Action:
    """A button under the answer; ``external`` leads to the carrier."""

    label: str
    href: str
    kind: str = "second"
    external: bool = False


def actions(order: TrackedOrder, focus: TrackedParcel | None) -> list[Action]:
    """The buttons, the main one first."""
    help_page = "/help"
    delivered = any(parcel.delivered_at for parcel in order.parcels)
    chosen: list[Action] = []
    waits_for_them = order.status == "on_hold" and order.hold in ("payment", "address")
    if waits_for_them or (focus and (focus.state in WRITE_TO_US or focus.retired)):
        chosen.append(Action(_("Write to us"), help_page, "main"))
    if focus:
        chosen += _at_the_carrier(focus)
    # Without items nothing can be chosen; where all came back by the shop's count there is hardly anything.
    if delivered and order.lines:
        kind = "second" if order.all_returned or _main(chosen) else "main"
        chosen.append(Action(_("Return something"), f"/o/{order.ref}/returns/new", kind))
    # no state is a dead end.
    if all(action.href != help_page for action in chosen):
        chosen.append(Action(_("Ask for help"), help_page))
    return chosen


def _at_the_carrier(parcel: TrackedParcel) -> list[Action]:
    page = parcel.page
    # With these the shop helps; the carrier's page would send the customer round in circles.
    if page is None or parcel.state in WRITE_TO_US or parcel.state is S.DELIVERED:
        return []
    if parcel.state is S.DELIVERY_FAILED:
        return [Action(_("Choose another day or place"), page, "main", external=True)]
    title = carrier_title(parcel.carrier)
    label = _("Follow it at %(carrier)s", carrier=title) if title else _("Follow your parcel")
    return [Action(label, page, external=True)]


def _main(chosen: list[Action]) -> bool:
    return any(action.kind == "main" for action in chosen)

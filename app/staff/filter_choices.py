"""What the filters of the order list offer."""

from flask_babel import gettext as _

from app.staff.tracking_words import STATUSES
from app.tracking.carrier_pages import KNOWN
from app.tracking.page.words import short_state
from app.tracking.states import ShipmentState

PARCELS = (
    ShipmentState.IN_TRANSIT,
    ShipmentState.OUT_FOR_DELIVERY,
    ShipmentState.DELIVERY_FAILED,
    ShipmentState.READY_FOR_PICKUP,
    ShipmentState.ON_HOLD,
    ShipmentState.RETURN_TO_SENDER,
    ShipmentState.LOST,
    ShipmentState.DAMAGED,
    ShipmentState.DELIVERED,
)
CARRIERS_FIRST = tuple(sorted(KNOWN, key=lambda name: KNOWN[name][0].casefold()))


def status_choices() -> list[tuple[str, str]]:
    """Statuses of orders."""
    return [(status, str(text)) for status, (_kind, text) in STATUSES.items()]


def parcel_choices() -> list[tuple[str, str]]:
    """Where parcels are, trouble first."""
    return [("late", _("Late")), *((state.value, short_state(state)) for state in PARCELS)]

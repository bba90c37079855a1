"""What customers write about: the handles that links name, and which of them fit an order as it stands; pure."""

from collections.abc import Collection
from enum import StrEnum

from app.tracking.states import ShipmentState as S


class About(StrEnum):
    """What a case is about; a link to the form names it."""

    LATE = "late"
    LOST = "lost"
    DAMAGED = "damaged"
    RETURNING = "returning"
    HELD = "held"
    NOT_HERE = "not_here"
    NOT_DELIVERED = "not_delivered"
    PAYMENT = "payment"
    STOCK = "stock"
    ADDRESS = "address"
    CANCEL = "cancel"
    RETURN = "return"
    OTHER = "other"


OF_STATES: dict[S, About] = {
    S.LOST: About.LOST,
    S.DAMAGED: About.DAMAGED,
    S.RETURN_TO_SENDER: About.RETURNING,
    S.RETURNED: About.RETURNING,
    S.ON_HOLD: About.HELD,
    S.DELIVERY_FAILED: About.NOT_DELIVERED,
}
"""What a carrier's news is likely to be written about."""
# As far as a parcel has not come, and once it has.
COMING = (About.LATE, About.ADDRESS)
THERE = (About.NOT_HERE, About.DAMAGED)
BEFORE_SENDING = (About.LATE, About.ADDRESS, About.CANCEL, About.PAYMENT)


def read_about(text: str) -> About | None:
    """The handle in a link or a form; None for anything else."""
    return About(text) if text in set(About) else None


def choices(chosen: About | None, states: Collection[S], *, unsent: bool, any_return: bool) -> list[About]:
    """What the form offers, in the order of this list: what fits the parcels, and always a last way out."""
    fitting = {About.OTHER, *([chosen] if chosen else ())}
    fitting |= {OF_STATES[state] for state in states if state in OF_STATES}
    for state in states:
        fitting |= set(THERE if state is S.DELIVERED else COMING)
    fitting |= set(BEFORE_SENDING) if unsent or not states else set()
    fitting |= {About.RETURN} if any_return or S.DELIVERED in states else set()
    return [about for about in About if about in fitting]

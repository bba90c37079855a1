"""How many messages one order or one telephone may get in a day; pure."""

from dataclasses import dataclass
from datetime import timedelta

from app.notify.kinds import Channel, Purpose

# As docs/messages.md promises, so that a parcel which flaps between two states troubles nobody.
ORDER_PER_DAY = 6
TEXTS_PER_DAY = 3
DAY = timedelta(hours=24)
LAST_NEWS = "shipment.delivered"


@dataclass(frozen=True, slots=True)
class Spent:
    """What the last 24 hours already hold for the order and for the telephone."""

    order: int = 0
    texts: int = 0


def capped(channel: Channel, purpose: Purpose, spent: Spent, *, kind: str = "") -> str | None:
    """Why one more would be too many, or None; receipts and codes are never capped.

    That a parcel was delivered is told once for each of its journeys, so no storm can come of it: an order that
    is bought, sent and delivered within one day has used up its six by then, and must not end in silence.
    """
    if purpose is not Purpose.NEWS:
        return None
    if spent.order >= ORDER_PER_DAY and kind != LAST_NEWS:
        return "order_cap"
    return "text_cap" if channel is Channel.SMS and spent.texts >= TEXTS_PER_DAY else None

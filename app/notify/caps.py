"""How many messages one order or one telephone may get in a day; pure."""

from dataclasses import dataclass

from app.notify.kinds import Channel, Purpose

ORDER_PER_DAY = 6
TEXTS_PER_DAY = 3


@dataclass(frozen=True, slots=True)
class Spent:
    """What the last 24 hours already hold for the order and for the telephone."""

    order: int = 0
    texts: int = 0


def capped(channel: Channel, purpose: Purpose, spent: Spent) -> str | None:
    """Why one more would be too many, or None; receipts and codes are never capped."""
    if purpose is not Purpose.NEWS:
        return None
    if spent.order >= ORDER_PER_DAY:
        return "order_cap"
    return "text_cap" if channel is Channel.SMS and spent.texts >= TEXTS_PER_DAY else None

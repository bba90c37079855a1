"""How many messages one order or one telephone may get in a day; pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notify.kinds import Channel, Purpose
from app.notify.models import Message

ORDER_PER_DAY = 6
TEXTS_PER_DAY = 3
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


DAY = timedelta(hours=24)


class DailyCounts:
    """Counts of messages that were not skipped and that no person asked for: a resend takes nobody's place."""

    def __init__(self, session: Session, *, orders: Iterable[int], telephones: Iterable[bytes], now: datetime) -> None:
        recent = (Message.created_at > now - DAY, Message.state != "skipped", Message.requested_by.is_(None))
        ids, keys = list(orders), list(telephones)
        by_order = select(Message.order_id, func.count()).where(Message.order_id.in_(ids), *recent)
        by_key = select(Message.recipient_hash, func.count()).where(Message.recipient_hash.in_(keys), *recent)
        self._orders = Counter({row[0]: row[1] for row in session.execute(by_order.group_by(Message.order_id))})
        self._texts = Counter({row[0]: row[1] for row in session.execute(by_key.group_by(Message.recipient_hash))})

    def spent(self, row: dict[str, Any]) -> Spent:
        """What is spent already for whom this message would be."""
        texts = self._texts[row["recipient_hash"]] if row["channel"] == Channel.SMS else 0
        return Spent(order=self._orders[row["order_id"]] if row["order_id"] else 0, texts=texts)

    def count(self, row: dict[str, Any]) -> None:
        """This message is written."""
        self._orders[row["order_id"]] += 1
        self._texts[row["recipient_hash"]] += 1

"""What the last 24 hours hold for each order and telephone: read once, counted on while messages are written."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notify.kinds import Channel
from app.notify.models import Message
from app.notify.plan.caps import DAY, Spent


class DailyCounts:
    """Counts of messages that were not skipped and that no person asked for: a resend takes nobody's place."""

    def __init__(self, session: Session, *, orders: Iterable[int], telephones: Iterable[bytes], now: datetime) -> None:
        recent = (Message.created_at > now - DAY, Message.state != "skipped", Message.requested_by.is_(None))
        ids, keys = list(orders), list(telephones)
        # Two statements a batch instead of two a message: a storm of events must not be counted one by one.
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

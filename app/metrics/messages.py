"""Figures of messages: what became of them, by channel and kind, and how soon the provider had them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.metrics.scope import group_key, narrowed, order_cuts
from app.notify.records import MessageRecord
from app.orders.records import OrderRecord
from app.tracking.records import ShipmentRecord

ALLOWED = frozenset({GroupBy.NONE, GroupBy.DAY, GroupBy.WEEK, GroupBy.MONTH, GroupBy.KIND, GroupBy.CHANNEL})
# What is promised of 99 in 100 messages (M-01).
PROMPT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One group and channel; ``prompt`` are those that the provider had within ten seconds."""

    group: str
    medium: str
    written: int
    accepted: int
    delivered: int
    failed: int
    in_doubt: int
    skipped: int
    waiting: int
    prompt: int

    @property
    def prompt_share(self) -> float | None:
        """Of the messages that a provider has taken, those that it had within ten seconds."""
        return self.prompt / self.sent if self.sent else None

    @property
    def sent(self) -> int:
        """Messages that a provider has taken."""
        return self.accepted + self.delivered


def messages(session: Session, question: FiguresQuestion, *, zone: str) -> list[MessageRow]:
    """Messages written on the days asked for, by the shop's calendar in ``zone``."""
    begin, end = question.bounds(zone)
    day = cast(func.timezone(zone, MessageRecord.created_at), DATE)
    key = group_key(question, day, {**order_cuts(), GroupBy.KIND: MessageRecord.kind}).label("key")

    def count(*states: str) -> ColumnElement[int]:
        return func.count().filter(MessageRecord.state.in_(states))

    soon = func.extract("epoch", MessageRecord.accepted_at - MessageRecord.created_at) <= PROMPT_SECONDS
    statement = (
        select(
            key,
            MessageRecord.channel,
            func.count(),
            count("accepted"),
            count("delivered"),
            count("failed"),
            count("in_doubt"),
            count("skipped"),
            count("created", "sending"),
            func.count().filter(soon),
        )
        # Messages about no order or no parcel count too, unless the question is about a channel or a carrier.
        .outerjoin(OrderRecord, OrderRecord.id == MessageRecord.order_id)
        .outerjoin(ShipmentRecord, ShipmentRecord.id == MessageRecord.shipment_id)
        .where(MessageRecord.created_at >= begin, MessageRecord.created_at < end)
        .group_by(key, MessageRecord.channel)
        .order_by(key, MessageRecord.channel)
    )
    return [MessageRow(*row) for row in session.execute(narrowed(statement, question))]

"""Figures of messages: what became of them, by channel and kind, and how soon the provider had them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.metrics.scope import group_key, narrowed, order_cuts
from app.notify.models import Message
from app.orders.models import Order
from app.tracking.models import Shipment

ALLOWED = frozenset({GroupBy.NONE, GroupBy.DAY, GroupBy.WEEK, GroupBy.MONTH, GroupBy.KIND, GroupBy.CHANNEL})
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
    day = cast(func.timezone(zone, Message.created_at), DATE)
    key = group_key(question, day, {**order_cuts(), GroupBy.KIND: Message.kind}).label("key")

    def count(*states: str) -> ColumnElement[int]:
        return func.count().filter(Message.state.in_(states))

    soon = func.extract("epoch", Message.accepted_at - Message.created_at) <= PROMPT_SECONDS
    statement = (
        select(
            key,
            Message.channel,
            func.count(),
            count("accepted"),
            count("delivered"),
            count("failed"),
            count("in_doubt"),
            count("skipped"),
            count("created", "sending"),
            func.count().filter(soon),
        )
        .outerjoin(Order, Order.id == Message.order_id)
        .outerjoin(Shipment, Shipment.id == Message.shipment_id)
        .where(Message.created_at >= begin, Message.created_at < end)
        .group_by(key, Message.channel)
        .order_by(key, Message.channel)
    )
    return [MessageRow(*row) for row in session.execute(narrowed(statement, question))]

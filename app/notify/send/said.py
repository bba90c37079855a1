"""What a person was told before: the same words are not said twice, nor what newer news of the same has replaced."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.notify.kinds import COURSE, Purpose
from app.notify.models import Message

# The same words never twice within ten minutes. Only what has left, or may have, was read by anybody.
SPAN = timedelta(minutes=10)
GONE = ("sending", "in_doubt", "accepted", "delivered")

RecentWords = set[tuple[bytes, str | None]]


def recent_words(session: Session, messages: Sequence[Message], *, now: datetime) -> RecentWords:
    """What these messages' recipients were told of late, by recipient and words."""
    chosen = (
        Message.recipient_hash.in_({message.recipient_hash for message in messages}),
        Message.created_at > now - SPAN,
    )
    rows = session.execute(select(Message.recipient_hash, Message.text).where(*chosen, Message.state.in_(GONE)))
    return {(row.recipient_hash, row.text) for row in rows}


def repeats(message: Message, lately: RecentWords) -> bool:
    """Whether this news says nothing else than before; what it says counts from now on."""
    words = (message.recipient_hash, message.text)
    repeated = words in lately and message.purpose == Purpose.NEWS and message.requested_by is None
    # Two messages of one batch may say the same, too.
    lately.add(words)
    return repeated


def overtaken(session: Session, messages: Sequence[Message]) -> set[int]:
    """Which of these were tried before, and meanwhile newer news of the same reached the same person."""
    tried = [message.id for message in messages if message.attempts and message.kind in COURSE]
    # Most were never tried: they leave in the order in which they were written, and nothing is asked.
    if not tried:
        return set()
    old, new = aliased(Message), aliased(Message)
    newer = (
        (new.order_id == old.order_id)
        & (new.id > old.id)
        & (new.recipient_hash == old.recipient_hash)
        & (new.channel == old.channel)
        # What befalls a parcel of an order is newer news of the order, too.
        & (new.shipment_id.is_not_distinct_from(old.shipment_id) | old.shipment_id.is_(None))
        & new.return_id.is_not_distinct_from(old.return_id)
    )
    gone = new.kind.in_(COURSE) & new.state.in_(GONE) & new.resent_from.is_(None)
    statement = select(old.id).where(old.id.in_(tried), old.requested_by.is_(None))
    return set(session.scalars(statement.where(select(new.id).where(newer, gone).exists())))

"""Nobody reads the same words twice within ten minutes, unless a person at the shop wants it so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.kinds import Purpose
from app.notify.models import Message

SPAN = timedelta(minutes=10)
GONE = ("sending", "in_doubt", "accepted", "delivered")

Said = set[tuple[bytes, str | None]]


def said_lately(session: Session, messages: Sequence[Message], *, now: datetime) -> Said:
    """What these messages' recipients were told of late, by recipient and words."""
    chosen = (Message.recipient_hash.in_({one.recipient_hash for one in messages}), Message.created_at > now - SPAN)
    rows = session.execute(select(Message.recipient_hash, Message.text).where(*chosen, Message.state.in_(GONE)))
    return {(row.recipient_hash, row.text) for row in rows}


def repeats(message: Message, lately: Said) -> bool:
    """Whether this news says nothing else than before; what it says counts from now on."""
    said = (message.recipient_hash, message.text)
    again = said in lately and message.purpose == Purpose.NEWS and message.requested_by is None
    lately.add(said)
    return again

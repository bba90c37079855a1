"""A message's row as a doubt: what the provider and the shop allow to be done about it."""

from datetime import datetime, timedelta

from app.notify.kinds import Channel, Purpose
from app.notify.models import Message
from app.notify.office import Office
from app.notify.resolving import Choice, Doubt


def doubt_of(
    message: Message, office: Office, *, since: datetime, code: str | None, absent_at: datetime | None = None
) -> Doubt:
    """The doubt of one message; ``code`` is the provider's word where it said something."""
    sender = office.sender(message.provider or "")
    lag = sender.lag_seconds if sender else None
    return Doubt(
        purpose=Purpose(message.purpose),
        since=since,
        lag=None if lag is None else timedelta(seconds=lag),
        choice=office.in_doubt.get(Channel(message.channel), Choice.SEND_AGAIN),
        absent_at=absent_at,
        repeats=message.repeats,
        answered=(code or "").isdigit(),
    )

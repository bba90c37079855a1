"""What others may read of what came in, what happened, and who has yet to hear of it."""

from datetime import datetime
from typing import Any

from app.core.tables.records import Read, Record
from app.events.models import DomainEvent, Firing, InboxRow, ListenerRow, Stumble


class InboxRecord(Record):
    """One delivery from outside: its bytes as they came, once, and what became of them."""

    __table__ = InboxRow.__table__

    id: Read[int]
    endpoint: Read[str]
    delivery_key: Read[str]
    headers: Read[dict[str, Any]]
    body: Read[bytes]
    received_at: Read[datetime]
    state: Read[str]
    attempts: Read[int]
    next_try_at: Read[datetime]
    error: Read[str | None]


class DomainEventRecord(Record):
    """Something that happened; never changed."""

    __table__ = DomainEvent.__table__

    id: Read[int]
    kind: Read[str]
    order_id: Read[int | None]
    shipment_id: Read[int | None]
    return_id: Read[int | None]
    payload: Read[dict[str, Any]]
    happened_at: Read[datetime]


class FiringRecord(Record):
    """One due time of one clock job: whoever inserts the row fires it."""

    __table__ = Firing.__table__

    job: Read[str]
    due_at: Read[datetime]
    fired_at: Read[datetime]


class ListenerRecord(Record):
    """What one listener has yet to do about one event; deleted when it has, dead after five tries that failed."""

    __table__ = ListenerRow.__table__

    event_id: Read[int]
    listener: Read[str]
    attempts: Read[int]
    next_try_at: Read[datetime]
    error: Read[str | None]
    dead_at: Read[datetime | None]


class StumbleRecord(Record):
    """Something that a job of the clock could not do: shipment, return or withdrawal by its number, and why."""

    __table__ = Stumble.__table__

    task: Read[str]
    item_id: Read[int]
    attempts: Read[int]
    next_try_at: Read[datetime]
    error: Read[str | None]
    dead_at: Read[datetime | None]
    aside: Read[bool]

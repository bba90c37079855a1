"""The raw inbox: what came from outside is stored once, as it came, and understood later. Storing is a hot path."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.events.models import InboxRow
from app.queue import defer

TRIES = (1, 10, 60, 600, 3600)

_STORE = text(
    """
    insert into inbox (door, delivery_key, headers, body, received_at)
    values (:door, :delivery_key, cast(:headers as jsonb), :body, :received_at)
    on conflict (door, delivery_key) do nothing returning id
    """
)


def store(
    session: Session,
    *,
    door: str,
    delivery_key: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> bool:
    """Keep one delivery; False when this ``delivery_key`` came through this ``door`` before.

    ``door`` is ``<family>:<source>`` such as ``carriers:aftership``; a job ``understand_<family>`` follows.
    """
    row = {
        "door": door,
        "delivery_key": delivery_key,
        "headers": json.dumps(dict(headers)),
        "body": body,
        "received_at": now,
    }
    if session.connection().scalar(_STORE, row) is None:
        return False
    family = door.partition(":")[0]
    defer(session, f"understand_{family}", queueing_lock=f"understand_{family}")
    return True


def claim(session: Session, family: str, *, limit: int, now: datetime) -> list[InboxRow]:
    """The oldest deliveries of a family of doors that wait to be understood, locked; other claimers skip them."""
    statement = (
        select(InboxRow)
        .where(InboxRow.state == "new", InboxRow.door.startswith(f"{family}:"), InboxRow.next_try_at <= now)
        .order_by(InboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


def done(row: InboxRow, *, now: datetime) -> None:
    """This delivery is understood."""
    row.state, row.done_at, row.error = "done", now, None


def dead(row: InboxRow, *, error: str, now: datetime) -> None:
    """This delivery will never be understood as it stands; it is kept with the reason and can be replayed."""
    row.state, row.done_at, row.error = "dead", now, error[:1000]


def failed(row: InboxRow, *, error: str, now: datetime) -> None:
    """Understanding failed: try again later, and give up after five tries."""
    row.attempts += 1
    if row.attempts >= len(TRIES):
        dead(row, error=error, now=now)
        return
    row.error = error[:1000]
    row.next_try_at = now + timedelta(seconds=TRIES[row.attempts - 1])


def replay(session: Session, *, door: str | None = None, row_id: int | None = None) -> int:
    """Put dead deliveries back in line; gives how many."""
    statement = select(InboxRow).where(InboxRow.state == "dead")
    if door is not None:
        statement = statement.where(InboxRow.door == door)
    if row_id is not None:
        statement = statement.where(InboxRow.id == row_id)
    rows = session.scalars(statement.with_for_update()).all()
    for row in rows:
        row.state, row.attempts, row.next_try_at = "new", 0, func.now()
    for family in {row.door.partition(":")[0] for row in rows}:
        defer(session, f"understand_{family}", queueing_lock=f"understand_{family}")
    return len(rows)

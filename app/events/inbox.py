"""The raw inbox: what came from outside is stored once, as it came, and understood later. Storing is a hot path."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.core.bodies.packing import unpack
from app.core.bodies.text import json_in_utf8
from app.core.db import lost
from app.core.errors import Unreadable
from app.core.queue import defer
from app.events.models import InboxRow
from app.events.raw import speaks_of_erased
from app.events.tries import CHUNK, LEASE, TRIES, alone_or_fresh, pause_after, reason, wake_for
from app.personal.tombstones import enter, take_met

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, for whoever understands it; ``endpoint`` is ``<family>:<source>``.

    The inbox has it as it came. Here ``body`` is unpacked, and JSON is in UTF-8 whatever it was sent in.
    """

    endpoint: str
    delivery_key: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


Take = Callable[[Session, Delivery], str | None]
"""Understands one delivery; gives why it is not finished yet, while what it did stays, or None."""


class NeverUnderstood(Exception):
    """The delivery cannot be read, and trying again is of no use; the text says why, for a person."""


# After so many tries it is tried again within a minute; after the next only ten minutes later, if ever.
SOON = TRIES - 2
# One statement, since the sender waits for it (E-01: 300 ms for 99 in 100).
_STORE = text(
    """
    insert into inbox (door, delivery_key, headers, body, received_at)
    values (:endpoint, :delivery_key, cast(:headers as jsonb), :body, :received_at)
    on conflict (door, delivery_key) do nothing returning id
    """
)


def store(
    session: Session,
    *,
    endpoint: str,
    delivery_key: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> bool:
    """Keep one delivery; False when this ``delivery_key`` came to this ``endpoint`` before.

    ``endpoint`` is ``<family>:<source>`` such as ``carriers:aftership``; a job ``understand_<family>`` follows.
    """
    row = {
        "endpoint": endpoint,
        "delivery_key": delivery_key,
        "headers": json.dumps(dict(headers)),
        "body": body,
        "received_at": now,
    }
    # W-02: many sources sign no time, so the index alone bars replays.
    if session.connection().scalar(_STORE, row) is None:
        return False
    family = endpoint.partition(":")[0]
    defer(session, f"understand_{family}", queueing_lock=f"understand_{family}")
    return True


def lease(session: Session, family: str, *, limit: int = CHUNK, now: datetime) -> list[int]:
    """Take the oldest deliveries of a family of endpoints that wait to be understood, and keep others off for a moment.

    A delivery that has been tried before is taken alone: should it end its worker, it ends nobody else's try.
    Commit before working on them, so that a worker that dies leaves word of its try.
    """
    statement = (
        select(InboxRow.id, InboxRow.attempts)
        .where(InboxRow.state == "new", InboxRow.endpoint.startswith(f"{family}:"), InboxRow.next_try_at <= now)
        .order_by(InboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = alone_or_fresh([(row.id, row.attempts) for row in session.execute(statement)])
    taken = {"attempts": InboxRow.attempts + 1, "next_try_at": now + LEASE}
    session.execute(update(InboxRow).where(InboxRow.id.in_(ids)).values(taken))
    return ids


def work(session: Session, ids: Sequence[int], take: Take, *, now: datetime) -> int:
    """Have ``take`` understand each of these leased deliveries in a savepoint of its own; gives how many were done.

    ``take`` raises ``NeverUnderstood`` for what is of no use ever. Whatever else it raises is kept as the reason; the
    delivery is tried again with growing pauses and is dead after five tries. None holds up another.
    """
    statement = select(InboxRow).where(InboxRow.id.in_(ids), InboxRow.state == "new").order_by(InboxRow.id)
    done = 0
    # Before any row is locked: whoever erases somebody waits for this, and never the other way round.
    enter(session)
    for row in session.scalars(statement.with_for_update(skip_locked=True)).all():
        take_met(session)
        try:
            with session.begin_nested():
                unfinished = take(session, _delivery(row))
            if unfinished:
                _failed(session, row, error=unfinished, now=now)
            else:
                row.state, row.done_at, row.error = "done", now, None
                done += 1
        except NeverUnderstood as error:
            dead(row, error=str(error), now=now)
        except Exception as error:
            # This says nothing of the delivery, and there is no connection to note it on.
            if lost(error):
                raise
            log.exception(
                "a delivery could not be understood", delivery=row.id, endpoint=row.endpoint, attempts=row.attempts
            )
            _failed(session, row, error=reason(error), now=now)
        _empty(session, row)
        session.flush()
    return done


def _empty(session: Session, row: InboxRow) -> None:
    """Let nothing of an erased person stay in what was worked off; what is tried again is needed until then."""
    met = take_met(session)
    if row.state != "new" and (met or speaks_of_erased(session, row.headers, row.body)):
        row.body, row.headers, row.error = b"", {}, None


def _delivery(row: InboxRow) -> Delivery:
    headers = {name.lower(): value for name, value in row.headers.items()}
    try:
        unpacked = unpack(row.body, headers.get("content-encoding", ""))
    except Unreadable as error:
        raise NeverUnderstood(str(error)) from error
    body = json_in_utf8(unpacked, headers.get("content-type", ""))
    return Delivery(row.endpoint, row.delivery_key, row.headers, body, row.received_at)


def fail(session: Session, ids: Sequence[int], error: Exception, *, now: datetime) -> None:
    """The transaction that worked on these deliveries could not be committed: try again later, and say why."""
    statement = select(InboxRow).where(InboxRow.id.in_(ids), InboxRow.state == "new").order_by(InboxRow.id)
    for row in session.scalars(statement.with_for_update(skip_locked=True)).all():
        _failed(session, row, error=reason(error), now=now)


def dead(row: InboxRow, *, error: str, now: datetime) -> None:
    """This delivery will never be understood as it stands; it is kept with the reason and can be replayed."""
    row.state, row.done_at, row.error = "dead", now, error[:1000]


def _failed(session: Session, row: InboxRow, *, error: str, now: datetime) -> None:
    if row.attempts >= TRIES:
        dead(row, error=error, now=now)
        return
    row.error = error
    row.next_try_at = now + pause_after(row.attempts)
    wake_for(session, f"understand_{row.endpoint.partition(':')[0]}", at=row.next_try_at)


def unread(session: Session, endpoint: str, *, until: datetime) -> bool:
    """Whether something that had come to this endpoint by ``until`` may yet be read soon: it has not failed thrice."""
    waiting = (InboxRow.endpoint == endpoint, InboxRow.state == "new", InboxRow.attempts <= SOON)
    return session.scalar(select(InboxRow.id).where(*waiting, InboxRow.received_at <= until).limit(1)) is not None


def set_aside(session: Session, row_id: int, *, now: datetime) -> bool:
    """A person has dealt with a dead delivery: it stays as it came, and on no list. False when it is not dead."""
    dead_row = update(InboxRow).where(InboxRow.id == row_id, InboxRow.state == "dead")
    done = dead_row.values(state="set_aside", done_at=now).returning(InboxRow.id)
    return session.scalar(done) is not None


def replay(session: Session, *, endpoint: str | None = None, row_id: int | None = None) -> int:
    """Put dead deliveries back in line; gives how many."""
    statement = update(InboxRow).where(InboxRow.state == "dead")
    if endpoint is not None:
        statement = statement.where(InboxRow.endpoint == endpoint)
    if row_id is not None:
        statement = statement.where(InboxRow.id == row_id)
    values = {"state": "new", "attempts": 0, "next_try_at": func.now(), "done_at": None}
    endpoints = session.scalars(statement.values(values).returning(InboxRow.endpoint)).all()
    for family in {place.partition(":")[0] for place in endpoints}:
        defer(session, f"understand_{family}", queueing_lock=f"understand_{family}")
    return len(endpoints)
